/** How well one class is told from the others; NaN where there was nothing to count. */
export interface ClassScore {
  /** Test examples of the class. */
  readonly count: number
  /** Share of them that were recognised. */
  readonly recall: number
  /** Share of what was taken for the class that is of it. */
  readonly precision: number
  /** Harmonic mean of both. */
  readonly f1: number
}

/** @param confusion [classes, classes]: row is the class it is, column the class it was taken for */
export function classScores(confusion: Int32Array, classes: number): ClassScore[] {
  const at = (row: number, column: number): number => confusion[row * classes + column] as number
  const all = Array.from({ length: classes }, (_, k) => k)
  return all.map((own) => {
    const right = at(own, own)
    const count = all.reduce((sum, other) => sum + at(own, other), 0)
    const taken = all.reduce((sum, other) => sum + at(other, own), 0)
    return { count, recall: right / count, precision: right / taken, f1: (2 * right) / (count + taken) }
  })
}

/** Examples tested, and how many of them were right. */
export function tally(confusion: Int32Array, classes: number): { total: number; right: number } {
  let [total, right] = [0, 0]
  confusion.forEach((count, at) => {
    total += count
    if (at % (classes + 1) === 0) right += count
  })
  return { total, right }
}
