/** What waits in the line; `position` decides the order and may be a fraction after a move. */
export interface Waiting {
  position: number
}

/** The waiting line: first come first served unless moved. Taking the next one stays cheap with 100,000 in it. */
export class Line<T extends Waiting> {
  #items: T[] = []
  #head = 0
  #last = 0
  readonly #stillWaits: (item: T) => boolean

  /** @param stillWaits false once an item has left in another way than by `next` */
  constructor(stillWaits: (item: T) => boolean) {
    this.#stillWaits = stillWaits
  }

  /** Position behind everything that ever stood here. */
  nextPosition(): number {
    return ++this.#last
  }

  add(item: T): void {
    this.#last = Math.max(this.#last, item.position)
    this.#items.push(item)
    const before = this.#items[this.#items.length - 2]
    if (before && before.position > item.position) this.#sort()
  }

  next(): T | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head++] as T
      if (this.#stillWaits(item)) return item
    }
    this.#items = []
    this.#head = 0
    return undefined
  }

  /** Gives the items new positions, in the order given, before another one, or at the end. */
  move(moving: readonly T[], before: T | null): void {
    const others = this.#waiting().filter((item) => !moving.includes(item))
    const target = before === null ? others.length : others.indexOf(before)
    const low = others[target - 1]?.position ?? (others[target]?.position ?? 0) - 1
    const high = others[target]?.position ?? low + moving.length + 1
    moving.forEach((item, i) => (item.position = low + ((high - low) * (i + 1)) / (moving.length + 1)))
    this.#sort()
  }

  #waiting(): T[] {
    return this.#items.slice(this.#head).filter(this.#stillWaits)
  }

  #sort(): void {
    this.#items = this.#waiting().sort((a, b) => a.position - b.position)
    this.#head = 0
  }
}
