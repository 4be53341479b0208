import type { ScheduleFigure, TrainingFigure, WeightsFigure } from '../figures/figure.ts'
import type { PaperId } from '../figures/papers.ts'
import type { LocalizedText } from '../locales/localized.ts'
import type { PlaygroundState } from '../playground/state.ts'

/** What stands beside a station's words. */
export type Shown =
  /** Optimizers walking: a state of the playground; `formula` is its function as a reader writes it. */
  | { readonly kind: 'walks'; readonly state: PlaygroundState; readonly formula: string }
  | { readonly kind: 'figure'; readonly figure: WeightsFigure | ScheduleFigure | TrainingFigure }

/** The one number to turn. */
export interface Knob {
  readonly name: LocalizedText
  readonly min: number
  readonly max: number
  /** Where it stands first. */
  readonly value: number
  readonly step: number
  readonly scale: 'linear' | 'log'
}

/** A stop on the way: a few sentences, a live picture, one thing to try. */
export interface Station {
  readonly id: string
  readonly title: LocalizedText
  readonly text: LocalizedText
  /** One thing to try, and what is seen then. */
  readonly attempt: LocalizedText
  readonly papers: readonly PaperId[]
  readonly knob: Knob | null
  /** The picture with the knob at this value. */
  readonly show: (value: number) => Shown
}

/** Stations under one heading. */
export interface Chapter {
  readonly id: string
  readonly title: LocalizedText
  readonly stations: readonly Station[]
}
