import { optimizers } from '../optimizers/index.ts'
import type { Dimension, Space } from '../search/dimension.ts'
import { widened, type Limits } from '../search/widen.ts'
import type { Tuned } from './study.ts'

/** Ranges of one optimizer whose best value lies at an end. */
export interface Boundaries {
  readonly optimizer: string
  readonly space: Space
  readonly boundary: Tuned['boundary']
}

/** The range with more room at that end; null where the parameter has no more. */
export const widenedRange = (
  { optimizer, space }: Boundaries,
  { name, end }: Tuned['boundary'][number],
): Dimension | null => {
  const dimension = space[name]
  return dimension ? widened(dimension, end, limitsOf(optimizer, name)) : null
}

/**
 * The experiment with more room where tuning ended at a boundary.
 * @param raw as its file says it
 */
export function widenExperiment(
  raw: Readonly<Record<string, unknown>>,
  found: readonly Boundaries[],
): Record<string, unknown> {
  const entries = Array.isArray(raw['optimizers']) ? (raw['optimizers'] as readonly unknown[]) : []
  return { ...raw, optimizers: entries.map((entry) => found.reduce(widenEntry, entry)) }
}

function widenEntry(entry: unknown, found: Boundaries): unknown {
  if (typeof entry !== 'object' || entry === null) return entry
  const { id, search } = entry as { id?: unknown; search?: Space }
  if (id !== found.optimizer || !search) return entry
  const ranges = found.boundary.flatMap((one): [string, Dimension][] => {
    // Another entry of the same optimizer may search it elsewhere.
    const isThis = JSON.stringify(search[one.name]) === JSON.stringify(found.space[one.name])
    const range = isThis ? widenedRange(found, one) : null
    return range ? [[one.name, range]] : []
  })
  return { ...entry, search: { ...search, ...Object.fromEntries(ranges) } }
}

function limitsOf(optimizer: string, name: string): Limits {
  const parameter = optimizers.find(({ id }) => id === optimizer)?.hyper[name]
  if (parameter?.kind === 'number') return parameter
  return { min: parameter?.kind === 'optional' ? parameter.min : -Infinity, max: Infinity }
}
