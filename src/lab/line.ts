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

  /** Takes the first one that can go. */
  next(canGo: (item: T) => boolean): T | undefined {
    while (this.#head < this.#items.length && !this.#stillWaits(this.#items[this.#head] as T)) this.#head++
    for (let i = this.#head; i < this.#items.length; i++) {
      const item = this.#items[i] as T
      if (!this.#stillWaits(item) || !canGo(item)) continue
      if (i === this.#head) this.#head++
      else this.#items.splice(i, 1)
      return item
    }
    if (this.#head === this.#items.length) {
      this.#items = []
      this.#head = 0
    }
    return undefined
  }

  /**
   * Gives the items new positions, in the order given, before another one that is not among them, or at the end.
   * @returns those whose position changed: more than the moved where no numbers are left between two positions
   */
  move(moving: readonly T[], before: T | null): readonly T[] {
    const moved = [...new Set(moving)]
    const leaving = new Set(moving)
    const others = this.#waiting().filter((item) => !leaving.has(item))
    const target = before === null ? others.length : others.indexOf(before)
    const low = others[target - 1]?.position ?? (others[target]?.position ?? 0) - 1
    const high = others[target]?.position ?? low + moved.length + 1
    moved.forEach((item, i) => (item.position = low + ((high - low) * (i + 1)) / (moved.length + 1)))
    const order = [...others.slice(0, target), ...moved, ...others.slice(target)]
    const ascending = order.every((item, i) => i === 0 || item.position > (order[i - 1] as T).position)
    if (!ascending) order.forEach((item, i) => (item.position = Math.floor(low) + i))
    this.#items = order
    this.#head = 0
    this.#last = Math.max(this.#last, order.at(-1)?.position ?? 0)
    return ascending ? moved : order
  }

  #waiting(): T[] {
    return this.#items.slice(this.#head).filter(this.#stillWaits)
  }

  #sort(): void {
    this.#items = this.#waiting().sort((a, b) => a.position - b.position)
    this.#head = 0
  }
}
