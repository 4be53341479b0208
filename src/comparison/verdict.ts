import padjust from '@stdlib/stats-padjust'
import type { MeasuredRun } from '../charts/comparison.ts'
import { isAccuracy, type Quantity } from '../charts/quantity.ts'
import { bcaMeanInterval, percentileInterval, resamples, type Interval } from '../math/bootstrap.ts'
import { probabilityBelow, resampledBelow } from '../math/dominance.ts'
import { equivalenceT, hedgesG, paired, pairedT, type Paired } from '../math/paired.ts'
import { differencePower, equivalencePower, pairsFor, rankSumSize } from '../math/power.ts'
import { rankSum } from '../math/rank-sum.ts'
import { signedRank } from '../math/signed-rank.ts'
import { mean } from '../math/statistics.ts'
import { costsBySeed } from './outcomes.ts'

/**
 * What two series say of each other over the seeds that both have.
 *
 * The test is the paired t-test. Were the two series the same rule, either could have had either result of a seed, so
 * their differences would be symmetric about zero however skewed the losses are; there the test keeps its level, and
 * unlike rank tests it reaches the small p that Holm's correction over many pairs asks for. Where a seed diverged there is
 * no difference to average, only an order: then it is the exact rank-sum test, that seed worse than every number. (The
 * signed-rank test of eight pairs has no p below .008 and could not tell a series that always diverges from one that never
 * does. That seeds are shared makes the rank-sum test cautious, not bold.) Equivalence is two one-sided t-tests against
 * the margin, and goes before a difference: one that is surely too small to matter is no reason to choose.
 */
export type Call = 'better' | 'worse' | 'equivalent' | 'undecided'

/** Chance, at most, of any wrong claim among the pairs of a section where no series differs. */
export const level = 0.05
/** Below so many pairs nothing is claimed: six are the fewest with which the signed-rank test reaches the level. */
export const fewestPairs = 6
/** The largest difference that does not matter, as a share of the two series' mean. */
export const defaultMargin = 0.01
/** Chance with which the seeds that are advised would tell. */
export const plannedPower = 0.8
/** Up to so many series every pair is judged; of more, the pairs with those that are asked about. */
export const mostCrossed = 12

export interface PairVerdict {
  /** Positions in the section's series. */
  a: number
  b: number
  /** Seeds with which both ended. */
  seeds: readonly number[]
  /** Seeds with which only one of them did; they are in no number here. */
  unpaired: number
  /** Costs by pair: lower is better; Infinity diverged. */
  costs: { a: readonly number[]; b: readonly number[] }
  /** Seeds of each that diverged. */
  diverged: { a: number; b: number }
  /** Pairs with a number on both sides: value of a minus value of b; null where fewer than two. */
  difference: Paired | null
  /** In the quantity's unit; null where there is no mean that it is a share of. */
  margin: number | null
  test: 't' | 'rank-sum'
  /** Of no difference: of this pair alone, and corrected. Null below `fewestPairs`. */
  p: number | null
  adjusted: number | null
  /** Of the exact signed-rank test, as a second opinion that asks for no shape of the differences; not corrected. */
  signedRankP: number | null
  /** Of a difference of the margin or more; null also where a seed diverged. */
  equivalenceP: number | null
  equivalenceAdjusted: number | null
  /** Hedges' g of the differences; positive where a has the higher values. */
  effect: number | null
  /** Chance that a seed of a ends better than one of b, a tie counting half. */
  improvement: number | null
  call: Call
}

export interface SectionVerdicts {
  quantity: Quantity
  /** As a share. */
  margin: number
  /** Pairs that the correction is over. */
  family: number
  pairs: readonly PairVerdict[]
}

export interface JudgeOptions {
  quantity: Quantity
  margin: number
  /** Positions of the series whose pairs are judged where there are too many for all. */
  focus: readonly (number | null)[]
}

interface Judged {
  runs: readonly MeasuredRun[]
}

/**
 * Judges the pairs of series, corrected for their number. Pairs without a seed in common are left out; runs that are in
 * both series, as those with several tags may be, are in no pair: one does not differ from itself.
 */
export function judge(series: readonly Judged[], { quantity, margin, focus }: JudgeOptions): SectionVerdicts {
  const costs = series.map(({ runs }) => costsBySeed(runs, quantity))
  const members = series.map(({ runs }) => new Set(runs))
  const isCrossed = series.length <= mostCrossed
  const pairs: PairVerdict[] = []
  for (let a = 0; a < series.length; a++)
    for (let b = a + 1; b < series.length; b++) {
      if (!isCrossed && !focus.includes(a) && !focus.includes(b)) continue
      const shared = sharedRuns(series[a], members[b])
      const [ofA, ofB] = [a, b].map((index) =>
        shared.size === 0
          ? costs[index]
          : costsBySeed(series[index]?.runs.filter((run) => !shared.has(run)) ?? [], quantity),
      )
      if (!ofA || !ofB) continue
      const pair = compare(a, b, ofA, ofB, quantity, margin)
      if (pair.seeds.length > 0) pairs.push(pair)
    }
  // Pairs that are not looked at count too: which ones are was decided by the numbers.
  const able = costs.filter((one) => one && one.size >= fewestPairs).length
  const family = isCrossed
    ? pairs.filter(({ p }) => p !== null).length
    : Math.max(pairs.length, (able * (able - 1)) / 2)
  return { quantity, margin, family, pairs: corrected(pairs, family) }
}

const sharedRuns = (
  series: Judged | undefined,
  others: ReadonlySet<MeasuredRun> | undefined,
): ReadonlySet<MeasuredRun> => new Set(series?.runs.filter((run) => others?.has(run)))

function compare(
  a: number,
  b: number,
  ofA: ReadonlyMap<number, number>,
  ofB: ReadonlyMap<number, number>,
  quantity: Quantity,
  share: number,
): PairVerdict {
  const seeds = [...ofA.keys()].filter((seed) => ofB.has(seed)).sort((x, y) => x - y)
  const at = (costs: ReadonlyMap<number, number>) => seeds.map((seed) => costs.get(seed) as number)
  const costs = { a: at(ofA), b: at(ofB) }
  const numbers = differencesOf(costs).filter(Number.isFinite)
  const both = seeds.flatMap((_, i) => {
    const [x, y] = [costs.a[i] as number, costs.b[i] as number]
    return Number.isFinite(x + y) ? [Math.abs(x), Math.abs(y)] : []
  })
  const sign = isAccuracy(quantity) ? -1 : 1
  const difference = paired(numbers.map((one) => sign * one))
  const diverged = { a: infinities(costs.a), b: infinities(costs.b) }
  const isRanked = diverged.a + diverged.b > 0
  const isEnough = seeds.length >= fewestPairs
  const margin = both.length > 0 ? share * mean(both) : null
  return {
    a,
    b,
    seeds,
    unpaired: ofA.size + ofB.size - 2 * seeds.length,
    costs,
    diverged,
    difference,
    margin,
    test: isRanked ? 'rank-sum' : 't',
    p: !isEnough ? null : isRanked ? rankSum(costs.a, costs.b) : difference && pairedT(difference),
    signedRankP: isEnough ? signedRank(differencesOf(costs)).p : null,
    adjusted: null,
    equivalenceP:
      isEnough && !isRanked && difference && margin !== null ? equivalenceT(difference, margin) : null,
    equivalenceAdjusted: null,
    effect: isRanked || !difference ? null : hedgesG(difference),
    improvement: seeds.length > 0 ? probabilityBelow(costs.a, costs.b) : null,
    call: 'undecided',
  }
}

/** Cost of a minus cost of b; where both diverged neither is worse. */
function differencesOf({ a, b }: PairVerdict['costs']): number[] {
  return a.map((cost, i) => (cost === b[i] ? 0 : cost - (b[i] as number)))
}

const infinities = (costs: readonly number[]): number => costs.filter((cost) => cost === Infinity).length

/** With corrected p values and what follows from them. The two questions cannot both be wrong of one pair, so each has the whole level. */
function corrected(pairs: readonly PairVerdict[], family: number): PairVerdict[] {
  const differing = holm(
    pairs.map(({ p }) => p),
    family,
  )
  const equal = holm(
    pairs.map(({ equivalenceP }) => equivalenceP),
    family,
  )
  return pairs.map((pair, i) => {
    const judged = { ...pair, adjusted: differing[i] ?? null, equivalenceAdjusted: equal[i] ?? null }
    return { ...judged, call: callOf(judged) }
  })
}

/** Holm's correction; null stays null. @param family how many there are, those not listed included */
function holm(values: readonly (number | null)[], family: number): (number | null)[] {
  const known = values.flatMap((p, index) => (p === null ? [] : [{ p: Math.min(1, p), index }]))
  const result: (number | null)[] = values.map(() => null)
  if (known.length === 0) return result
  padjust(
    known.map(({ p }) => p),
    'holm',
    Math.max(family, known.length),
  ).forEach((adjusted, i) => {
    result[(known[i] as { index: number }).index] = adjusted
  })
  return result
}

function callOf({ difference, adjusted, equivalenceAdjusted, costs, improvement, test }: PairVerdict): Call {
  if (adjusted === null) return 'undecided'
  const isSame = difference?.mean === 0 && difference.sd === 0 && test === 't'
  if (isSame || (equivalenceAdjusted !== null && equivalenceAdjusted <= level)) return 'equivalent'
  if (adjusted > level) return 'undecided'
  const isLower = test === 't' ? mean(differencesOf(costs)) < 0 : (improvement ?? 0) > 0.5
  return isLower ? 'better' : 'worse'
}

/** The verdict seen from the other series. */
export function reversed(pair: PairVerdict): PairVerdict {
  const { a, b, costs, diverged, difference, effect, improvement, call } = pair
  return {
    ...pair,
    a: b,
    b: a,
    costs: { a: costs.b, b: costs.a },
    diverged: { a: diverged.b, b: diverged.a },
    difference: difference && { ...difference, mean: -difference.mean },
    effect: effect === null ? null : -effect,
    improvement: improvement === null ? null : 1 - improvement,
    call: call === 'better' ? 'worse' : call === 'worse' ? 'better' : call,
  }
}

/** What `a` is to `b`; undefined where the pair was not judged. */
export function verdictOf({ pairs }: SectionVerdicts, a: number, b: number): PairVerdict | undefined {
  const pair = pairs.find((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a))
  return pair && pair.a !== a ? reversed(pair) : pair
}

/**
 * 95 % bootstrap intervals; seeds are drawn, so that a pair stays together. Made when they are shown: they cost a
 * thousand times what the tests cost.
 */
export function intervalsOf(
  { costs, difference, improvement }: PairVerdict,
  quantity: Quantity,
): { difference: Interval | null; improvement: Interval | null } {
  const { a, b } = costs
  const sign = isAccuracy(quantity) ? -1 : 1
  const numbers = differencesOf(costs)
    .filter((_, i) => Number.isFinite((a[i] as number) + (b[i] as number)))
    .map((one) => sign * one)
  if (a.length < 2) return { difference: null, improvement: null }
  return {
    // Two that diverged with every seed are equal, of which no number has an interval.
    difference: difference && numbers.length > 0 ? bcaMeanInterval(numbers, resamples(numbers.length)) : null,
    // Where every seed of one is below every seed of the other, so is every draw.
    improvement:
      improvement === 0 || improvement === 1
        ? { low: improvement, high: improvement }
        : percentileInterval(resamples(a.length), resampledBelow(a, b)),
  }
}

/**
 * Further paired seeds with which the pair would be told apart, or found equivalent, with `plannedPower`, were its
 * differences as the seeds so far say; whichever takes fewer. The level is the one that Holm's next step has.
 * @returns null where a thousand pairs would not do; below `fewestPairs` what lacks to them, as the spread of so few seeds
 * is nothing to plan with
 */
export function furtherSeeds({ pairs, family }: SectionVerdicts, pair: PairVerdict): number | null {
  const n = pair.seeds.length
  if (n < fewestPairs) return fewestPairs - n
  const told = pairs.filter(({ call }) => call !== 'undecided').length
  const step = level / Math.max(1, family - told)
  const { difference, margin } = pair
  if (pair.test === 'rank-sum') {
    const needed = rankSumSize(pair.improvement ?? 0.5, step, plannedPower)
    return needed === null ? null : Math.max(1, needed - n)
  }
  if (!difference || difference.sd === 0) return null
  const effect = Math.abs(difference.mean) / difference.sd
  const apart = pairsFor((count) => differencePower(effect, count, step), plannedPower, n + 1)
  const allowed = (margin ?? 0) / difference.sd
  const equal =
    allowed > effect
      ? pairsFor((count) => equivalencePower(effect, allowed, count, step), plannedPower, n + 1)
      : null
  const needed = Math.min(apart ?? Infinity, equal ?? Infinity)
  return Number.isFinite(needed) ? needed - n : null
}
