import type { EChartsOption } from 'echarts'
import { countCurves } from '../charts/countCurves.ts'
import type { ChartOptions } from '../charts/frame.ts'
import { searchContour } from '../charts/searchContour.ts'
import { sensitivity, type SensitivityLine } from '../charts/sensitivity.ts'
import { logRatio, type Scale } from '../charts/ticks.ts'
import { message, type Locale } from '../locales/message.ts'
import type { Dimension } from '../search/dimension.ts'
import { samplers } from '../search/index.ts'
import { endsOf } from '../search/space.ts'
import type { MeasureTable } from './measures/common.ts'
import { bestOfTrials } from './measures/tunability.ts'
import { parallelPlot, type ParallelPlot } from './parallel.ts'
import { settingText } from './text.ts'
import { metricText } from './tuning-text.ts'
import type { ContestantTuning, Trial, TuningSummary } from './tuning.ts'

/** The parameters that were searched, in the order of the file. */
export const searchedNames = (contestants: readonly ContestantTuning[]): string[] => [
  ...new Set(contestants.flatMap(({ space }) => Object.keys(space))),
]

interface TuningAxis {
  scale: Scale
  title: string
  low: number
  high: number
  place: (value: unknown) => number
  /** Of listed values that are no numbers. */
  names: string[] | undefined
}

function axisOf(name: string, dimensions: readonly Dimension[]): TuningAxis {
  const listed = dimensions.flatMap((one) => ('values' in one ? one.values : []))
  if (listed.some((value) => typeof value !== 'number')) {
    const names = [...new Set(listed.map(settingText))]
    return {
      scale: 'linear',
      title: name,
      low: -0.5,
      high: names.length - 0.5,
      place: (value) => names.indexOf(settingText(value)),
      names,
    }
  }
  if (dimensions.every((one) => 'logOneMinus' in one)) {
    const rests = dimensions.flatMap((one) => endsOf(one).map((end) => 1 - end))
    return {
      scale: 'log',
      title: `1 − ${name}`,
      low: Math.min(...rests),
      high: Math.max(...rests),
      place: (value) => 1 - (value as number),
      names: undefined,
    }
  }
  const ends = dimensions.flatMap((one): readonly number[] =>
    'values' in one ? (one.values as number[]) : endsOf(one),
  )
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const isLog =
    low > 0 && (dimensions.some((one) => 'log' in one) || (listed.length > 0 && high / low >= logRatio))
  return {
    scale: isLog ? 'log' : 'linear',
    title: name,
    low,
    high,
    place: (value) => value as number,
    names: undefined,
  }
}

/** The outcome of every trial against one searched parameter. */
export function sensitivityChart(
  tuning: TuningSummary,
  contestants: readonly ContestantTuning[],
  name: string,
): (options: ChartOptions) => EChartsOption {
  const having = contestants.filter(({ space }) => Object.hasOwn(space, name))
  const axis = axisOf(
    name,
    having.flatMap(({ space }) => space[name] ?? []),
  )
  const isAccuracy = tuning.metric === 'validationAccuracy'
  const lines = having.map((one): SensitivityLine => {
    const full = Math.max(...one.trials.map(({ epochs }) => epochs))
    return {
      label: one.label,
      style: one.style,
      points: one.trials
        .map(({ set, value, epochs }) => ({ x: axis.place(set[name]), y: value, isPartial: epochs < full }))
        .sort((a, b) => a.x - b.x),
      chosen:
        one.chosen && one.chosen.value !== null
          ? { x: axis.place(one.chosen.set[name]), y: one.chosen.value }
          : null,
      isCloud: Object.keys(one.space).length > 1 || axis.names !== undefined,
    }
  })
  const values = lines.flatMap(({ points }) => points.flatMap(({ y }) => y ?? []))
  const isLog = !isAccuracy && values.length > 0 && Math.min(...values) > 0
  return (options) =>
    sensitivity(lines, {
      ...options,
      x: axis,
      y: {
        title: message(options.locale, `tuning.metric.${tuning.metric}`),
        scale: isLog ? 'log' : 'linear',
      },
    })
}

/** Fewer trials than this span no field. */
const leastTrials = 6

/** The parameters of an optimizer that two axes can show: searched as numbers, over trials enough. */
export function contourNames({ space, trials }: ContestantTuning): string[] {
  if (trials.length < leastTrials) return []
  return Object.entries(space).flatMap(([name, dimension]) =>
    axisOf(name, [dimension]).names === undefined && new Set(trials.map(({ set }) => set[name])).size > 2
      ? [name]
      : [],
  )
}

/** The outcome of one optimizer's trials over two of its searched parameters. */
export function contourChart(
  tuning: TuningSummary,
  { space, trials }: ContestantTuning,
  [xName, yName]: readonly [x: string, y: string],
): (options: ChartOptions) => EChartsOption {
  const [x, y] = [xName, yName].map((name) => axisOf(name, space[name] ? [space[name]] : [])) as [
    TuningAxis,
    TuningAxis,
  ]
  const full = Math.max(...trials.map(({ epochs }) => epochs))
  const isAccuracy = tuning.metric === 'validationAccuracy'
  const points = trials.map(({ set, value, epochs }) => ({
    x: x.place(set[xName]),
    y: y.place(set[yName]),
    value,
    isPartial: epochs < full,
  }))
  return (options) =>
    searchContour(points, {
      ...options,
      x,
      y,
      measure: message(options.locale, `tuning.metric.${tuning.metric}`),
      higherIsBetter: isAccuracy,
      write: (value) => metricText(tuning, value),
    })
}

/**
 * All trials of these optimizers from what was searched to what it led to.
 * @param idsOf the runs of a trial; several studies number theirs alike
 */
export function trialsPlot(
  tuning: TuningSummary,
  contestants: readonly ContestantTuning[],
  locale: Locale,
  idsOf: (
    one: Pick<ContestantTuning, 'contestant'> & Pick<Trial, 'study' | 'trial'>,
  ) => readonly string[] = () => [],
): ParallelPlot | null {
  const names = searchedNames(contestants)
  const axes = names.map((name) =>
    axisOf(
      name,
      contestants.flatMap(({ space }) => space[name] ?? []),
    ),
  )
  const tried = contestants.flatMap((one) => {
    const full = Math.max(...one.trials.map(({ epochs }) => epochs))
    // What halving stopped early can't be compared with the others.
    return one.trials
      .filter(({ epochs }) => epochs === full)
      .map(({ study, trial, set, value }) => ({
        ids: idsOf({ contestant: one.contestant, study, trial }),
        values: [
          one.label,
          ...names.map((name, index) => {
            const axis = axes[index] as TuningAxis // one each
            return set[name] === undefined || axis.names ? set[name] : axis.place(set[name])
          }),
        ],
        result: value,
      }))
  })
  if (tried.length < leastTrials || tried.every(({ result }) => result === null)) return null
  const titles = [
    { title: message(locale, 'measure.column.optimizer') },
    ...axes.map(({ title, scale }) => ({ title, scale })),
  ]
  return parallelPlot(titles, tried, {
    title: message(locale, `tuning.metric.${tuning.metric}`),
    higherIsBetter: tuning.metric === 'validationAccuracy',
  })
}

/**
 * What the best of so many trials comes to, each over every choice of them from those tried.
 * @returns null where trials did not have equal chances: halving stopped some, or a sampler learned from others
 */
export function tunability(
  tuning: TuningSummary,
  contestants: readonly ContestantTuning[],
  locale: Locale,
): Required<Pick<MeasureTable, 'table' | 'chart' | 'points'>> | null {
  const { plan } = tuning
  if (plan.halving || samplers[plan.sampler].generation < Infinity) return null
  const tried = contestants.filter(({ trials, diverged }) => trials.length >= 3 && diverged < trials.length)
  if (tried.length === 0) return null
  const most = Math.max(...tried.map(({ trials }) => trials.length))
  const sign = tuning.metric === 'validationAccuracy' ? -1 : 1
  const lines = tried.map(({ label, style, trials }) => {
    const costs = trials.map(({ cost }) => cost)
    return {
      label,
      style,
      points: costs.map((_, index) => {
        const { median, low, high } = bestOfTrials(costs, index + 1)
        const [a, b] = [sign * low, sign * high]
        return { x: index + 1, y: sign * median, low: Math.min(a, b), high: Math.max(a, b) }
      }),
    }
  })
  const counts = [...[1, 2, 4, 8, 16, 32, 64].filter((count) => count * 1.5 <= most), most]
  const write = (value: number): string =>
    Number.isFinite(value) ? metricText(tuning, value) : message(locale, 'status.diverged')
  return {
    table: {
      head: [
        message(locale, 'measure.column.optimizer'),
        ...counts.map((count) => message(locale, 'tuning.column.ofTrials', { count })),
      ],
      rows: lines.map(({ label, points }) => [
        label,
        ...counts.map((count) => {
          const point = points[count - 1]
          if (!point) return message(locale, 'verdict.none')
          return point.low === point.high
            ? write(point.y)
            : `${write(point.y)} [${write(point.low)}, ${write(point.high)}]`
        }),
      ]),
      numeric: [false, ...counts.map(() => true)],
    },
    points: () => lines,
    chart: (options) =>
      countCurves(lines, {
        ...options,
        x: { title: message(options.locale, 'chart.axis.trials'), scale: 'log' },
        y: {
          title: message(options.locale, `tuning.metric.${tuning.metric}`),
          scale:
            sign > 0 && lines.every(({ points }) => points.every(({ low }) => low > 0)) ? 'log' : 'linear',
        },
        note: message(options.locale, 'chart.tuning.quartiles'),
      }),
  }
}
