import type { EChartsOption } from 'echarts'
import type { MeasuredRun } from '../charts/comparison.ts'
import type { ChartOptions } from '../charts/frame.ts'
import { learningCurves } from '../charts/learningCurves.ts'
import { lossCurves } from '../charts/lossCurves.ts'
import { optimizerHue, styleAt, type SeriesStyle } from '../charts/palette.ts'
import { scheduleCurve } from '../charts/scheduleCurve.ts'
import { trace1d } from '../charts/trace1d.ts'
import { trace2d } from '../charts/trace2d.ts'
import { weightCurves } from '../charts/weights.ts'
import { formatAccuracy, formatFixed } from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import { median } from '../math/statistics.ts'
import { parseObjective } from '../objectives/expression.ts'
import { workloads } from '../workloads/index.ts'
import type { FigureData } from './compute.ts'
import type { Figure, TraceFigure, TrainingFigure } from './figure.ts'
import type { Trace } from '../traces/trace.ts'

/** Pixels of a figure that stands alone; contours are given more height. */
export const figureSize = (figure: Figure): { width: number; height: number } => ({
  width: 720,
  height: figure.kind === 'trace' && figure.view ? 460 : 420,
})

/** The figure as an ECharts option; the same in window, report and command line. */
export function drawFigure(data: FigureData, options: ChartOptions): EChartsOption {
  switch (data.kind) {
    case 'trace':
      return drawTrace(data.figure, data.trace, options)
    case 'weights':
      return weightCurves(data.figure.weights, data.figure.rates, { ...options, steps: data.figure.steps })
    case 'schedule': {
      const { schedule, title, held = false } = data.figure
      return scheduleCurve([{ label: title[options.locale], style: styleAt(0), values: data.values }], {
        ...options,
        per: schedule.per,
        held,
      })
    }
    case 'training':
      return drawTraining(data.figure, data.runs, options)
  }
}

function drawTrace(figure: TraceFigure, { points }: Trace, options: ChartOptions): EChartsOption {
  const { locale } = options
  const { value } = parseObjective(figure.trace.objective)
  const last = points.at(-1) ?? []
  const names = figure.view ? ['x₁', 'x₂'] : ['x']
  const end = last.map((x, i) => `${names[i] ?? ''} = ${formatFixed(x, 6)}`).join(', ')
  const steps = message(locale, 'chart.trace.steps', { count: points.length - 1 })
  const style = styleAlone(figure.trace.optimizer)
  const label = figure.title[locale]
  const { seed } = figure.trace
  const note = [
    ...(figure.view ? [`f = ${figure.formula}`] : []),
    message(locale, 'figure.trace', { steps, end }),
    ...(seed === undefined ? [] : [message(locale, 'figure.seed', { seed })]),
  ].join(' · ')
  if (!figure.view)
    return trace1d([{ label, style, points: points.map(([x]) => x as number) }], {
      ...options,
      f: (x) => value([x]),
      yTitle: `f(x) = ${figure.formula}`,
      note,
    })
  return trace2d([{ label, style, points }], {
    ...options,
    f: (x1, x2) => value([x1, x2]),
    ...figure.view,
    ...(figure.minimum && { minimum: figure.minimum }),
    note,
  })
}

function drawTraining(
  figure: TrainingFigure,
  runs: readonly (readonly MeasuredRun[])[],
  options: ChartOptions,
): EChartsOption {
  const { locale } = options
  const { series, shows } = figure
  const { workload, seed } = series[0].settings
  const alone = series.length === 1
  const named = series.map(({ label }, k) => ({ label: label[locale], run: timed(runs[k] ?? []) }))
  const [first] = named.map(({ run }) => run) as [MeasuredRun]
  if (shows.what === 'learning') {
    const note = [
      message(locale, 'figure.seed', { seed }),
      ...(alone ? outcomes(first, locale) : recordedNote(first, locale)),
    ]
    return learningCurves(
      named.map(({ label, run }) => ({ label, runs: [run] })),
      { ...options, note: note.join(' · ') },
    )
  }
  const { minimumLoss } = workloads.find(({ id }) => id === workload) ?? {}
  const curves = named.map(({ label, run }, k) => ({
    // The final loss stands in the legend where there is one, else in the note.
    label: alone ? label : `${label}${finalLoss(run, ', ')}`,
    // Series of one optimizer are told apart by hue as well: it is not the optimizer that the figure compares.
    style: alone ? styleAlone(series[0].settings.optimizer) : styleAt(k),
    runs: [run],
  }))
  return lossCurves(curves, {
    ...options,
    x: shows.x,
    xScale: shows.x === 'seconds' ? 'log' : 'linear',
    yScale: 'linear',
    range: shows.range,
    directLabels: false,
    legend: !alone,
    note: alone
      ? [message(locale, 'figure.seed', { seed }), ...outcomes(first, locale)].join(' · ')
      : [
          message(locale, 'figure.seedAndFinals', { seed }),
          ...(shows.timings ? [message(locale, 'figure.timings', { count: shows.timings })] : []),
          ...recordedNote(first, locale),
        ].join(' · '),
    ...(minimumLoss !== undefined && {
      level: {
        value: minimumLoss,
        label: message(locale, 'figure.minimum', { value: formatFixed(minimumLoss, 4) }),
      },
    }),
  })
}

/** The optimizer's own hue; with nothing to tell it from, it needs neither dashes nor a marker of its own. */
const styleAlone = (optimizer: string): SeriesStyle => ({
  hue: optimizerHue(optimizer).hue,
  dash: [],
  marker: 'circle',
})

/** The first run, each of its points at the median of the times at which the runs reached it. */
function timed(runs: readonly MeasuredRun[]): MeasuredRun {
  const [first] = runs as readonly [MeasuredRun]
  const alike = runs.filter(({ metrics }) => metrics.seconds.length === first.metrics.seconds.length)
  const seconds = first.metrics.seconds.map((_, i) =>
    median(alike.map(({ metrics }) => metrics.seconds[i] as number)),
  )
  return { ...first, metrics: { ...first.metrics, seconds } }
}

function finalLoss({ record }: MeasuredRun, before = ''): string {
  const { trainLoss } = record.final
  return trainLoss === null ? '' : before + formatFixed(trainLoss, 4)
}

/** What the run ended at, in words; nothing for one that diverged. */
function outcomes(run: MeasuredRun, locale: Locale): string[] {
  const { trainAccuracy, testAccuracy } = run.record.final
  const loss = finalLoss(run)
  return [
    ...(loss ? [message(locale, 'figure.final', { value: loss })] : []),
    ...(trainAccuracy === undefined
      ? []
      : [message(locale, 'figure.trainAccuracy', { value: formatAccuracy(trainAccuracy) })]),
    ...(testAccuracy === undefined
      ? []
      : [message(locale, 'figure.testAccuracy', { value: formatAccuracy(testAccuracy) })]),
    ...recordedNote(run, locale),
  ]
}

/** When a run that comes with the program was recorded, and with what; nothing for one of this library. */
function recordedNote({ recordedOn, record: { provenance } }: MeasuredRun, locale: Locale): string[] {
  if (recordedOn === undefined) return []
  const engine = [provenance?.engine, provenance?.versions['tensorflow']].filter(Boolean).join(' ')
  return [message(locale, 'figure.recorded', { date: recordedOn, engine })]
}
