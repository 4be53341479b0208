import { z } from 'zod'
import { looksAround, testSetLooks } from '../experiments/looks.ts'
import { runOrigin, runRecord, runSummary } from '../experiments/run.ts'
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
  study: z.int().optional(),
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

/** What came in with a bundle. */
const openedBundle = z.object({
  title: z.string(),
  experimentIds: z.array(z.string()),
  /** All runs of the bundle. */
  runIds: z.array(z.string()),
  /** How many of them were not in the library before. */
  added: z.int(),
  origin: runOrigin,
})
export type OpenedBundle = z.infer<typeof openedBundle>

/** What running a run again came to: `src/bundle/reproduction.ts`. */
const reproduction = z.object({
  runId: z.string(),
  againId: z.string().nullable(),
  outcome: z.enum(['equal', 'close', 'different', 'missing']),
  largest: z.number().nullable(),
  at: z.object({ quantity: z.string(), unit: z.enum(['step', 'epoch']), index: z.number() }).nullable(),
})

/** Runs, and experiments, each of which stands for all its runs. */
const bundled = z.object({ ids: z.array(z.string()).min(1).max(100_000), locale })

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

/** What there was, and what is left. */
const change = z.tuple([z.int(), z.int()]).readonly().optional()

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
    /** What is remembered of the test sets that these runs are compared on. */
    'runs.looks': { input: runIds, output: z.object({ looks: z.array(looksAround) }) },
    /** What a file would run, without running it. @throws the file's first fault */
    'experiments.check': {
      input: z.object({
        text: z.string().max(1_000_000),
        name: z.string(),
        /** Asks what of it fits into a time. */
        atMostMinutes: z.number().gt(0).max(10_000_000).optional(),
      }),
      output: z.object({
        /** The experiment cut to the time asked for; null where nothing like it has run, so that none is known. */
        fitted: z
          .object({
            /** The file, as YAML. */
            text: z.string(),
            seconds: z.number(),
            /** False where even the least that is left takes longer. */
            fits: z.boolean(),
            changes: z.object({ seeds: change, trials: change, epochs: change }),
          })
          .nullable()
          .optional(),
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
    /** Which test sets have been looked at, and how often; deleted runs count. */
    'data.looks': { input: nothing, output: z.object({ looks: z.array(testSetLooks) }) },
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
    /**
     * Adds further seeds to what an experiment compares: so many of every series, or the runs named, which may differ from
     * its own in their seed alone. Its file stays as it is; each run says that it was added, and after how many results.
     */
    'experiments.extend': {
      input: z
        .object({
          experimentId: z.string(),
          seeds: z.int().min(1).max(1000).optional(),
          runs: z.array(runSettings).min(1).max(100_000).optional(),
          detached: z.boolean().default(false),
        })
        .refine(({ seeds, runs }) => (seeds === undefined) !== (runs === undefined), 'either seeds or runs'),
      output: runIds,
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
    /**
     * Writes runs that are over as a bundle: experiment, records, every point, hashes. Where one run of an experiment that
     * tunes is named, the runs that tuned come along.
     */
    'bundle.write': {
      input: bundled.extend({ /** Absolute path. */ file: z.string() }),
      output: z.object({
        file: z.string(),
        title: z.string(),
        runs: z.int(),
        sizeBytes: z.int(),
        /** Of the file. */
        sha256: z.string(),
        /** Very large bundles are without. */
        hasReport: z.boolean(),
      }),
    },
    /** The same, for a page that saves it itself. */
    'bundle.make': { input: bundled, output: z.object({ title: z.string(), bytes }) },
    /**
     * Takes a bundle into the library from a path on the lab's machine, when each of its hashes has been checked. What is
     * there already and says the same stays as it is; nothing is queued.
     */
    'bundle.open': { input: z.object({ path: z.string() }), output: openedBundle },
    /** From a file that a browser holds. */
    'bundle.upload': { input: z.object({ bytes }), output: openedBundle },
    /** How far runs that repeat others came to the same numbers. */
    'runs.reproduction': {
      input: runIds.extend({
        /** Those that repeat them; by default all runs of this library that no bundle brought. */
        among: z.array(z.string()).max(100_000).optional(),
        /** The relative difference up to which numbers count as close. */
        tolerance: z.number().min(0).max(1).default(1e-6),
      }),
      output: z.object({ runs: z.array(reproduction) }),
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
