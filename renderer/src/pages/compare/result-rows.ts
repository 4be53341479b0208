import {
  accuracyText,
  columnDecimals,
  differenceText,
  intervalColumn,
  trendOf,
  whyNone,
} from '../../../../src/comparison/present.ts'
import type { Quantity } from '../../../../src/charts/quantity.ts'
import { gapText } from '../../../../src/comparison/measures/robustness.ts'
import {
  endingOf,
  gapOf,
  type Moment,
  type SectionSummary,
  type SeriesSummary,
} from '../../../../src/comparison/summary.ts'
import { middleInterval, middleText } from '../../../../src/comparison/verdict-text.ts'
import {
  accuracyDecimals,
  formatAccuracy,
  formatDuration,
  formatFixed,
  formatInteger,
  formatNumber,
} from '../../../../src/locales/format.ts'
import { message, type Locale } from '../../../../src/locales/message.ts'

/** A cell of the table of results as it is shown, copied and sorted. */
export interface ResultCell {
  readonly text: string
  /** There is no number, and the text says why. */
  readonly none?: boolean
  /** Against the baseline. */
  readonly trend?: NonNullable<ReturnType<typeof trendOf>>
  /** A second, quieter line. */
  readonly detail?: string
  /** What the column is sorted by; null comes last. */
  readonly value: number | string | null
}

export const resultColumns = [
  'final',
  'delta',
  'testAccuracy',
  'testDelta',
  'trainAccuracy',
  'trainDelta',
  'testLoss',
  'gap',
  'bestTestAccuracy',
  'bestTestEpoch',
  'best',
  'step',
  'sd',
  'iqm',
  'median',
  'n',
  'diverged',
  'time',
] as const
export type ResultColumn = (typeof resultColumns)[number]

/** The columns of where seeds ended, which may be of their bests instead. */
const endingColumns = ['final', 'testAccuracy', 'trainAccuracy', 'testLoss'] as const
type EndingColumn = (typeof endingColumns)[number]
export const isEnding = (column: ResultColumn): column is EndingColumn =>
  (endingColumns as readonly string[]).includes(column)
const quantityOf = (column: EndingColumn): Quantity => (column === 'final' ? 'trainLoss' : column)
export const endingQuantities = (columns: readonly ResultColumn[]): Quantity[] =>
  columns.filter(isEnding).map(quantityOf)

export interface ResultRow {
  readonly series: SeriesSummary
  readonly isLowest: boolean
  /** The verdict does not tell it from the lowest. */
  readonly isTied: boolean
  readonly cells: Readonly<Record<ResultColumn, ResultCell>>
}

/** A bootstrap a row takes milliseconds: of more rows the report has them. */
const mostIntervals = 24

/** The columns that say something of these series. */
export function columnsFor(series: readonly SeriesSummary[]): ResultColumn[] {
  const any = (test: (one: SeriesSummary) => boolean): boolean => series.some(test)
  return resultColumns.filter((column) => {
    if (column === 'delta') return series.length > 1
    if (column === 'gap') return any((one) => gapOf(one) !== null)
    if (column === 'testAccuracy' || column === 'trainAccuracy' || column === 'testLoss')
      return any(({ endings }) => endings[column] !== null)
    if (column === 'testDelta')
      return series.length > 1 && any(({ endings }) => endings.testAccuracy !== null)
    if (column === 'trainDelta')
      return series.length > 1 && any(({ endings }) => endings.trainAccuracy !== null)
    if (column === 'bestTestAccuracy' || column === 'bestTestEpoch')
      return any(({ bestTestAccuracy }) => bestTestAccuracy !== null)
    if (column === 'diverged') return any(({ diverged }) => diverged.length > 0)
    if (column === 'sd' || column === 'iqm' || column === 'median')
      return any(({ finals }) => finals.length > 1)
    return true
  })
}

/** The report's table of results: the same numbers, written alike. `ranked` leaves out what is hidden. */
export function resultRows(
  series: readonly SeriesSummary[],
  ranked: SectionSummary,
  locale: Locale,
  moment: Moment = 'last',
): readonly ResultRow[] {
  const ending = (one: SeriesSummary, quantity: Quantity) => endingOf(one, quantity, moment)
  const writeLoss = intervalColumn(series.map((one) => ending(one, 'testLoss')))
  const { plain, decimals } = columnDecimals(series.map((one) => ending(one, 'trainLoss')))
  const writeFinal = intervalColumn(series.map((one) => ending(one, 'trainLoss')))
  const fixed = (value: number): string => (plain ? formatFixed(value, decimals) : formatNumber(value))
  const lowest = ranked.lowest === null ? undefined : ranked.series[ranked.lowest]
  const tied = new Set(ranked.tied.map((index) => ranked.series[index]))
  const inSight = new Map(ranked.series.map((one) => [one.key, one]))
  return series.map((given): ResultRow => {
    const one = inSight.get(given.key) ?? given
    const none = (text = whyNone(one, locale)): ResultCell => ({ text, none: true, value: null })
    const missing = (why: 'report.why.single' | 'report.why.unmeasured'): ResultCell =>
      none(one.final ? message(locale, why) : undefined)
    const difference = (
      delta: number | null,
      base: number | undefined,
      digits: number,
      ofAccuracy: boolean,
    ) => {
      if (!inSight.has(given.key)) return none('–')
      if (one.isBaseline) return { text: message(locale, 'report.baseline'), none: true, value: 0 }
      if (delta === null) return none(one.final ? message(locale, 'report.why.baseline') : undefined)
      const trend = trendOf(delta, ofAccuracy)
      return { text: differenceText(delta, base ?? 1, digits), value: delta, ...(trend && { trend }) }
    }
    const deltaOf = (own: SeriesSummary, quantity: Quantity): number | null => {
      const [a, b] = [ending(own, quantity), ending(ranked.baseline, quantity)]
      return a && b && !own.isBaseline ? a.mean - b.mean : null
    }
    const accuracyDifference = (quantity: 'testAccuracy' | 'trainAccuracy'): ResultCell =>
      difference(deltaOf(one, quantity), ending(ranked.baseline, quantity)?.mean, accuracyDecimals, true)
    const { best, sd, bestTestAccuracy: bestTest, secondsPerEpoch, diverged } = one
    const final = ending(one, 'trainLoss')
    const testAccuracy = ending(one, 'testAccuracy')
    const trainAccuracy = ending(one, 'trainAccuracy')
    const testLoss = ending(one, 'testLoss')
    const gap = gapOf(one)
    const middle = (name: 'iqm' | 'median'): ResultCell => {
      if (!one.middles) return none()
      const digits = plain ? decimals : 8
      const interval = series.length <= mostIntervals ? middleInterval(one.middles, name, digits, locale) : ''
      return {
        text: middleText(one.middles[name], digits, locale),
        value: one.middles[name],
        ...(interval && { detail: interval }),
      }
    }
    const steps = diverged.flatMap(({ step }) => step ?? [])
    return {
      series: one,
      isLowest: moment === 'last' && one === lowest && ranked.series.length > 1,
      isTied: moment === 'last' && tied.has(one),
      cells: {
        final: final ? { text: writeFinal(final), value: final.mean } : none(),
        delta: difference(
          deltaOf(one, 'trainLoss'),
          ending(ranked.baseline, 'trainLoss')?.mean,
          decimals,
          false,
        ),
        testAccuracy: testAccuracy
          ? { text: accuracyText(testAccuracy), value: testAccuracy.mean }
          : missing('report.why.unmeasured'),
        trainAccuracy: trainAccuracy
          ? { text: accuracyText(trainAccuracy), value: trainAccuracy.mean }
          : missing('report.why.unmeasured'),
        testDelta: accuracyDifference('testAccuracy'),
        trainDelta: accuracyDifference('trainAccuracy'),
        testLoss: testLoss
          ? { text: writeLoss(testLoss), value: testLoss.mean }
          : missing('report.why.unmeasured'),
        gap: gap ? { text: gapText(gap), value: gap.mean } : missing('report.why.unmeasured'),
        bestTestAccuracy: bestTest
          ? { text: formatAccuracy(bestTest.value), value: bestTest.value }
          : missing('report.why.unmeasured'),
        bestTestEpoch: bestTest
          ? { text: formatInteger(bestTest.epoch + 1), value: bestTest.epoch + 1 }
          : missing('report.why.unmeasured'),
        best: best ? { text: fixed(best.value), value: best.value } : none(),
        step: best ? { text: formatInteger(best.step), value: best.step } : none(),
        sd:
          sd === null
            ? missing('report.why.single')
            : {
                text: plain && (sd === 0 || sd >= 10 ** -decimals) ? fixed(sd) : formatNumber(sd, 2),
                value: sd,
              },
        iqm: middle('iqm'),
        median: middle('median'),
        n: { text: String(one.finals.length), value: one.finals.length },
        diverged: {
          text:
            diverged.length === 0
              ? message(locale, 'report.why.zero')
              : message(locale, 'report.divergedOf', { diverged: diverged.length, total: one.runs.length }),
          none: diverged.length === 0,
          value: diverged.length,
          ...(steps.length > 0 && {
            detail: message(locale, 'report.atStep', { steps: range(steps), count: new Set(steps).size }),
          }),
        },
        time: secondsPerEpoch
          ? { text: formatDuration(locale, secondsPerEpoch.mean), value: secondsPerEpoch.mean }
          : missing('report.why.unmeasured'),
      },
    }
  })
}

function range(steps: readonly number[]): string {
  const [least, most] = [Math.min(...steps), Math.max(...steps)]
  return least === most ? formatInteger(least) : `${formatInteger(least)}–${formatInteger(most)}`
}

/** How a cell reads as text alone: the arrow says which way a difference goes. */
export function cellText({ text, trend }: ResultCell): string {
  return trend === undefined ? text : `${trend.arrow} ${text}`
}
