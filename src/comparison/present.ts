import {
  decimalsFor,
  formatAccuracyInterval,
  formatFixed,
  formatNumber,
  formatPlusMinus,
  formatSigned,
} from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import type { MeanInterval } from '../math/statistics.ts'
import type { StopRule } from '../experiments/stop.ts'
import type { RunSettings } from '../experiments/settings.ts'
import type { SeriesSummary } from './summary.ts'
import { settingText } from './text.ts'
import { shellWord } from '../text/shell.ts'

/**
 * Decimals for a column of means: two significant digits of the median half width, so that the column lines up.
 * @param fixed decimals where the quantity has its own
 * @returns how to write one interval of that column
 */
export function intervalColumn(
  intervals: readonly (MeanInterval | null)[],
): (interval: MeanInterval) => string {
  const { plain, decimals } = columnDecimals(intervals)
  return ({ mean, high }) => {
    if (!plain)
      return high === null || high === mean ? formatNumber(mean) : formatPlusMinus(mean, high - mean)
    if (high === null) return formatFixed(mean, decimals)
    const half = high - mean
    // Never "± 0.000" for a spread that is there.
    const needed = half > 0 ? Math.min(8, Math.max(0, -Math.floor(Math.log10(half)))) : 0
    const digits = Math.max(decimals, needed)
    return `${formatFixed(mean, digits)} ± ${formatFixed(half, digits)}`
  }
}

/** Decimals of a column, and whether its numbers can do without powers of ten. Without intervals: five digits of the largest. */
export function columnDecimals(intervals: readonly (MeanInterval | null)[]): {
  plain: boolean
  decimals: number
} {
  const halves = intervals
    .flatMap((interval) => (interval?.high != null ? [interval.high - interval.mean] : []))
    .filter((half) => half > 0)
    .sort((a, b) => a - b)
  const means = intervals
    .flatMap((interval) => (interval ? [Math.abs(interval.mean)] : []))
    .filter((size) => size > 0)
  const plain = means.every((size) => size >= 1e-4 && size < 1e6)
  const middle = halves[Math.floor((halves.length - 1) / 2)]
  const largest = Math.max(...means, 0)
  const decimals =
    middle !== undefined
      ? decimalsFor(middle)
      : largest > 0
        ? Math.min(8, Math.max(0, 4 - Math.floor(Math.log10(largest))))
        : 4
  return { plain, decimals }
}

/** A difference of two means with its sign, as its column is written; smaller ones by their own first digits, never as nothing. */
export function differenceText(difference: number, baseline: number, decimals: number): string {
  const text = formatSigned(difference, decimals)
  if (difference === 0 || (Math.abs(baseline) >= 1e-4 && /[1-9]/.test(text))) return text
  return `${difference > 0 ? '+' : ''}${formatNumber(difference, 2)}`
}

export const accuracyText = ({ mean, high }: MeanInterval): string =>
  formatAccuracyInterval(mean, high === null ? null : high - mean)

/**
 * Whether a difference to the baseline is for the better.
 * @param higherIsBetter of accuracies; of losses and times less is better
 */
export function trendOf(
  delta: number,
  higherIsBetter = false,
): { arrow: '▲' | '▼'; isBetter: boolean } | undefined {
  if (delta === 0) return undefined
  return { arrow: delta > 0 ? '▲' : '▼', isBetter: delta > 0 === higherIsBetter }
}

/** Why a series has no mean. */
export function whyNone(series: SeriesSummary, locale: Locale): string {
  return message(
    locale,
    series.diverged.length === series.runs.length ? 'report.why.diverged' : 'report.why.unfinished',
  )
}

/** `lr 0.01 · beta1 0.9`, or "defaults". */
export function setText(set: RunSettings['set'], locale: Locale): string {
  const entries = Object.entries(set)
  if (entries.length === 0) return message(locale, 'report.defaults')
  return entries.map(([name, value]) => `${name} = ${settingText(value)}`).join(', ')
}

export function scheduleText({ id, set, per, offset }: RunSettings['schedule'], locale: Locale): string {
  if (id === 'constant' && Object.keys(set).length === 0) return message(locale, 'report.schedule.constant')
  const parts = [
    id,
    ...Object.entries(set).map(([name, value]) => `${name} = ${settingText(value)}`),
    message(locale, per === 'epoch' ? 'report.schedule.perEpoch' : 'report.schedule.perStep'),
    ...(offset === 0 ? [] : [message(locale, 'report.schedule.offset', { offset: settingText(offset) })]),
  ]
  return parts.join(', ')
}

/** What of a run's command is there only where it is not as usual: the device, how it starts, what is set aside. */
export function placeAndStart({
  device,
  initialiser,
  weights,
  validation,
  stop,
}: Pick<RunSettings, 'device' | 'initialiser' | 'weights' | 'validation' | 'stop'>): string[] {
  return [
    ...(device === 'auto' ? [] : [`--device ${shellWord(device)}`]),
    ...(initialiser === undefined ? [] : [`--initialiser ${shellWord(initialiser)}`]),
    // The file itself is not here; its place is the reader's to fill in.
    ...(weights === undefined ? [] : ['--weights FILE.safetensors']),
    ...(validation === undefined ? [] : [`--validation ${validation}`]),
    ...(stop ? [stopFlags(stop)] : []),
  ]
}

function stopFlags({ metric, ...by }: StopRule): string {
  const names = {
    target: '--stop-target',
    patience: '--stop-patience',
    minDelta: '--stop-min-delta',
  } as const
  const values = Object.entries(names).flatMap(([name, flag]) => {
    const value = by[name as keyof typeof names]
    return value === undefined ? [] : [`${flag}=${value}`]
  })
  return [`--stop ${metric}`, ...values].join(' ')
}

/** The command that repeats one run; `--seed` is left to the caller. */
export function trainCommand(settings: Omit<RunSettings, 'seed'>): string {
  const { workload, optimizer, set, schedule, batch, epochs } = settings
  const pairs = (flag: string, map: RunSettings['set']) =>
    Object.entries(map).flatMap(([name, value]) => [
      flag,
      shellWord(`${name}=${Array.isArray(value) ? value.join(',') : String(value)}`),
    ])
  const isPlain = schedule.id === 'constant' && Object.keys(schedule.set).length === 0
  return [
    'npm run -s descent -- train',
    shellWord(workload),
    '--optimizer',
    shellWord(optimizer),
    ...pairs('--set', set),
    ...(isPlain
      ? []
      : [
          '--schedule',
          shellWord(schedule.id),
          ...pairs('--schedule-set', schedule.set),
          '--schedule-per',
          schedule.per,
          ...(schedule.offset === 0 ? [] : [`--schedule-offset=${schedule.offset}`]),
        ]),
    '--batch',
    String(batch),
    '--epochs',
    String(epochs),
    ...placeAndStart(settings),
  ].join(' ')
}
