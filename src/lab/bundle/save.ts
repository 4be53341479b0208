import { createHash } from 'node:crypto'
import { DescentError } from '../../contract/errors.ts'
import {
  bundleFormat,
  bundlePaths,
  bundleVersion,
  readRun,
  type BundleFile,
  type BundleManifest,
} from '../../bundle/manifest.ts'
import { writeTable, writeVector } from '../../bundle/npy.ts'
import { readme } from '../../bundle/readme.ts'
import { writeSums } from '../../bundle/sums.ts'
import type { NormColumns } from '../../contract/columns.ts'
import { isOver, type RunStatus, type RunSummary } from '../../experiments/run.ts'
import { isTuningRun } from '../../comparison/tuning.ts'
import type { Library } from '../library/library.ts'
import { makeRunReport } from '../run-report.ts'
import { version } from '../version.ts'
import { noTime, zip, type ZippedFile } from '../zip.ts'

export interface BundleRequest {
  /** Runs, and experiments, each of which stands for all its runs; or beginnings of their ids. */
  readonly ids: readonly string[]
  /** Of the report. */
  readonly locale: 'en' | 'zh-CN'
  readonly now: Date
}

/** A bundle that is to be written. */
export interface PlannedBundle {
  readonly title: string
  readonly runs: number
  /** A report holds all curves in memory: a very large bundle goes without. */
  readonly hasReport: boolean
  /** The archive, piece by piece: as much is held in memory as one run's curve takes. */
  readonly bytes: () => AsyncIterable<Uint8Array>
}

/** So many runs make so many files as one manifest lists. */
const mostRuns = 50_000
/** A report of more takes gigabytes of memory. */
const mostReportedPoints = 5_000_000

/**
 * What the archive will hold. The same runs give the same bytes, but for the time at which the bundle was made.
 * @throws DescentError `not-found`; `conflict` where runs are not over
 */
export async function planBundle(
  library: Library,
  { ids, locale, now }: BundleRequest,
): Promise<PlannedBundle> {
  const { runs, title, experiments } = contentsOf(library, ids)
  const points = runs.reduce((sum, { id }) => sum + library.pointCount(id), 0)
  const compared = runs.filter((run) => !isTuningRun(run))
  const hasReport = points <= mostReportedPoints
  const [report] = hasReport
    ? await makeRunReport(library, {
        runIds: (compared.length > 0 ? compared : runs).map(({ id }) => id),
        format: 'html',
        locale,
        title,
        alone: true,
        now,
      })
    : []
  const head = {
    format: bundleFormat,
    version: bundleVersion,
    title,
    made: { at: now.toISOString(), by: version },
    experiments: experiments.map(({ text: _text, ...rest }) => rest),
    datasets: datasetsOf(runs),
    counts: { runs: runs.length, points, byStatus: countsOf(runs) },
  } as const
  const weights = [...new Set(runs.flatMap(({ settings }) => settings.weights ?? []))].sort()
  const files: ZippedFile[] = [
    { path: bundlePaths.readme, pieces: () => [readme(head)] },
    ...experiments.map(({ file, text }) => ({ path: file, pieces: () => [text] })),
    ...(report ? [{ path: bundlePaths.report, pieces: () => [report.bytes] }] : []),
    { path: bundlePaths.runs, pieces: () => runLines(runs) },
    ...weights.map((hash) => ({
      path: bundlePaths.weights(hash),
      pieces: () => [writeVector(library.weights(hash))],
    })),
    ...runs.flatMap((run) => curveFiles(library, run)),
  ]
  return { title, runs: runs.length, hasReport, bytes: () => zip(withManifest(head, files), noTime) }
}

/** The files by name, then what can be said of them when they have been written: manifest and hashes. */
function withManifest(
  head: Omit<BundleManifest, 'files'>,
  files: readonly ZippedFile[],
): readonly ZippedFile[] {
  const listed: BundleFile[] = []
  const sums = new Map<string, string>()
  const hashed = ({ path, pieces }: ZippedFile, told: (file: BundleFile) => void): ZippedFile => ({
    path,
    *pieces() {
      const hash = createHash('sha256')
      let sizeBytes = 0
      for (const piece of pieces()) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
        hash.update(bytes)
        sizeBytes += bytes.byteLength
        yield bytes
      }
      const sha256 = hash.digest('hex')
      sums.set(path, sha256)
      told({ path, sizeBytes, sha256 })
    },
  })
  const inOrder = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  return [
    ...inOrder.map((file) => hashed(file, (entry) => listed.push(entry))),
    hashed(
      {
        path: bundlePaths.manifest,
        pieces: () => [`${JSON.stringify({ ...head, files: listed } satisfies BundleManifest, null, 2)}\n`],
      },
      () => undefined,
    ),
    { path: bundlePaths.sums, pieces: () => [writeSums(sums)] },
  ]
}

type BundledExperiment = BundleManifest['experiments'][number] & { readonly text: string }

/** Runs in the order of their ids, their experiments, and what it is called. */
function contentsOf(
  library: Library,
  ids: readonly string[],
): { runs: RunSummary[]; title: string; experiments: BundledExperiment[] } {
  const named = ids.flatMap((id) => runsNamed(library, id))
  const withTuning = wholeStudies(library, named)
  const runs = [...new Map(withTuning.map((run) => [run.id, run])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  const going = runs.filter(({ status }) => !isOver(status))
  if (going.length > 0)
    throw new DescentError(
      'conflict',
      `${going.length} of ${runs.length} runs are not over: ${going
        .slice(0, 3)
        .map(({ id, status }) => `${id} is ${status}`)
        .join(', ')}.`,
      'A bundle is of what was measured: wait for them, or cancel them first.',
    )
  if (runs.length > mostRuns)
    throw new DescentError(
      'unsupported',
      `A bundle holds at most ${mostRuns} runs; these are ${runs.length}.`,
      'Make several.',
    )
  const experimentIds = [...new Set(runs.flatMap(({ experimentId }) => experimentId ?? []))].sort()
  const experiments = experimentIds.flatMap((id): BundledExperiment[] => {
    const found = library.experiment(id)
    const createdAt = library.experimentBegan(id)
    if (!found || createdAt === null) return []
    const file = bundlePaths.experiment(id, experimentIds.length === 1)
    const { title, hash, text } = found
    return [{ id, title, hash, createdAt, file, runs: library.runsOf(id).length, text }]
  })
  const titles =
    experiments.length > 0 ? experiments.map(({ title }) => title) : runs.map(({ series }) => series)
  return { runs, title: [...new Set(titles)].slice(0, 3).join(', '), experiments }
}

/** All runs of an experiment, or one run. @throws DescentError `not-found` */
function runsNamed(library: Library, id: string): RunSummary[] {
  const ofExperiment = library.experiment(id) ? library.runsOf(id) : []
  if (ofExperiment.length > 0) return ofExperiment
  try {
    return [library.run(id)]
  } catch (error) {
    const experiments = library.experiments().filter((one) => id !== '' && one.id.startsWith(id))
    const [only] = experiments
    const runs = only && experiments.length === 1 ? library.runsOf(only.id) : []
    if (runs.length > 0) return runs
    const { code, message, remedy } = DescentError.from(error)
    throw new DescentError(code, `${message} No single experiment begins with it either.`, remedy, {
      cause: error,
    })
  }
}

/** What was found by tuning rests on the runs that tuned: they come along with any run of their experiment. */
function wholeStudies(library: Library, runs: readonly RunSummary[]): RunSummary[] {
  const studies = new Set(runs.flatMap(({ study, experimentId }) => (study && experimentId) ?? []))
  return [...runs, ...[...studies].flatMap((id) => library.runsOf(id).filter(isTuningRun))]
}

function* runLines(runs: readonly RunSummary[]): Generator<string> {
  for (const [index, run] of runs.entries()) {
    const line = JSON.stringify(run)
    readRun(line, index + 1) // what could not be opened again is not published
    yield `${line}\n`
  }
}

/** Whatever was measured, nulls and all: a run of a network has norms as well. */
function curveFiles(library: Library, run: RunSummary): ZippedFile[] {
  const table = (columns: Readonly<Record<string, Float64Array | undefined>>): Uint8Array =>
    writeTable(new Map(Object.entries(columns).flatMap(([name, column]) => (column ? [[name, column]] : []))))
  const hasNorms = library.norms(run.id).step.length > 0
  return [
    {
      path: bundlePaths.points(run.id),
      pieces() {
        refuseChanged(library, run)
        return [table(library.metrics(run.id))]
      },
    },
    { path: bundlePaths.epochs(run.id), pieces: () => [table(library.epochs(run.id))] },
    ...(hasNorms
      ? [{ path: bundlePaths.norms(run.id), pieces: () => [table(byLayer(library.norms(run.id)))] }]
      : []),
  ]
}

/** Layers are numbered as the network has them. */
const byLayer = ({ step, gradient, update }: NormColumns): Record<string, Float64Array> => ({
  step,
  ...Object.fromEntries(gradient.map((column, layer) => [`gradient.${layer}`, column])),
  ...Object.fromEntries(update.map((column, layer) => [`update.${layer}`, column])),
})

/** Someone may train a run again while others are written. */
function refuseChanged(library: Library, run: RunSummary): void {
  const { status, steps, seconds } = library.run(run.id)
  if (status === run.status && steps === run.steps && seconds === run.seconds) return
  throw new DescentError(
    'conflict',
    `The run ${run.id} went on while the bundle was written.`,
    'Make the bundle again when it is over.',
  )
}

function datasetsOf(runs: readonly RunSummary[]): BundleManifest['datasets'] {
  const files = runs.flatMap(({ provenance }) => provenance?.datasets ?? [])
  const byKey = new Map(files.map((file) => [`${file.id}\n${file.file}\n${file.sha1}`, file]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file)
}

function countsOf(runs: readonly RunSummary[]): Partial<Record<RunStatus, number>> {
  const counts: Partial<Record<RunStatus, number>> = {}
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
