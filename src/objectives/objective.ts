import type { LocalizedText } from '../locales/localized.ts'

type Interval = readonly [number, number]

/** A test function with a name: where to look at it, where to start, what there is to find. */
export interface ObjectiveDefinition {
  readonly id: string
  readonly title: LocalizedText
  readonly description: LocalizedText
  /** What a person could type instead of the id. */
  readonly expression: string
  /** The part of the plane (or line) that shows it best. */
  readonly range: { readonly x: Interval } | { readonly x1: Interval; readonly x2: Interval }
  readonly start: readonly number[]
  /** Global minima, where there are any. */
  readonly minima: readonly (readonly number[])[]
}

export const defineObjective = (definition: ObjectiveDefinition): ObjectiveDefinition => definition
