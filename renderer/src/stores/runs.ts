import { computed, shallowRef, type ShallowRef } from 'vue'
import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import type { Quantity } from '../../../src/charts/quantity.ts'
import type { CallOutput } from '../../../src/contract/contract.ts'
import { DescentError } from '../../../src/contract/errors.ts'
import type { LabContract } from '../../../src/contract/lab.ts'
import { isOver, type RunSummary } from '../../../src/experiments/run.ts'
import { connection, lab } from '../connection/index.ts'
import { CurveBuffer } from '../lib/curve-buffer.ts'
import { oncePerFrame } from '../lib/frames.ts'
import { RunTable } from '../lib/run-table.ts'
import { surplus } from '../lib/surplus.ts'

/**
 * Every run of the library and the curves that were asked for. Events are applied as they come and shown once a
 * frame; curves live outside Vue's reactivity, which sees only that a run's curve changed.
 */
const table = new RunTable()
const list = shallowRef<readonly RunSummary[]>([])
const loaded = shallowRef(false)

const curves = new Map<string, CurveBuffer>()
/** Curves that hold everything measured so far; progress events keep them so. */
const complete = new Set<string>()
const loading = new Map<string, Promise<void>>()
const versions = new Map<string, ShallowRef<number>>()
const changedCurves = new Set<string>()
const curveListeners = new Set<(runIds: ReadonlySet<string>) => void>()
let listChanged = false

const show = oncePerFrame(() => {
  if (listChanged) {
    listChanged = false
    list.value = table.list()
  }
  if (changedCurves.size === 0) return
  const changed = new Set(changedCurves)
  changedCurves.clear()
  for (const runId of changed) {
    const version = versions.get(runId)
    if (version) version.value++
  }
  for (const listener of curveListeners) listener(changed)
})

function touchCurve(runId: string): void {
  changedCurves.add(runId)
  show()
}

function bufferOf(runId: string): CurveBuffer {
  let buffer = curves.get(runId)
  if (!buffer) curves.set(runId, (buffer = new CurveBuffer()))
  return buffer
}

connection.onReload(async (call) => {
  const { runs: all } = await call('runs.list', {})
  table.replaceAll(all)
  // What was measured while nobody listened is missing from the curves; they are read again when they are wanted.
  complete.clear()
  const existing = new Set(all.map(({ id }) => id))
  for (const runId of curves.keys()) if (!existing.has(runId)) curves.delete(runId)
  list.value = table.list()
  loaded.value = true
  // In the background: the page is usable with what it has.
  void ensureCurves([...curves.keys()]).catch(() => undefined)
})

connection.onEvent((event) => {
  for (const change of table.apply(event)) {
    if (change.kind === 'append') {
      const { runId } = change
      // A run that was watched from its first point on needs no reading.
      if (curves.has(runId) || (change.event.points.step[0] ?? 1) <= 0) {
        if (!curves.has(runId)) complete.add(runId)
        bufferOf(runId).append(change.event.points, change.event.epochs)
        touchCurve(runId)
      }
    } else {
      if (change.kind === 'drop') curves.delete(change.runId)
      else curves.get(change.runId)?.clear()
      touchCurve(change.runId)
      if (change.kind === 'drop') complete.delete(change.runId)
    }
  }
  if (event.type === 'run' || event.type === 'progress' || event.type === 'deleted') {
    listChanged = true
    show()
  }
})

/** Of all curves together: 32 bytes each. Curves that nobody looks at any more are forgotten beyond it. */
const mostPoints = 2_000_000

let wantedBefore: readonly string[] = []
/**
 * What was wanted last stays, and what was before that, as a page that is left may still be reading; so do curves of runs
 * that go on, which events append to.
 */
function forgetOld(wantedNow: readonly string[]): void {
  const wanted = new Set([...wantedBefore, ...wantedNow])
  wantedBefore = wantedNow
  for (const runId of wanted) {
    const buffer = curves.get(runId)
    if (!buffer) continue
    curves.delete(runId) // to the end: the map is in the order in which curves were last wanted
    curves.set(runId, buffer)
  }
  const gone = surplus(curves.keys(), {
    sizeOf: (runId) => curves.get(runId)?.length ?? 0,
    mustStay: (runId) => wanted.has(runId) || !isOver(table.get(runId)?.status ?? 'done'),
    most: mostPoints,
  })
  for (const runId of gone) {
    curves.delete(runId)
    complete.delete(runId)
    touchCurve(runId)
  }
}

/** Of one call: a hundred curves of 10,000 points are 32 MB. */
const curvesPerCall = 100

type Answer = CallOutput<LabContract, 'runs.curves'>['curves']
/** Those of them that are there: one that somebody deleted a moment ago takes no others along. */
async function answered(runIds: readonly string[]): Promise<Answer> {
  try {
    return (await lab.call('runs.curves', { runIds: [...runIds] })).curves
  } catch (thrown) {
    if (DescentError.from(thrown).code !== 'not-found') throw thrown
    if (runIds.length === 1) return []
    const half = Math.ceil(runIds.length / 2)
    return [...(await answered(runIds.slice(0, half))), ...(await answered(runIds.slice(half)))]
  }
}

async function read(runIds: readonly string[]): Promise<void> {
  for (const { runId, points, epochs } of await answered(runIds)) {
    const buffer = bufferOf(runId)
    const since = buffer.lastStep
    if (points.step.length > 0 && (buffer.length === 0 || (points.step.at(-1) as number) >= since)) {
      // Points that came by event while the answer travelled lie behind it.
      buffer.adopt(points, epochs)
    }
    complete.add(runId)
    touchCurve(runId)
  }
}

/** Reads the curves of these runs where they are not here yet. Resolves when all are; fails as `lab.call` does. */
async function ensureCurves(runIds: readonly string[]): Promise<void> {
  const wanted = runIds.filter((runId) => !complete.has(runId) && !loading.has(runId) && table.get(runId))
  for (let from = 0; from < wanted.length; from += curvesPerCall) {
    const part = wanted.slice(from, from + curvesPerCall)
    const reading = read(part).finally(() => part.forEach((runId) => loading.delete(runId)))
    for (const runId of part) loading.set(runId, reading)
  }
  await Promise.all(new Set(runIds.flatMap((runId) => loading.get(runId) ?? [])))
  forgetOld(runIds)
}

/** A run's curve as it is now, not reactive; see `curveVersion`. */
function curve(runId: string): CurveBuffer | undefined {
  return curves.get(runId)
}

/** Changes, at most once a frame, whenever the run's curve did: read it where a render or a computed needs to follow. */
function curveVersion(runId: string): number {
  let version = versions.get(runId)
  if (!version) versions.set(runId, (version = shallowRef(0)))
  return version.value
}

/** Told once a frame which curves changed. @returns what ends it */
function onCurves(listener: (runIds: ReadonlySet<string>) => void): () => void {
  curveListeners.add(listener)
  return () => curveListeners.delete(listener)
}

/** For the figures of src/charts: the run with its curve so far; undefined while the curve is not here. */
function measured(runId: string): MeasuredRun | undefined {
  const run = table.get(runId)
  const buffer = curves.get(runId)
  return run && buffer
    ? { record: { ...run, epochs: [...buffer.epochs] }, metrics: buffer.points }
    : undefined
}

/** A run by its id; follows `list`. */
function byId(runId: string | null): RunSummary | undefined {
  // The table is not reactive; the list changes whenever it does.
  return list.value.length === 0 || runId === null ? undefined : table.get(runId)
}

/** What a run ended at, or measured last; null while there is none. */
function latestOf(run: RunSummary, quantity: Quantity): number | null {
  const final = quantity === 'testLoss' ? undefined : run.final[quantity]
  return final ?? (run.status === 'diverged' ? null : (curves.get(run.id)?.last(quantity) ?? null))
}

export const runs = {
  list: computed(() => list.value),
  loaded: computed(() => loaded.value),
  byId,
  latestOf,
  ensureCurves,
  curve,
  curveVersion,
  onCurves,
  measured,
}
