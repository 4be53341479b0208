import type { Space } from './dimension.ts'
import type { UnitPoint } from './space.ts'

export const samplerIds = ['grid', 'random', 'quasi-random', 'tpe'] as const
export type SamplerId = (typeof samplerIds)[number]

/** A trial that has ended. */
export interface Observation {
  readonly unit: UnitPoint
  /** Lower is better; Infinity where it diverged. */
  readonly loss: number
}

export interface SamplerContext {
  readonly space: Space
  /** How many trials there will be. */
  readonly trials: number
  readonly seed: number
}

/** Proposes the trials of a search. The same context and the same observations give the same trials: a search resumes. */
export interface Sampler {
  readonly id: SamplerId
  /**
   * Trials that are proposed together, before any of them has ended: so many that what one of them finds does not
   * depend on which machine was faster. Infinity where trials do not learn from one another.
   */
  readonly generation: number
  /** Trial k (from 0), given all trials of the generations before its own, in their order. */
  propose(k: number, context: SamplerContext, observed: readonly Observation[]): UnitPoint
}
