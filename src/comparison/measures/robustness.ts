import { formatAccuracyInterval, formatNumber, formatPercent, formatPlusMinus } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { endValue, isFinished } from '../outcomes.ts'
import { gapOf, type SectionSummary, type SeriesSummary } from '../summary.ts'
import type { MeasureTable } from './common.ts'

/** How much a result depends on the seed, and how far what was fitted carries over to the test set. */
export function robustnessTable({ series }: SectionSummary, locale: Locale): MeasureTable[] {
  if (series.every(({ finals }) => finals.length < 2)) return []
  const none = message(locale, 'verdict.none')
  const gaps = series.map(gapOf)
  const anyGap = gaps.some(Boolean)
  const columns = [
    'series',
    'sd',
    'sdShare',
    'worst',
    'diverged',
    ...(anyGap ? (['gap'] as const) : []),
  ] as const
  return [
    {
      id: 'robustness',
      title: message(locale, 'measure.robustness'),
      caption: [
        message(locale, 'measure.robustness.caption'),
        ...(anyGap ? [message(locale, 'measure.robustness.gap')] : []),
      ].join(message(locale, 'sentence.join')),
      table: {
        head: columns.map((name) => message(locale, `measure.column.${name}`)),
        rows: series.map((one, index) => {
          const { sd, final } = one
          const gap = gaps[index]
          return [
            one.label,
            sd === null ? none : formatNumber(sd, 2),
            sd === null || !final || final.mean === 0
              ? none
              : formatPercent(locale, sd / Math.abs(final.mean), 2),
            worstSeed(one, locale) ?? none,
            `${one.diverged.length}/${one.runs.length}`,
            ...(anyGap ? [gap ? gapText(gap) : none] : []),
          ]
        }),
        numeric: columns.map((name) => name !== 'series'),
      },
    },
  ]
}

/** A generalisation gap with its interval, as the quantity it is of is written. */
export function gapText({ of, mean, high }: NonNullable<ReturnType<typeof gapOf>>): string {
  const half = high === null ? null : high - mean
  if (of === 'accuracy') return formatAccuracyInterval(mean, half)
  return half === null ? formatNumber(mean) : formatPlusMinus(mean, half)
}

function worstSeed({ runs }: SeriesSummary, locale: Locale): string | null {
  const ends = runs
    .filter(isFinished)
    .flatMap((run) => {
      const value = endValue(run, 'trainLoss')
      return value === undefined ? [] : [{ value, seed: run.record.settings.seed }]
    })
    .sort((a, b) => b.value - a.value)
  const [worst] = ends
  return worst
    ? message(locale, 'measure.worstSeed', { value: formatNumber(worst.value), seed: worst.seed })
    : null
}
