import {
  decimalsFor,
  formatAccuracy,
  formatFixed,
  formatInteger,
  formatList,
  formatNumber,
} from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import type { MeanInterval } from '../math/statistics.ts'
import type { SectionSummary, SeriesSummary } from './summary.ts'

/** Labels that a sentence may spell out before it counts. */
const namedAtMost = 4

/** What the numbers of a section say, as sentences, the main one first. No claim goes beyond the intervals. */
export function findings(
  { series: summaries, lowest, tied }: SectionSummary,
  locale: Locale,
  /** How labels are set off from the sentence around them. */
  mark: (label: string) => string = (label) => label,
): string[] {
  const series = summaries.map((one) => ({ ...one, label: mark(one.label) }))
  const sentences: string[] = []
  const winner = lowest === null ? null : (series[lowest] as SeriesSummary)
  const ranked = series.filter(({ final }) => final?.low != null)
  if (winner?.final) {
    const { label, final } = winner
    if (final.low === null || final.high === null) {
      const value = formatNumber(final.mean)
      const only = series.length === 1
      const several = winner.runs.length > 1
      sentences.push(
        only
          ? message(locale, 'finding.onlySingle', { label, value })
          : several || series.some((one) => one.runs.length > 1)
            ? message(locale, 'finding.lowestNoInterval', { label, value })
            : message(locale, 'finding.lowestSingle', { label, value }),
      )
    } else {
      const values = { label, n: final.n, ...intervalText(final) }
      if (series.length === 1) sentences.push(message(locale, 'finding.only', values))
      else {
        sentences.push(message(locale, 'finding.lowest', values))
        const names = tied.map((index) => (series[index] as SeriesSummary).label)
        if (names.length > 0)
          sentences.push(
            message(locale, 'finding.tied', {
              others: others(names, locale),
              n: seedsOf([winner, ...tied.map((i) => series[i] as SeriesSummary)]),
            }),
          )
        else if (ranked.length > 1) {
          sentences.push(message(locale, 'finding.apart'))
          const next = ranked.filter((one) => one !== winner).reduce((a, b) => (mean(b) < mean(a) ? b : a))
          const interval = next.final as MeanInterval
          const difference = interval.mean - final.mean
          sentences.push(
            message(locale, 'finding.next', {
              label: next.label,
              difference: formatNumber(difference, 2),
              ...intervalText(interval),
            }),
          )
        }
        const alone = series.filter(
          (one) => one.final !== null && one.final.low === null && one.diverged.length === 0,
        )
        if (alone.length > 0) {
          const named = alone.slice(0, namedAtMost).map((one) => one.label)
          if (alone.length > namedAtMost) named.push('…')
          sentences.push(
            message(locale, 'finding.noIntervalOthers', {
              list: formatList(locale, named),
              count: alone.length,
            }),
          )
        }
      }
    }
  } else {
    const nothing = series.every(({ runs, diverged }) => diverged.length === runs.length)
    sentences.push(message(locale, nothing ? 'finding.nothing' : 'finding.unfinished'))
  }
  sentences.push(...accuracyFindings(series, locale))
  const lost = series.filter(({ diverged }) => diverged.length > 0)
  for (const one of lost.slice(0, namedAtMost)) {
    const steps = one.diverged.flatMap(({ step }) => (step === null ? [] : [step]))
    const values = {
      label: one.label,
      diverged: one.diverged.length,
      total: one.runs.length,
      step: steps.length > 0 ? formatInteger(Math.min(...steps)) : '?',
    }
    sentences.push(
      one.diverged.length === one.runs.length
        ? message(locale, 'finding.diverged.all', values)
        : message(
            locale,
            one.finals.length === 1 && ranked.length > 0 ? 'finding.diverged.one' : 'finding.diverged.some',
            values,
          ),
    )
  }
  if (lost.length > namedAtMost)
    sentences.push(message(locale, 'finding.diverged.many', { count: lost.length - namedAtMost }))
  const unfinished = series.reduce((count, { incomplete }) => count + incomplete.length, 0)
  if (unfinished > 0) sentences.push(message(locale, 'finding.incomplete', { count: unfinished }))
  return sentences
}

/** Who has the highest test accuracy, where there is one. */
function accuracyFindings(series: readonly SeriesSummary[], locale: Locale): string[] {
  const measured = series.flatMap(({ label, endings: { testAccuracy } }) =>
    testAccuracy ? [{ label, ...testAccuracy }] : [],
  )
  const anyInterval = measured.some(({ low }) => low !== null)
  const [best, ...rest] = measured
    .filter(({ low }) => !anyInterval || low !== null)
    .sort((a, b) => b.mean - a.mean)
  if (!best) return []
  const { label, low, high, n } = best
  const value = formatAccuracy(best.mean)
  const alone = series.length === 1
  if (low === null || high === null)
    return [
      alone
        ? message(locale, 'finding.accuracyOnlySingle', { value })
        : message(locale, 'finding.accuracySingle', { label, value }),
    ]
  const values = { value, low: formatAccuracy(low), high: formatAccuracy(high), n }
  if (alone) return [message(locale, 'finding.accuracyOnly', values)]
  const said = message(locale, 'finding.accuracy', { label, ...values })
  if (rest.length === 0) return [said]
  const tied = rest.filter((one) => (one.high as number) >= low)
  return [
    said,
    tied.length === 0
      ? message(locale, 'finding.apart')
      : message(locale, 'finding.tied', {
          others: others(
            tied.map((one) => one.label),
            locale,
          ),
          n: formatSeeds([best, ...tied]),
        }),
  ]
}

/** `value`, `low` and `high` with the same decimals: two significant digits of the half width. */
export function intervalText(interval: MeanInterval): { value: string; low: string; high: string } {
  const { mean: centre, low, high } = interval
  if (low === null || high === null) return { value: formatNumber(centre), low: '', high: '' }
  if (high - centre > 0 && (Math.abs(centre) < 1e-4 || Math.abs(centre) >= 1e6))
    return { value: formatNumber(centre), low: formatNumber(low), high: formatNumber(high) }
  const decimals = decimalsOf(interval)
  return {
    value: formatFixed(centre, decimals),
    low: formatFixed(low, decimals),
    high: formatFixed(high, decimals),
  }
}

function decimalsOf({ mean: centre, high }: MeanInterval): number {
  return decimalsFor((high as number) - centre)
}

function mean(series: SeriesSummary): number {
  return series.final?.mean ?? Number.POSITIVE_INFINITY
}

function others(names: readonly string[], locale: Locale): string {
  if (names.length <= namedAtMost)
    return message(locale, 'finding.tied.those', { list: formatList(locale, names), count: names.length })
  return message(locale, 'finding.tied.count', {
    count: names.length,
    list: names.slice(0, 2).join(message(locale, 'list.comma')),
    rest: names.length - 2,
  })
}

const seedsOf = (series: readonly SeriesSummary[]): string =>
  formatSeeds(series.flatMap(({ final }) => final ?? []))

function formatSeeds(intervals: readonly MeanInterval[]): string {
  const counts = intervals.map(({ n }) => n)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? String(least) : `${least}–${most}`
}
