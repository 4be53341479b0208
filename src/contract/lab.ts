import { z } from 'zod'
import { runRecord, runSummary } from '../experiments/run.ts'
import { runSettings, settingMap } from '../experiments/settings.ts'
import { epochColumns, metricColumns, normColumns } from './columns.ts'
import { defineContract } from './contract.ts'
import { errorCodes } from './errors.ts'
import { features, inspection, modelFormats } from './inspection.ts'

const runIds = z.object({ runIds: z.array(z.string()).min(1).max(100_000) })
const nothing = z.object({})
const bytes = z.instanceof(Uint8Array)
const localizedText = z.object({ en: z.string(), 'zh-CN': z.string() })

export const datasetStatus = z.object({
  id: z.string(),
  title: localizedText,
  licence: z.object({ name: z.string(), url: z.string(), attribution: z.string() }),
  files: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      sizeBytes: z.int(),
      sha1: z.string(),
      state: z.enum(['ready', 'missing', 'partial', 'damaged', 'downloading']),
      receivedBytes: z.int().optional(),
      localSource: z.string().optional(),
    }),
  ),
})
export type DatasetStatus = z.infer<typeof datasetStatus>

const importResult = z.object({
  recognised: z.array(
    z.object({
      dataset: z.string(),
      file: z.string(),
      from: z.string(),
      path: z.string(),
      outcome: z.enum(['installed', 'already-there']),
    }),
  ),
  refused: z.array(z.object({ from: z.string(), reason: z.string(), code: z.enum(errorCodes) })),
  ignored: z.int(),
})

/** A look at a dataset, as it is on disk. */
const preview = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('table'),
    rows: z.int(),
    columns: z.array(
      z.object({
        name: z.string(),
        title: localizedText,
        unit: z.string(),
        values: z.instanceof(Float64Array),
      }),
    ),
  }),
  z.object({
    kind: z.literal('images'),
    width: z.int(),
    height: z.int(),
    /** Examples of each class; `images` [examples, height, width] grey levels. */
    classes: z.array(z.object({ title: localizedText, count: z.int(), examples: z.int(), images: bytes })),
  }),
])
export type DatasetPreview = z.infer<typeof preview>

const storedExperiment = z.object({
  id: z.string(),
  title: z.string(),
  hash: z.string(),
  /** The file as it was submitted. */
  text: z.string(),
  createdAt: z.string(),
})

/** How the tuning of one optimizer ended. */
const tuned = z.object({
  contestant: z.int(),
  trial: z.int().nullable(),
  set: settingMap,
  value: z.number().nullable(),
  boundary: z.array(z.object({ name: z.string(), end: z.enum(['low', 'high']) })).readonly(),
  epochs: z.number(),
})

export const reportFormats = ['html', 'pdf', 'md', 'csv', 'tex'] as const
const locale = z.enum(['en', 'zh-CN'])
/** Runs with all they measured, for other programs. */
export const exportFormats = ['csv', 'json', 'parquet', 'tensorboard'] as const
const verdictMargin = z.number().min(0).max(1)

/** What happens in the lab, as its front doors follow it. */
export const labEvent = z.discriminatedUnion('type', [
  /** A run appeared or changed. */
  z.object({ type: z.literal('run'), run: runSummary }),
  z.object({
    type: z.literal('progress'),
    runId: z.string(),
    step: z.int(),
    totalSteps: z.int(),
    seconds: z.number(),
    points: metricColumns,
    epochs: epochColumns,
  }),
  z.object({ type: z.literal('deleted'), runIds: z.array(z.string()) }),
  /** A dataset's state changed, or its download moved on. */
  z.object({
    type: z.literal('data'),
    dataset: datasetStatus,
    progress: z
      .object({
        file: z.string(),
        receivedBytes: z.int(),
        sizeBytes: z.int(),
        source: z.string(),
        bytesPerSecond: z.number().optional(),
      })
      .nullable(),
    error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }).nullable(),
  }),
  /** TensorFlow's installation began, moved on or ended. */
  z.object({
    type: z.literal('setup'),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    progress: z
      .object({
        stage: z.enum(['waiting', 'downloading', 'unpacking', 'compiling', 'checking']),
        what: z.string(),
        doneBytes: z.number().nullable(),
        totalBytes: z.number().nullable(),
      })
      .nullable(),
    error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }).nullable(),
  }),
  z.object({ type: z.literal('engine'), state: z.enum(['restarting', 'unavailable']), reason: z.string() }),
])
export type LabEvent = z.infer<typeof labEvent>

/** Front door ⇄ lab. */
export const labContract = defineContract({
  calls: {
    'lab.info': {
      input: nothing,
      output: z.object({
        version: z.string(),
        pid: z.int(),
        home: z.string(),
        /** Number of the last event: subscribe after it to miss nothing. */
        sequence: z.int(),
        workers: z.int(),
      }),
    },
    /**
     * Puts runs in the queue. Runs that are not `detached` are interrupted, with their checkpoint, when the connection
     * that submitted them closes.
     */
    'runs.submit': {
      input: z.object({
        runs: z.array(runSettings).min(1).max(100_000),
        detached: z.boolean().default(false),
      }),
      output: runIds,
    },
    /**
     * Keeps weights that runs of a workload can start from, as `weights` in their settings; those that no run starts from
     * are gone with the lab. @throws DescentError where they are not its network's
     */
    'weights.add': {
      input: z.object({ workload: z.string(), /** A safetensors file. */ bytes }),
      output: z.object({ /** SHA-256 of the file. */ weights: z.string() }),
    },
    'runs.list': { input: nothing, output: z.object({ runs: z.array(runSummary) }) },
    /** One run by its id or the beginning of it. */
    'runs.show': {
      input: z.object({ runId: z.string() }),
      output: z.object({ run: runRecord, metrics: metricColumns }),
    },
    'runs.pause': { input: runIds, output: nothing },
    /** Paused, interrupted, failed and cancelled runs go on from their checkpoint; others are refused. */
    'runs.resume': { input: runIds.extend({ detached: z.boolean().default(false) }), output: nothing },
    /** Ends runs for good; what they measured is kept. */
    'runs.cancel': { input: runIds, output: nothing },
    /** From step 0 again. */
    'runs.retry': { input: runIds.extend({ detached: z.boolean().default(false) }), output: nothing },
    /** Puts waiting runs, in the order given, before another one, or last. */
    'runs.reorder': { input: runIds.extend({ before: z.string().nullable() }), output: nothing },
    'runs.rename': {
      input: z.object({ runId: z.string(), name: z.string().min(1).max(200) }),
      output: nothing,
    },
    /** Adds and removes tags. */
    'runs.tag': {
      input: runIds.extend({ add: z.array(z.string().min(1).max(60)), remove: z.array(z.string()) }),
      output: nothing,
    },
    /** What a person wants to remember of a run; nothing where it is empty. */
    'runs.note': { input: z.object({ runId: z.string(), note: z.string().max(20_000) }), output: nothing },
    /**
     * With `undoable`, runs only disappear from lists until `runs.restore`, or for good when the lab ends. An experiment
     * that tunes does not ask for them again, and keeps in mind what they found.
     */
    'runs.delete': { input: runIds.extend({ undoable: z.boolean().default(false) }), output: nothing },
    'runs.restore': { input: runIds, output: nothing },
    /** What a finished run's network does on the test set; computed when it is asked for. */
    'runs.inspect': { input: z.object({ runId: z.string() }), output: inspection },
    /** What a finished run's network makes of one row of the test set. */
    'runs.features': { input: z.object({ runId: z.string(), row: z.int().min(0) }), output: features },
    /** A finished run's network as files. */
    'runs.export': {
      input: z.object({ runId: z.string(), format: z.enum(modelFormats) }),
      output: z.object({ files: z.array(z.object({ name: z.string(), bytes })) }),
    },
    /** What steps did to the layers of a run's network; no layers where it has none. */
    'runs.norms': {
      input: z.object({ runId: z.string() }),
      output: normColumns.extend({ layers: z.array(z.string()) }),
    },
    /** Whole curves of many runs at once, with what was measured after each epoch. */
    'runs.curves': {
      input: runIds,
      output: z.object({
        curves: z.array(z.object({ runId: z.string(), points: metricColumns, epochs: epochColumns })),
      }),
    },
    /** What a file would run, without running it. @throws the file's first fault */
    'experiments.check': {
      input: z.object({ text: z.string().max(1_000_000), name: z.string() }),
      output: z.object({
        series: z.array(z.object({ label: z.string(), settings: runSettings.omit({ seed: true }) })),
        runs: z.int(),
        steps: z.number(),
        /** From the speed measured here; null before anything like it has run. */
        estimatedSeconds: z.number().nullable(),
        /** The same, workload by workload. */
        workloads: z.array(
          z.object({ id: z.string(), steps: z.number(), estimatedSeconds: z.number().nullable() }),
        ),
      }),
    },
    'experiments.list': { input: nothing, output: z.object({ experiments: z.array(storedExperiment) }) },
    'data.list': { input: nothing, output: z.object({ datasets: z.array(datasetStatus) }) },
    /** Starts in the background; `data` events tell how it goes. Keeps what arrived when it is cancelled. */
    'data.fetch': { input: z.object({ id: z.string() }), output: nothing },
    /** Stops a download; what arrived is kept to go on from, unless it is to be discarded. */
    'data.cancel': {
      input: z.object({ id: z.string(), discard: z.boolean().default(false) }),
      output: nothing,
    },
    'data.verify': {
      input: z.object({ id: z.string().optional() }),
      output: z.object({ datasets: z.array(datasetStatus) }),
    },
    /** From a path on the lab's machine. */
    'data.import': { input: z.object({ path: z.string() }), output: importResult },
    /** From a file that a browser holds. */
    'data.upload': { input: z.object({ name: z.string(), bytes }), output: importResult },
    'data.preview': { input: z.object({ id: z.string() }), output: preview },
    'lab.doctor': {
      input: nothing,
      output: z.object({
        engines: z.array(
          z.object({
            id: z.string(),
            available: z.boolean(),
            device: z.string(),
            reason: z.string().optional(),
            remedy: z.string().optional(),
          }),
        ),
        versions: z.record(z.string(), z.string()),
      }),
    },
    /** Installs TensorFlow, or looks at every byte of the one there is; `setup` events tell how it goes. */
    'tensorflow.install': { input: nothing, output: nothing },
    'tensorflow.cancel': { input: nothing, output: nothing },
    /** Checks an experiment file and puts its runs in the queue. */
    'experiments.submit': {
      input: z.object({
        /** YAML or JSON. */
        text: z.string().max(1_000_000),
        /** Shown in errors. */
        name: z.string(),
        detached: z.boolean().default(false),
      }),
      output: z.object({ experimentId: z.string(), title: z.string(), runIds: z.array(z.string()) }),
    },
    /** How far an experiment that tunes is; whatever it asks for by now has been submitted. */
    'experiments.study': {
      input: z.object({ experimentId: z.string() }),
      output: z.object({
        runIds: z.array(z.string()),
        /** Runs that are not over, those not asked for yet included. */
        left: z.int(),
        tuned: z.array(tuned),
      }),
    },
    /**
     * Writes runs with every point they measured. CSV and Parquet are three tables (runs, points, epochs), the named file
     * first; TensorBoard's files are a folder, or one archive where the name ends in `.zip`.
     */
    'export.write': {
      input: runIds.extend({ format: z.enum(exportFormats), /** Absolute path. */ file: z.string() }),
      output: z.object({ files: z.array(z.string()) }),
    },
    /** The same as one file, for a page that saves it itself: an archive where the format has several. */
    'export.make': {
      input: runIds.extend({ format: z.enum(exportFormats) }),
      output: z.object({ name: z.string(), bytes }),
    },
    /** Writes a report of runs; the format follows the file's extension. */
    'report.write': {
      input: z.object({
        runIds: z.array(z.string()).min(1),
        /** Absolute path. */
        file: z.string(),
        locale,
        title: z.string().optional(),
        /** A run of the series that the others are compared with; by default the first series. */
        baseline: z.string().optional(),
        /** The largest difference that does not matter, as a share of the mean. */
        margin: verdictMargin.optional(),
      }),
      output: z.object({ files: z.array(z.string()) }),
    },
    /** The same, for a page that saves files itself: the report first, then what belongs beside it. */
    'report.make': {
      input: z.object({
        runIds: z.array(z.string()).min(1),
        format: z.enum(reportFormats),
        locale,
        title: z.string().optional(),
        /** A run of the series that the others are compared with; by default the first series. */
        baseline: z.string().optional(),
        /** The largest difference that does not matter, as a share of the mean. */
        margin: verdictMargin.optional(),
      }),
      output: z.object({ files: z.array(z.object({ name: z.string(), bytes })) }),
    },
  },
  streams: {
    events: { input: nothing, event: labEvent },
  },
})
export type LabContract = typeof labContract
