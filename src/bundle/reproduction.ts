import type { EpochColumns, PointColumns } from '../contract/columns.ts'
import { canonical } from '../experiments/canonical.ts'
import { isOver, type RunSummary } from '../experiments/run.ts'

/** A run as far as repeating it can be judged. */
export type Repeatable = Pick<RunSummary, 'id' | 'settings' | 'status'>

/** A run with what it measured. */
export interface Measured {
  readonly run: RunSummary
  readonly points: PointColumns
  readonly epochs: EpochColumns
}

/** What running a run again came to. */
export interface Reproduction {
  readonly runId: string
  /** The run that repeats it; null where there is none. */
  readonly againId: string | null
  /**
   * `equal`: every number to the last bit, times left out. `close`: all that was measured at the same steps differs by no
   * more than the tolerance. `different`: by more, or it ended otherwise. `missing`: not run again, or not to its end.
   */
  readonly outcome: 'equal' | 'close' | 'different' | 'missing'
  /** The largest relative difference, |a − b| / max(|a|, |b|); null where something else differs. */
  readonly largest: number | null
  /** Where: what was measured, and after which step or epoch (from 0). */
  readonly at: { readonly quantity: string; readonly unit: 'step' | 'epoch'; readonly index: number } | null
}

/** Relative differences up to this are what other processors and libraries make of the same arithmetic. */
export const defaultTolerance = 1e-6

/** A run that ended by itself can be repeated; what was stopped or failed has no end to come to. */
export const hasEnd = ({ status }: Pick<RunSummary, 'status'>): boolean =>
  status === 'done' || status === 'diverged'

/** Settings do not change, and pages ask again with every event. */
const keys = new WeakMap<RunSummary['settings'], string>()
function keyOf({ settings }: Repeatable): string {
  const known = keys.get(settings)
  if (known !== undefined) return known
  const key = JSON.stringify(canonical(settings))
  keys.set(settings, key)
  return key
}

/**
 * Which run repeats which: one of equal settings, the newest that came to its end or still may. Each repeats one only.
 * @param candidates in the order of their creation
 */
export function repeatsOf<Run extends Repeatable>(
  originals: readonly Run[],
  candidates: readonly Run[],
): Map<string, Run> {
  const bySettings = Map.groupBy(candidates, keyOf)
  const pairs = new Map<string, Run>()
  for (const original of originals) {
    const same = bySettings.get(keyOf(original)) ?? []
    const newest = same.findLastIndex((run) => hasEnd(run) || !isOver(run.status))
    const at = newest < 0 ? same.length - 1 : newest
    const [found] = at < 0 ? [] : same.splice(at, 1)
    if (found) pairs.set(original.id, found)
  }
  return pairs
}

/**
 * What repeats runs when it is submitted: the files of their experiments, and settings by themselves where no file asks for
 * them, as of single runs and of seeds that were added to an experiment later.
 * @param experiments all there are
 */
export function repetitionOf<Stored extends { readonly id: string }>(
  runs: readonly Pick<RunSummary, 'experimentId' | 'added' | 'settings'>[],
  experiments: readonly Stored[],
): { readonly experiments: readonly Stored[]; readonly runs: readonly RunSummary['settings'][] } {
  const ids = new Set(runs.map(({ experimentId }) => experimentId))
  return {
    experiments: experiments.filter(({ id }) => ids.has(id)),
    runs: runs
      .filter(({ experimentId, added }) => experimentId === null || added !== undefined)
      .map(({ settings }) => settings),
  }
}

/** @param again null where nothing repeats it */
export function reproductionOf(original: Measured, again: Measured | null, tolerance: number): Reproduction {
  const runId = original.run.id
  const againId = again?.run.id ?? null
  if (!again || !hasEnd(again.run)) return { runId, againId, outcome: 'missing', largest: null, at: null }
  const judged = (
    outcome: Reproduction['outcome'],
    rest: Pick<Reproduction, 'largest' | 'at'>,
  ): Reproduction => ({
    runId,
    againId,
    outcome,
    ...rest,
  })
  if (!endedAlike(original, again)) return judged('different', { largest: null, at: null })
  const worst = largestDifference(original, again)
  if (worst === null) return judged('equal', { largest: 0, at: null })
  return judged(worst.largest <= tolerance ? 'close' : 'different', worst)
}

/** The same steps were taken, and measured after, to the same kind of end. */
function endedAlike(one: Measured, other: Measured): boolean {
  return (
    one.run.status === other.run.status &&
    one.run.steps === other.run.steps &&
    one.run.divergence?.step === other.run.divergence?.step &&
    sameNumbers(one.points.step, other.points.step) &&
    sameNumbers(one.epochs.epoch, other.epochs.epoch) &&
    columnsOf(one.points).join() === columnsOf(other.points).join() &&
    columnsOf(one.epochs).join() === columnsOf(other.epochs).join()
  )
}

/** What was measured: times are of the machine. */
const columnsOf = (columns: PointColumns | EpochColumns): string[] =>
  Object.entries(columns)
    .flatMap(([name, column]) => (column && !['step', 'epoch', 'seconds'].includes(name) ? [name] : []))
    .sort()

function largestDifference(
  one: Measured,
  other: Measured,
): { largest: number; at: NonNullable<Reproduction['at']> } | null {
  let worst: { largest: number; at: NonNullable<Reproduction['at']> } | null = null
  for (const part of ['points', 'epochs'] as const) {
    const mine = one[part] as Readonly<Record<string, Float64Array>>
    const theirs = other[part] as Readonly<Record<string, Float64Array>>
    const unit = part === 'points' ? 'step' : 'epoch'
    for (const quantity of columnsOf(one[part])) {
      const [a, b] = [mine[quantity], theirs[quantity]]
      a?.forEach((value, row) => {
        const difference = relativeDifference(value, b?.[row] ?? NaN)
        if (difference > 0 && difference > (worst?.largest ?? 0))
          worst = { largest: difference, at: { quantity, unit, index: mine[unit]?.[row] ?? row } }
      })
    }
  }
  return worst
}

/** 0 where two numbers are the same to the last bit, 1 where one of them is none. */
function relativeDifference(a: number, b: number): number {
  if (Object.is(a, b)) return 0
  const difference = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))
  // Zeros of different sign differ in a bit, but by nothing.
  return a === b ? Number.MIN_VALUE : Number.isFinite(difference) ? difference : 1
}

const sameNumbers = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, row) => Object.is(value, b[row]))

/** How many came to what. */
export interface ReproductionCounts {
  readonly total: number
  readonly equal: number
  readonly close: number
  readonly different: number
  readonly missing: number
  /** The largest difference of those that are close; of those that are close or different by a number. */
  readonly largestClose: number
  readonly largest: number
}

export function countReproductions(all: readonly Reproduction[]): ReproductionCounts {
  const of = (outcome: Reproduction['outcome']): number => all.filter((one) => one.outcome === outcome).length
  const largestOf = (those: readonly Reproduction[]): number =>
    those.reduce((most, { largest }) => Math.max(most, largest ?? 0), 0)
  return {
    total: all.length,
    equal: of('equal'),
    close: of('close'),
    different: of('different'),
    missing: of('missing'),
    largestClose: largestOf(all.filter(({ outcome }) => outcome === 'close')),
    largest: largestOf(all),
  }
}

/** Every run was run again, and came to the same or close to it. */
export const isReproduced = ({ different, missing }: ReproductionCounts): boolean => different + missing === 0
