/** Rows that grow, kept as columns: what a curve is while it is measured and while it travels. */
export class Columns<Name extends string> {
  readonly names: readonly Name[]
  #data: Float64Array
  #rows = 0

  constructor(names: readonly Name[]) {
    this.names = names
    this.#data = new Float64Array(64 * names.length)
  }

  get rows(): number {
    return this.#rows
  }

  /** One value a column, in the columns' order. */
  push(...row: readonly number[]): void {
    const width = this.names.length
    if ((this.#rows + 1) * width > this.#data.length) {
      const larger = new Float64Array(this.#data.length * 2)
      larger.set(this.#data)
      this.#data = larger
    }
    for (let j = 0; j < width; j++) this.#data[this.#rows * width + j] = row[j] as number
    this.#rows++
  }

  /** All rows so far as one array a column; afterwards this is empty. */
  take(): Record<Name, Float64Array<ArrayBuffer>> {
    const width = this.names.length
    const columns = Object.fromEntries(
      this.names.map((name, j) => {
        const column = new Float64Array(this.#rows)
        for (let row = 0; row < this.#rows; row++) column[row] = this.#data[row * width + j] as number
        return [name, column]
      }),
    ) as Record<Name, Float64Array<ArrayBuffer>>
    this.#rows = 0
    return columns
  }
}
