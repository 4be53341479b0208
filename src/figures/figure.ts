import type { XAxis } from '../charts/average.ts'
import type { WeightKind } from '../charts/weights.ts'
import type { RunSettings, ScheduleSettings } from '../experiments/settings.ts'
import type { LocalizedText } from '../locales/localized.ts'
import type { TraceSettings } from '../traces/trace.ts'
import type { PaperId } from './papers.ts'

type Pair = readonly [number, number]

interface FigureBase {
  readonly id: string
  readonly title: LocalizedText
  /** What is seen, and why. */
  readonly caption: LocalizedText
  /** Behind the method, and behind the data. */
  readonly papers: readonly PaperId[]
}

/** An optimizer walking on a function of one or two variables. */
export interface TraceFigure extends FigureBase {
  readonly kind: 'trace'
  readonly trace: TraceSettings
  /** The function as a reader writes it: `0.1x₁² + 2x₂²`. */
  readonly formula: string
  /** The part of the plane that is shown; in one dimension, what the trace visits and as much beyond 0. */
  readonly view?: { readonly x1: Pair; readonly x2: Pair }
  /** Marked in the plane. */
  readonly minimum?: Pair
  /** The last point: exact to six decimals, or, with noise, its mean and standard deviation over all seeds. */
  readonly numbers:
    | { readonly last: readonly number[] }
    | { readonly mean: readonly number[]; readonly deviation: readonly number[] }
}

/** How much past gradients weigh. */
export interface WeightsFigure extends FigureBase {
  readonly kind: 'weights'
  readonly weights: WeightKind
  readonly rates: readonly number[]
  /** The newest gradient and `steps − 1` before it. */
  readonly steps: number
}

/** A learning-rate schedule by itself, at t = 0 … steps − 1. */
export interface ScheduleFigure extends FigureBase {
  readonly kind: 'schedule'
  readonly schedule: ScheduleSettings
  readonly steps: number
  /** Drawn as plateaus, which is what the rate is, instead of a line through the values. */
  readonly held?: boolean
}

/** What a run ends at. */
export interface Outcome {
  readonly trainLoss: number
  readonly trainAccuracy?: number
  readonly testAccuracy?: number
}

export interface TrainingSeries {
  /** Names the series among its figure's: `train … --preset FIGURE:SERIES`. */
  readonly id: string
  readonly label: LocalizedText
  readonly settings: RunSettings
  readonly numbers: {
    /** One run without a seed, as the tutorial prints it; null where it did not run this. */
    readonly tutorial: Outcome | null
    /** The mean of independent runs. */
    readonly independent?: Outcome & { readonly runs: number; readonly by: string }
  }
}

/** Curves of training runs. */
export interface TrainingFigure extends FigureBase {
  readonly kind: 'training'
  readonly series: readonly [TrainingSeries, ...TrainingSeries[]]
  /**
   * `loss` over the training set against epochs or seconds, or `learning`: the loss and both accuracies against
   * epochs.
   */
  readonly shows:
    | {
        readonly what: 'loss'
        readonly x: XAxis
        readonly range: Pair
        /** Times are the median of this many runs: a run of a millisecond cannot be timed once. */
        readonly timings?: number
      }
    | { readonly what: 'learning' }
}

/** A picture of the subject: its configuration, what it shows, and the numbers that it must show. */
export type Figure = TraceFigure | WeightsFigure | ScheduleFigure | TrainingFigure
