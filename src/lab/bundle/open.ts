import { readFileSync } from 'node:fs'
import { DescentError } from '../../contract/errors.ts'
import { epochColumns, metricColumns, type NormColumns } from '../../contract/columns.ts'
import { bundlePaths, readRun, refusedBundle, type BundleManifest } from '../../bundle/manifest.ts'
import { readTable, readVector, type NumberTable } from '../../bundle/npy.ts'
import { canonical } from '../../experiments/canonical.ts'
import { readForeignExperiment } from '../../experiments/read.ts'
import type { RunOrigin, RunSummary } from '../../experiments/run.ts'
import { shape } from '../../models/network.ts'
import { workloads } from '../../workloads/index.ts'
import { lookOf } from '../library/looks.ts'
import type { Library, StoredExperiment } from '../library/library.ts'
import { utf8, type UnpackedBundle } from './unpack.ts'

/** What came in. */
export interface OpenedBundle {
  readonly title: string
  readonly experimentIds: string[]
  /** All runs of the bundle, in its order. */
  readonly runIds: string[]
  /** Those that were not in the library before. */
  readonly added: RunSummary[]
  readonly origin: RunOrigin
}

/** Of one file of text. */
const mostTextBytes = 256 * 2 ** 20

/**
 * Takes a bundle into the library, all of it or nothing. What is there already and says the same is left as it is. Nothing
 * is queued.
 * @throws DescentError `archive-refused`; `conflict` where the library has something else under one of its ids
 */
export function takeIn(library: Library, bundle: UnpackedBundle, now: Date): OpenedBundle {
  const { manifest, sha256 } = bundle
  const { at: madeAt, by: madeBy } = manifest.made
  const origin: RunOrigin = { bundle: sha256, madeAt, madeBy, openedAt: now.toISOString() }
  const runs = runsOf(bundle)
  const experiments = manifest.experiments.map((one) => experimentOf(bundle, one))
  const known = new Set(experiments.map(({ id }) => id))
  for (const { id, experimentId } of runs)
    if (experimentId !== null && !known.has(experimentId))
      throw refusedBundle(`the run ${id} is of an experiment ${experimentId}, which is not here`)
  return library.transaction(() => {
    const here = new Map(library.runsAmong(runs.map(({ id }) => id)).map((run) => [run.id, run]))
    experiments.forEach((experiment) => addExperiment(library, experiment))
    addWeights(library, bundle, runs)
    const added: RunSummary[] = []
    for (const run of runs) {
      const curves = curvesOf(bundle, run.id)
      const same = here.get(run.id)
      if (same) {
        refuseOther(library, same, run, curves)
        continue
      }
      const marked: RunSummary = { ...run, origin }
      library.takeIn(marked, curves)
      if (isLook(run, curves)) library.looks.add(lookOf(run, run.startedAt ?? run.createdAt))
      added.push(marked)
    }
    return {
      title: manifest.title,
      experimentIds: experiments.map(({ id }) => id),
      runIds: runs.map(({ id }) => id),
      added,
      origin,
    }
  })
}

/** A file of the bundle. @throws DescentError where it has none of that name */
function bytesOf({ at }: UnpackedBundle, path: string): Buffer {
  const file = at.get(path)
  if (file === undefined) throw refusedBundle(`${path} is missing`)
  return readFileSync(file)
}

function textOf(bundle: UnpackedBundle, path: string): string {
  const bytes = bytesOf(bundle, path)
  if (bytes.byteLength > mostTextBytes) throw refusedBundle(`${path} has ${bytes.byteLength} bytes`)
  return utf8(bytes, path)
}

function runsOf(bundle: UnpackedBundle): RunSummary[] {
  const lines = textOf(bundle, bundlePaths.runs).split('\n')
  if (lines.pop() !== '') throw refusedBundle(`${bundlePaths.runs} breaks off`)
  const runs = lines.map((line, index) => readRun(line, index + 1))
  if (runs.length === 0) throw refusedBundle('it holds no run')
  if (new Set(runs.map(({ id }) => id)).size < runs.length) throw refusedBundle('it holds a run twice')
  if (runs.length !== bundle.manifest.counts.runs)
    throw refusedBundle(`it holds ${runs.length} runs; its manifest says ${bundle.manifest.counts.runs}`)
  return runs
}

function experimentOf(
  bundle: UnpackedBundle,
  { id, title, hash, createdAt, file }: BundleManifest['experiments'][number],
): StoredExperiment & { createdAt: string } {
  const text = textOf(bundle, file)
  // eslint-disable-next-line no-control-regex -- what a terminal would take for a command
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text))
    throw refusedBundle(`${file} has control characters`)
  try {
    return { id, title, hash, source: readForeignExperiment(text, file), text, createdAt }
  } catch (error) {
    const { message } = DescentError.from(error)
    throw refusedBundle(
      `it was made by Descent Lab ${bundle.manifest.made.by}, and this one does not understand its experiment (${message})`,
    )
  }
}

function addExperiment(library: Library, experiment: StoredExperiment & { createdAt: string }): void {
  const here = library.experiment(experiment.id)
  if (!here) library.addExperiment(experiment, experiment.createdAt)
  else if (here.text !== experiment.text || here.hash !== experiment.hash)
    throw conflict(`the experiment ${experiment.id}`, 'another file')
}

function addWeights(library: Library, bundle: UnpackedBundle, runs: readonly RunSummary[]): void {
  const workloadOf = new Map(
    runs.flatMap(({ settings }) => (settings.weights ? [[settings.weights, settings.workload]] : [])),
  )
  for (const [hash, workload] of workloadOf) {
    const path = bundlePaths.weights(hash)
    const theta = readVector(bytesOf(bundle, path), path)
    if (!theta.every(Number.isFinite)) throw refusedBundle(`${path} holds what is no number`)
    const network = workloads.find(({ id }) => id === workload)?.network
    const size = network && shape(network.network).size
    if (size !== undefined && size !== theta.length)
      throw refusedBundle(`${path} holds ${theta.length} numbers; the network of ${workload} has ${size}`)
    const here = library.hasWeights(hash) ? library.weights(hash) : null
    if (here === null) library.addWeights(hash, theta)
    else if (!Buffer.from(here.buffer).equals(Buffer.from(theta.buffer)))
      throw conflict(`the weights ${hash.slice(0, 7)}`, 'other numbers')
  }
}

type Curves = Parameters<Library['takeIn']>[1]

function curvesOf(bundle: UnpackedBundle, id: string): Curves {
  const table = (path: string): NumberTable => readTable(bytesOf(bundle, path), path)
  const [points, epochs, norms] = [bundlePaths.points(id), bundlePaths.epochs(id), bundlePaths.norms(id)]
  return {
    points: checked(metricColumns, table(points), points),
    epochs: checked(epochColumns, table(epochs), epochs),
    norms: bundle.at.has(norms) ? normsOf(table(norms), norms) : null,
  }
}

/** The columns that this version knows, each a number where it says where and when. */
function checked<T extends object>(
  schema: { strict: () => { safeParse: (value: unknown) => { success: boolean; data?: T } } },
  columns: NumberTable,
  path: string,
): T {
  const parsed = schema.strict().safeParse(Object.fromEntries(columns))
  if (!parsed.success || !parsed.data)
    throw refusedBundle(`${path} has columns ${[...columns.keys()].join(', ')}`)
  for (const name of ['step', 'examples', 'seconds', 'epoch']) {
    let before = -Infinity
    for (const value of columns.get(name) ?? []) {
      if (!Number.isFinite(value) || value < 0 || value < before)
        throw refusedBundle(`${path}: ${name} is ${value} after ${before}`)
      before = value
    }
  }
  return parsed.data
}

function normsOf(columns: NumberTable, path: string): NormColumns {
  const { step, ...rest } = Object.fromEntries(columns)
  const layers = Object.keys(rest).length / 2
  const named = (what: 'gradient' | 'update') =>
    Array.from({ length: Math.floor(layers) }, (_, layer) => rest[`${what}.${layer}`])
  const [gradient, update] = [named('gradient'), named('update')]
  if (!step || !Number.isInteger(layers) || [...gradient, ...update].includes(undefined))
    throw refusedBundle(`${path} has columns ${[...columns.keys()].join(', ')}`)
  return {
    step,
    gradient: gradient as Float64Array<ArrayBuffer>[],
    update: update as Float64Array<ArrayBuffer>[],
  }
}

/** What a person may change of a run that is over, and what the library itself says of it. */
type Kept = 'name' | 'tags' | 'note' | 'origin'

/** @throws DescentError `conflict` where the library's run is not the bundle's */
function refuseOther(library: Library, here: RunSummary, there: RunSummary, curves: Curves): void {
  const measured = ({
    name: _n,
    tags: _t,
    note: _o,
    origin: _b,
    ...rest
  }: RunSummary): Omit<RunSummary, Kept> => rest
  const isSame =
    JSON.stringify(canonical(measured(here))) === JSON.stringify(canonical(measured(there))) &&
    equalColumns(library.metrics(here.id), curves.points) &&
    equalColumns(library.epochs(here.id), curves.epochs)
  if (!isSame) throw conflict(`the run ${here.id} (${here.name})`, 'other results')
}

function equalColumns(
  a: Readonly<Record<string, Float64Array | undefined>>,
  b: Readonly<Record<string, Float64Array | undefined>>,
): boolean {
  const names = (columns: typeof a): string =>
    Object.keys(columns)
      .filter((name) => columns[name])
      .sort()
      .join()
  const bytes = (column: Float64Array | undefined): Buffer =>
    column ? Buffer.from(column.buffer, column.byteOffset, column.byteLength) : Buffer.alloc(0)
  return names(a) === names(b) && Object.keys(a).every((name) => bytes(a[name]).equals(bytes(b[name])))
}

/** Test results are in it: whoever reads them has looked. Of a workload that this version lacks nothing is counted. */
const isLook = ({ settings }: RunSummary, { epochs }: Curves): boolean =>
  workloads.some(({ id }) => id === settings.workload) &&
  [epochs.testLoss, epochs.testAccuracy].some((column) => (column?.length ?? 0) > 0)

const conflict = (what: string, found: string): DescentError =>
  new DescentError(
    'conflict',
    `The library has ${what} already, with ${found} than the bundle; nothing of the bundle was kept.`,
    'It went on or was run again here, or the bundle was changed. Open the bundle in a library of its own (DESCENT_HOME=FOLDER), or delete what is here first.',
  )
