import type { Quantity } from '../charts/quantity.ts'
import { bootstrapCount, bootstrapSeed, type Interval } from '../math/bootstrap.ts'
import type { ComparisonSummary, SectionSummary } from './summary.ts'
import { furtherSeeds, intervalsOf, judge, level, type PairVerdict, type SectionVerdicts } from './verdict.ts'

/** A pair with everything that is said of it, as tables, CSV and JSON have it. */
export interface VerdictRow {
  a: string
  b: string
  quantity: Quantity
  pair: PairVerdict
  intervals: { difference: Interval | null; improvement: Interval | null }
  /** Of an undecided pair; null where no count of seeds that could be planned would tell. */
  further: number | null
}

/** What a section is judged by: its training losses and, where they are measured, its test accuracies. */
export function allVerdicts(section: SectionSummary): SectionVerdicts[] {
  const { series, verdicts, baseline } = section
  if (series.filter(({ endings }) => endings.testAccuracy).length < 2) return [verdicts]
  const best = series.reduce(
    (found, one, index) =>
      (one.endings.testAccuracy?.mean ?? -Infinity) > (series[found]?.endings.testAccuracy?.mean ?? -Infinity)
        ? index
        : found,
    0,
  )
  const focus = [best, series.indexOf(baseline)]
  return [verdicts, judge(series, { quantity: 'testAccuracy', margin: verdicts.margin, focus })]
}

type Labelled = readonly { readonly label: string }[]

/** A pair with its intervals and advice, which are computed here. */
export function verdictRow(verdicts: SectionVerdicts, pair: PairVerdict, series: Labelled): VerdictRow {
  return {
    a: series[pair.a]?.label ?? '',
    b: series[pair.b]?.label ?? '',
    quantity: verdicts.quantity,
    pair,
    intervals: intervalsOf(pair, verdicts.quantity),
    further: pair.call === 'undecided' ? furtherSeeds(verdicts, pair) : null,
  }
}

/** Pairs that a document lists; more are in the CSV. */
export const mostRows = 66

/** @param most rows, where a table has no room for all */
export const verdictRows = (verdicts: SectionVerdicts, series: Labelled, most = Infinity): VerdictRow[] =>
  verdicts.pairs.slice(0, most).map((pair) => verdictRow(verdicts, pair, series))

/** Verdicts as data: a row a pair, names in the style of the CSV's. A number that does not exist is null. */
export function verdictRecords({ sections }: ComparisonSummary) {
  return sections.flatMap((section) =>
    allVerdicts(section).flatMap((verdicts) =>
      verdictRows(verdicts, section.series).map(({ a, b, quantity, pair, intervals, further }) => ({
        workload: section.workload,
        batch: section.batch,
        quantity,
        a,
        b,
        verdict: pair.call,
        paired_seeds: pair.seeds.length,
        unpaired_seeds: pair.unpaired,
        diverged_a: pair.diverged.a,
        diverged_b: pair.diverged.b,
        difference: pair.difference?.mean ?? null,
        difference_low: intervals.difference?.low ?? null,
        difference_high: intervals.difference?.high ?? null,
        improvement: pair.improvement,
        improvement_low: intervals.improvement?.low ?? null,
        improvement_high: intervals.improvement?.high ?? null,
        hedges_g: pair.effect,
        test: pair.p === null ? null : pair.test,
        p: pair.p,
        p_holm: pair.adjusted,
        p_signed_rank: pair.signedRankP,
        equivalence_p: pair.equivalenceP,
        equivalence_p_holm: pair.equivalenceAdjusted,
        margin: pair.margin,
        further_seeds: further,
        level,
        comparisons: verdicts.family,
        bootstrap_samples: bootstrapCount,
        bootstrap_seed: bootstrapSeed,
      })),
    ),
  )
}
