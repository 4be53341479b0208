import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Comparison, Study } from '../charts/comparison.ts'
import { isTuningRun } from '../comparison/tuning.ts'
import { epochResults, type RunSummary } from '../experiments/run.ts'
import type { reportFormats } from '../contract/lab.ts'
import { optimizers } from '../optimizers/index.ts'
import { formula } from '../rules/formula.ts'
import { traceRule } from '../rules/program.ts'
import type { Library } from './library/library.ts'
import { looksAround } from './looks-around.ts'

export interface RunReportRequest {
  runIds: readonly string[]
  file: string
  /** Where the experiment does not say which. */
  locale: 'en' | 'zh-CN'
  title?: string | undefined
  /** A run of the series that others are compared with, or the beginning of its id. */
  baseline?: string | undefined
  /** The largest difference that does not matter, as a share of the mean. */
  margin?: number | undefined
  /** Nothing lies beside an .html. */
  alone?: boolean | undefined
  now: Date
}

/** A report as bytes, for whoever saves files itself. @returns the report first, then what belongs beside it */
export async function makeRunReport(
  library: Library,
  { format, ...request }: Omit<RunReportRequest, 'file'> & { format: (typeof reportFormats)[number] },
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-report-'))
  try {
    const files = await writeRunReport(library, { ...request, file: join(folder, `report.${format}`) })
    return await Promise.all(
      files.map(async (file) => ({ name: basename(file), bytes: Uint8Array.from(await readFile(file)) })),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes a report of runs in the library. @returns the files written, the report first */
export async function writeRunReport(library: Library, request: RunReportRequest): Promise<string[]> {
  // A run that is named twice counts once, also when it is named by beginnings of different lengths.
  const named = new Map(request.runIds.map((id) => library.record(id)).map((record) => [record.id, record]))
  const records = [...named.values()]
  const study = studyOf(library, records)
  const compared = study ? records.filter((record) => !isTuningRun(record)) : records
  const runs = compared.map((record) => ({ record, metrics: library.metrics(record.id) }))
  const { language, ...head } = headOf(library, request, records)
  const comparison: Comparison = {
    ...head,
    runs,
    looks: looksAround(library, compared.length > 0 ? compared : records),
    ...(study && { study }),
    ...(request.baseline !== undefined && { baseline: library.record(request.baseline).id }),
    ...(request.margin !== undefined && { margin: request.margin }),
  }
  const ids = new Set(records.map(({ settings }) => settings.optimizer))
  // Of a rule of another version nothing more is known than its id.
  const rules = optimizers.filter(({ id }) => ids.has(id))
  const formulas = Object.fromEntries(
    rules.map((rule) => [rule.id, { tex: formula(traceRule(rule)), title: rule.title, source: rule.source }]),
  )
  // Loaded when a report is asked for: the chart library is most of a front door's weight.
  const { writeReport } = await import('./report/index.ts')
  const { files } = await writeReport(comparison, {
    file: request.file,
    locale: language ?? request.locale,
    formulas,
    alone: request.alone,
    now: request.now,
  })
  return files
}

/**
 * How what is compared was tuned: where all runs are of one experiment that tuned, the tuning runs of its contestants, named
 * or not. Null where tuning runs alone were picked, which are then compared themselves.
 */
function studyOf(library: Library, records: readonly RunSummary[]): Study | null {
  const id = records[0]?.experimentId
  if (!id || records.some(({ experimentId }) => experimentId !== id)) return null
  const experiment = library.experiment(id)?.source
  if (!experiment?.tuning) return null
  const all = library.runsOf(id)
  const finals = records.filter((record) => !isTuningRun(record))
  if (finals.length === 0 && records.length < all.length) return null
  const wanted = new Set((finals.length > 0 ? finals : records).map(({ study }) => study?.contestant))
  const runs = all.filter((run) => isTuningRun(run) && wanted.has(run.study?.contestant))
  if (!experiment.targets) return { experiment, runs }
  const epochs = new Map(runs.map((run) => [run.id, epochResults(library.epochs(run.id))]))
  return { experiment, runs, epochs }
}

/** Title, question and language come from the experiment when all runs are of one. */
function headOf(
  library: Library,
  { title }: RunReportRequest,
  runs: readonly RunSummary[],
): Omit<Comparison, 'runs'> & { language?: RunReportRequest['locale'] } {
  const first = runs[0]?.experimentId
  const isOne = runs.every(({ experimentId }) => experimentId === first)
  const experiment = isOne && first ? library.experiment(first) : null
  if (!experiment)
    return { title: title ?? [...new Set(runs.map(({ series }) => series))].slice(0, 3).join(', ') }
  const { id, hash, text, source } = experiment
  return {
    title: title ?? source.title,
    ...(source.question === undefined ? {} : { question: source.question }),
    ...(source.language === undefined ? {} : { language: source.language }),
    ...(source.margin === undefined ? {} : { margin: source.margin }),
    ...(source.targets === undefined ? {} : { targets: source.targets }),
    ...(source.cutFrom === undefined ? {} : { cutFrom: source.cutFrom }),
    experiment: { id, hash, text },
  }
}
