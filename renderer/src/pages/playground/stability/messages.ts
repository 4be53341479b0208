import type { ErrorShape } from '../../../../../src/contract/errors.ts'
import type { BasinSettings, Minimum } from '../../../../../src/stability/basins.ts'
import type { SweepResult, SweepSettings } from '../../../../../src/stability/sweep.ts'

/** What the worker is asked; a new question ends the work on the one before. */
export type Question =
  | { id: number; kind: 'basins'; settings: BasinSettings }
  | { id: number; kind: 'sweep'; settings: readonly SweepSettings[] }

/** How far a map is. */
export interface BasinReading {
  columns: number
  rows: number
  endings: Int16Array
  minima: readonly Minimum[]
  wandered: number
  diverged: number
  done: number
  total: number
}

export type Answer =
  | { id: number; kind: 'basins'; reading: BasinReading }
  /** One for each that was asked for. */
  | { id: number; kind: 'sweep'; results: readonly (SweepResult | ErrorShape)[] }
  | { id: number; kind: 'error'; error: ErrorShape }
