import { isAccuracy } from '../charts/quantity.ts'
import {
  decimalsFor,
  formatExact,
  formatFixed,
  formatInteger,
  formatList,
  formatNumber,
  formatSigned,
} from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import type { Interval } from '../math/bootstrap.ts'
import type { MiddleName, Middles } from './middles.ts'
import {
  fewestPairs,
  furtherSeeds,
  intervalsOf,
  verdictOf,
  type Call,
  type PairVerdict,
  type SectionVerdicts,
} from './verdict.ts'
import { mostRows, type VerdictRow } from './verdict-rows.ts'

/** One character for a cell of a matrix; its word is said beside it. */
export const callSymbols: Readonly<Record<Call, string>> = {
  better: '+',
  worse: '−',
  equivalent: '=',
  undecided: '?',
}

export const callWord = (call: Call, locale: Locale): string => message(locale, `verdict.word.${call}`)

/** Labels that a sentence spells out before it counts. */
const namedAtMost = 4

/**
 * What a series is to the others, in sentences; nothing where it is alone.
 * @param labels of all series, as they are to be written
 */
export function verdictSentences(
  verdicts: SectionVerdicts,
  best: number,
  labels: readonly string[],
  locale: Locale,
): string[] {
  const pairs = labels.flatMap((_, other) => (other === best ? [] : (verdictOf(verdicts, best, other) ?? [])))
  if (pairs.length === 0) return []
  const most = Math.max(...pairs.map(({ seeds }) => seeds.length))
  if (most < fewestPairs)
    return [message(locale, 'verdict.few', { count: most, least: fewestPairs, more: fewestPairs - most })]
  const of = (call: Call) => pairs.filter((pair) => pair.call === call)
  const named = (list: readonly PairVerdict[]) =>
    others(
      list.map(({ b }) => labels[b] ?? ''),
      locale,
    )
  const [better, worse, equivalent, undecided] = [
    of('better'),
    of('worse'),
    of('equivalent'),
    of('undecided'),
  ]
  const margin = marginText(verdicts.margin, locale)
  return [
    ...(better.length > 0
      ? [
          message(locale, 'verdict.better', { others: named(better) }),
          ...nearest(verdicts, better, labels, locale),
        ]
      : []),
    ...(worse.length > 0 ? [message(locale, 'verdict.worse', { others: named(worse) })] : []),
    ...(equivalent.length > 0
      ? [message(locale, 'verdict.equivalent', { others: named(equivalent), margin })]
      : []),
    ...(undecided.length > 0
      ? [
          message(locale, 'verdict.undecided', {
            others: named(undecided),
            further: furtherText(
              undecided.map((pair) => furtherSeeds(verdicts, pair)),
              locale,
            ),
          }),
        ]
      : []),
  ]
}

/** By how much the closest of those that it beats is beaten. */
function nearest(
  { quantity }: SectionVerdicts,
  beaten: readonly PairVerdict[],
  labels: readonly string[],
  locale: Locale,
): string[] {
  const measured = beaten.filter(({ difference }) => difference !== null)
  const [pair] = measured.toSorted(
    (x, y) => Math.abs(x.difference?.mean ?? 0) - Math.abs(y.difference?.mean ?? 0),
  )
  if (!pair?.difference || pair.improvement === null) return []
  const { difference, improvement } = intervalsOf(pair, quantity)
  if (!difference || !improvement) return []
  return [
    message(locale, measured.length > 1 ? 'verdict.nearest' : 'verdict.by', {
      label: labels[pair.b] ?? '',
      ...signedInterval(pair.difference.mean, difference),
      probability: formatFixed(pair.improvement, 2),
      from: formatFixed(improvement.low, 2),
      to: formatFixed(improvement.high, 2),
    }),
  ]
}

function others(names: readonly string[], locale: Locale): string {
  if (names.length <= namedAtMost) return formatList(locale, names)
  return message(locale, 'verdict.others', {
    count: names.length,
    list: names.slice(0, 2).join(message(locale, 'list.comma')),
    rest: names.length - 2,
  })
}

function furtherText(counts: readonly (number | null)[], locale: Locale): string {
  const known = counts.filter((count) => count !== null)
  if (known.length === 0) return message(locale, 'verdict.furtherNever')
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const range = least === most ? formatInteger(least) : `${formatInteger(least)}–${formatInteger(most)}`
  return message(locale, 'verdict.further', { range, count: most })
}

/** A margin as people set it: 1 %, 0.5 %. */
export const marginText = (margin: number, locale: Locale): string =>
  message(locale, 'unit.percent', { value: formatExact(Number((margin * 100).toPrecision(6))) })

/** A p value as papers write it. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : formatFixed(p, 3)
}

/** `value`, `low` and `high` of a difference with equal decimals, signs written. */
function signedInterval(
  value: number,
  { low, high }: Interval,
): { value: string; low: string; high: string } {
  const half = (high - low) / 2
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (half > 0 && size >= 1e-4 && size < 1e6) {
    const decimals = decimalsFor(half)
    return {
      value: formatSigned(value, decimals),
      low: formatSigned(low, decimals),
      high: formatSigned(high, decimals),
    }
  }
  return { value: formatNumber(value, 3), low: formatNumber(low, 3), high: formatNumber(high, 3) }
}

/** `−0.0021 [−0.0030, −0.0012]`, or a dash and why there is none. */
export function differenceCell({ pair, intervals }: VerdictRow, locale: Locale): string {
  if (!pair.difference) return message(locale, 'verdict.none')
  if (!intervals.difference) return formatNumber(pair.difference.mean, 3)
  const { value, low, high } = signedInterval(pair.difference.mean, intervals.difference)
  return `${value} [${low}, ${high}]`
}

export function improvementCell({ pair, intervals }: VerdictRow, locale: Locale): string {
  if (pair.improvement === null) return message(locale, 'verdict.none')
  const value = formatFixed(pair.improvement, 2)
  const { improvement } = intervals
  return improvement
    ? `${value} [${formatFixed(improvement.low, 2)}, ${formatFixed(improvement.high, 2)}]`
    : value
}

const orNone = (value: number | null, write: (value: number) => string, locale: Locale): string =>
  value === null ? message(locale, 'verdict.none') : write(value)

export const effectCell = ({ pair }: VerdictRow, locale: Locale): string =>
  orNone(pair.effect, (value) => formatSigned(value, 2), locale)
export const pCell = ({ pair }: VerdictRow, locale: Locale): string =>
  orNone(pair.adjusted, (p) => formatP(p) + (pair.test === 'rank-sum' ? ' (U)' : ''), locale)
export const equivalenceCell = ({ pair }: VerdictRow, locale: Locale): string =>
  orNone(pair.equivalenceAdjusted, formatP, locale)
export function furtherCell({ pair, further }: VerdictRow, locale: Locale): string {
  if (pair.call !== 'undecided') return message(locale, 'verdict.none')
  return further === null ? message(locale, 'verdict.furtherMany') : `+${formatInteger(further)}`
}

/** The numbers of one pair, a line each: what a matrix cell tells when it is asked. */
export function pairLines(row: VerdictRow, locale: Locale): string[] {
  const { a, b, pair, quantity, further } = row
  const values = { a, b, quantity: message(locale, `chart.quantity.${quantity}`) }
  const { diverged } = pair
  return [
    message(locale, `verdict.line.${pair.call}`, values),
    message(locale, 'verdict.line.pairs', { count: pair.seeds.length }) +
      (pair.unpaired > 0 ? message(locale, 'verdict.line.unpaired', { count: pair.unpaired }) : ''),
    ...(pair.difference
      ? [message(locale, 'verdict.line.difference', { value: differenceCell(row, locale), ...values })]
      : []),
    message(locale, 'verdict.line.improvement', { value: improvementCell(row, locale), ...values }),
    ...(pair.effect === null
      ? []
      : [message(locale, 'verdict.line.effect', { value: effectCell(row, locale) })]),
    ...(pair.p === null || pair.adjusted === null
      ? []
      : [
          message(locale, pair.test === 't' ? 'verdict.line.t' : 'verdict.line.rankSum', {
            p: formatP(pair.p),
            adjusted: formatP(pair.adjusted),
          }) +
            (pair.test === 't' && pair.signedRankP !== null
              ? message(locale, 'verdict.line.signedRank', { p: formatP(pair.signedRankP) })
              : ''),
        ]),
    ...(pair.equivalenceAdjusted === null || pair.margin === null
      ? []
      : [
          message(locale, 'verdict.line.equivalence', {
            margin: formatNumber(pair.margin, 2),
            adjusted: formatP(pair.equivalenceAdjusted),
          }),
        ]),
    ...(diverged.a + diverged.b > 0
      ? [message(locale, 'verdict.line.diverged', { ...values, countA: diverged.a, countB: diverged.b })]
      : []),
    ...(pair.call === 'undecided'
      ? [
          further === null
            ? message(locale, 'verdict.line.never')
            : message(locale, pair.p === null ? 'verdict.line.few' : 'verdict.line.further', {
                count: further,
              }),
        ]
      : []),
  ]
}

/** A middle of seeds; one at a diverged run is said so. */
export const middleText = (value: number, decimals: number, locale: Locale): string =>
  Number.isFinite(value) ? formatFixed(value, decimals) : message(locale, 'status.diverged')

/** Its interval in brackets; nothing for a single seed. */
export function middleInterval(middles: Middles, name: MiddleName, decimals: number, locale: Locale): string {
  const interval = middles.intervals()?.[name]
  return interval
    ? `[${middleText(interval.low, decimals, locale)}, ${middleText(interval.high, decimals, locale)}]`
    : ''
}

/** What stands over a list of pairs: the quantity, the corrections, and how many of them there is no room for. */
export function pairsCaption({ quantity, family, pairs }: SectionVerdicts, locale: Locale): string {
  const caption = message(locale, 'report.verdict.pairs', {
    quantity: message(locale, `chart.quantity.${quantity}`),
    direction: message(locale, isAccuracy(quantity) ? 'verdict.higher' : 'verdict.lower'),
    count: family,
  })
  if (pairs.length <= mostRows) return caption
  const first = message(locale, 'report.verdict.first', { shown: mostRows, count: pairs.length })
  return [caption, first].join(message(locale, 'sentence.join'))
}
