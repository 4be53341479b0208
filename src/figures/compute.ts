import type { MeasuredRun } from '../charts/comparison.ts'
import { weightsOf } from '../charts/weights.ts'
import { lookUp } from '../contract/lookup.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { schedules } from '../schedules/index.ts'
import { settleSchedule, withOffset } from '../schedules/schedule.ts'
import { trace, type Trace } from '../traces/trace.ts'
import type { Figure, ScheduleFigure, TraceFigure, TrainingFigure, WeightsFigure } from './figure.ts'

/** What a figure shows, as numbers. */
export type FigureData =
  | { readonly kind: 'trace'; readonly figure: TraceFigure; readonly trace: Trace }
  | { readonly kind: 'weights'; readonly figure: WeightsFigure; readonly values: readonly number[][] }
  | { readonly kind: 'schedule'; readonly figure: ScheduleFigure; readonly values: readonly number[] }
  /** A series' finished runs, in the order of `runsOf`: the first is drawn, the others time it. */
  | {
      readonly kind: 'training'
      readonly figure: TrainingFigure
      readonly runs: readonly (readonly MeasuredRun[])[]
    }

/** The runs that a training figure needs, a list a series: its own, and those that time it, with the seeds after it. */
export function runsOf({ series, shows }: TrainingFigure): RunSettings[][] {
  const count = (shows.what === 'loss' && shows.timings) || 1
  return series.map(({ settings }) =>
    Array.from({ length: count }, (_, k) => ({ ...settings, seed: settings.seed + k })),
  )
}

/** The numbers of a figure that needs no training. */
export function computeFigure(figure: Exclude<Figure, TrainingFigure>): FigureData {
  switch (figure.kind) {
    case 'trace':
      return { kind: 'trace', figure, trace: trace(figure.trace) }
    case 'weights':
      return {
        kind: 'weights',
        figure,
        values: figure.rates.map((rate) => weightsOf(figure.weights, rate, figure.steps)),
      }
    case 'schedule': {
      const { id, set, offset } = figure.schedule
      // These schedules all state their base, so the optimizer's lr does not matter.
      const value = withOffset(settleSchedule(lookUp(schedules, id, 'schedule'), set, NaN), offset, NaN)
      return { kind: 'schedule', figure, values: Array.from({ length: figure.steps }, (_, t) => value(t)) }
    }
  }
}
