/** One line of the bench: a figure, what it must stay below, and what it was measured against. */
export interface Figure {
  what: string
  /** Median of the samples, in `unit`. */
  value: number
  unit: string
  /** The value must not be above it. */
  bound?: number
  /** How the figure came about: samples, spread, the other side of a ratio. */
  how: string
}

export interface Benchmark {
  name: string
  run(): Promise<Figure[]>
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** `median 0.052 [0.048 … 0.071], n = 7`. */
export function spread(values: readonly number[]): string {
  const show = (value: number): string => String(Number(value.toPrecision(3)))
  return `median ${show(median(values))} [${show(Math.min(...values))} … ${show(Math.max(...values))}], n = ${values.length}`
}
