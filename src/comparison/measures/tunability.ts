import { intervalOf, resamples, type Interval } from '../../math/bootstrap.ts'

/**
 * The best that tuning with so many tries finds on average (Dodge et al. 2019, Sivaprasad et al. 2020): the mean of the
 * lowest of `tries` different values, over every choice of them.
 * @param values costs of the settings tried, lower is better; Infinity diverged
 * @param tries from 1 to as many as there are
 * @returns Infinity where some choice has nothing but Infinity
 */
export function expectedBest(values: readonly number[], tries: number): number {
  const weights = weightsOf(values.length, tries)
  const sorted = values.toSorted((a, b) => a - b)
  return weights.reduce((sum, weight, i) => sum + weight * (sorted[i] as number), 0)
}

/** 95 % percentile bootstrap interval of the expected best, over settings. */
export function expectedBestInterval(values: readonly number[], tries: number): Interval {
  const n = values.length
  const weights = weightsOf(n, tries)
  const sorted = values.toSorted((a, b) => a - b)
  const { count, positions } = resamples(n)
  const bests = new Float64Array(count)
  const times = new Uint32Array(n)
  for (let row = 0; row < count; row++) {
    // Positions drawn are counted, which sorts them.
    times.fill(0)
    for (let i = row * n; i < (row + 1) * n; i++) {
      const position = positions[i] as number
      times[position] = (times[position] as number) + 1
    }
    let sum = 0
    let place = 0
    for (let i = 0; place < weights.length; i++)
      for (let left = times[i] as number; left > 0 && place < weights.length; left--)
        sum += (weights[place++] as number) * (sorted[i] as number)
    bests[row] = sum
  }
  return intervalOf(bests)
}

/**
 * What the best of so many different trials comes to: the quartiles over every choice of them. Unlike a mean they are
 * numbers also where some choices have diverged trials alone.
 * @param costs lower is better; Infinity diverged
 */
export function bestOfTrials(
  costs: readonly number[],
  tries: number,
): { median: number; low: number; high: number } {
  const weights = weightsOf(costs.length, tries)
  const sorted = costs.toSorted((a, b) => a - b)
  const quantile = (share: number): number => {
    let sum = 0
    // Rounding must not carry a half past the value at which it is reached.
    const index = weights.findIndex((weight) => (sum += weight) >= share - 1e-12)
    return sorted[index < 0 ? weights.length - 1 : index] as number // there are as many weights as may be the best
  }
  return { median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) }
}

/**
 * The chance of each of n values, the lowest first, to be the best of a choice of k: such a choice has it and otherwise only
 * higher ones, C(n−1−i, k−1) of C(n, k). The k−1 highest never are and have no weight.
 */
function weightsOf(n: number, tries: number): Float64Array {
  if (!(Number.isInteger(tries) && tries >= 1 && tries <= n))
    throw new RangeError(`Of ${n} settings, 1 to ${n} can be tried; got ${tries}.`)
  const weights = new Float64Array(n - tries + 1)
  let chance = tries / n
  for (let i = 0; i < weights.length; i++) {
    weights[i] = chance
    if (i < n - tries) chance *= (n - tries - i) / (n - 1 - i)
  }
  return weights
}
