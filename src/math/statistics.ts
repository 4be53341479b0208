import tQuantile from '@stdlib/stats-base-dists-t-quantile'

/**
 * Summaries of repeated measurements. Every function refuses a value that is not finite: a diverged run must be
 * set aside and counted by the caller, never averaged in silence.
 */

/** A mean with its confidence interval; `low` and `high` are null where one value gives no interval. */
export interface MeanInterval {
  mean: number
  low: number | null
  high: number | null
  n: number
}

/** Arithmetic mean, summed with Neumaier's compensation and corrected once, so that equal values give themselves. */
export function mean(values: readonly number[]): number {
  requireFinite(values)
  const first = compensatedSum(values) / values.length
  return first + compensatedSum(values.map((value) => value - first)) / values.length
}

/** Standard deviation with Bessel's correction (n − 1); null for a single value, which has no spread. */
export function sampleStandardDeviation(values: readonly number[]): number | null {
  requireFinite(values)
  if (values.length < 2) return null
  const centre = mean(values)
  return Math.sqrt(compensatedSum(values.map((value) => (value - centre) ** 2)) / (values.length - 1))
}

/** Quantile by linear interpolation of the order statistics (type 7 of Hyndman & Fan 1996, NumPy's default). */
export function quantile(values: readonly number[], probability: number): number {
  requireFinite(values)
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`A quantile's probability must lie in [0, 1]; got ${probability}.`)
  const sorted = Float64Array.from(values).sort()
  const position = (sorted.length - 1) * probability
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (position - below) * (high - low)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function minimum(values: readonly number[]): number {
  requireFinite(values)
  return values.reduce((least, value) => (value < least ? value : least))
}

export function maximum(values: readonly number[]): number {
  requireFinite(values)
  return values.reduce((greatest, value) => (value > greatest ? value : greatest))
}

/** Mean with the two-sided interval of Student's t on n − 1 degrees of freedom. */
export function meanInterval(values: readonly number[], confidence = 0.95): MeanInterval {
  const centre = mean(values)
  const deviation = sampleStandardDeviation(values)
  const n = values.length
  if (deviation === null) return { mean: centre, low: null, high: null, n }
  const half = (studentFactor(n, confidence) * deviation) / Math.sqrt(n)
  return { mean: centre, low: centre - half, high: centre + half, n }
}

const factors = new Map<string, number>()

/** How many standard errors the interval of `n` values reaches to each side. */
export function studentFactor(n: number, confidence = 0.95): number {
  if (!(n >= 2)) throw new RangeError(`An interval needs at least 2 values; got ${n}.`)
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`A confidence level must lie between 0 and 1; got ${confidence}.`)
  const key = `${n} ${confidence}`
  let factor = factors.get(key)
  if (factor === undefined) {
    factor = tQuantile((1 + confidence) / 2, n - 1)
    factors.set(key, factor)
  }
  return factor
}

function requireFinite(values: readonly number[]): void {
  if (values.length === 0)
    throw new RangeError('A statistic of no values is not a number; leave it out instead.')
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad !== -1)
    throw new RangeError(
      `Value ${bad} is ${values[bad]}; set diverged runs aside and say how many before averaging the others.`,
    )
}

function compensatedSum(values: readonly number[]): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}
