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
import { allVerdicts } from './verdict-rows.ts'
import { verdictSentences } from './verdict-text.ts'

/** Labels that a sentence may spell out before it counts. */
const namedAtMost = 4

/** What the numbers of a section say, as sentences, the main one first. No claim goes beyond the intervals. */
export function findings(
  section: SectionSummary,
  locale: Locale,
  /** How labels are set off from the sentence around them. */
  mark: (label: string) => string = (label) => label,
): string[] {
  const { lowest, verdicts } = section
  const series = section.series.map((one) => ({ ...one, label: mark(one.label) }))
  const labels = series.map(({ label }) => label)
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
        sentences.push(...verdictSentences(verdicts, lowest as number, labels, locale))
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
  sentences.push(...accuracyFindings(section, labels, locale))
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
function accuracyFindings(section: SectionSummary, labels: readonly string[], locale: Locale): string[] {
  const { series } = section
  const measured = series.flatMap(({ endings: { testAccuracy } }, index) =>
    testAccuracy ? [{ index, ...testAccuracy }] : [],
  )
  const anyInterval = measured.some(({ low }) => low !== null)
  const [best] = measured.filter(({ low }) => !anyInterval || low !== null).sort((a, b) => b.mean - a.mean)
  if (!best) return []
  const { index, low, high, n } = best
  const label = labels[index] ?? ''
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
  const verdicts = allVerdicts(section).find(({ quantity }) => quantity === 'testAccuracy')
  return [
    message(locale, 'finding.accuracy', { label, ...values }),
    // That there are too few seeds is said of the losses.
    ...(verdicts?.pairs.some(({ p }) => p !== null) ? verdictSentences(verdicts, index, labels, locale) : []),
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
