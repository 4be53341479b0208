import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { DescentError } from '../contract/errors.ts'
import { labContract, type LabContract } from '../contract/lab.ts'
import { lookUp } from '../contract/lookup.ts'
import { checkSettings } from '../experiments/check.ts'
import { expand } from '../experiments/expand.ts'
import { trainingExamples } from '../experiments/hold-out.ts'
import { labelOf } from '../experiments/label.ts'
import { readExperiment } from '../experiments/read.ts'
import type { RunSummary } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { datasets } from '../datasets/index.ts'
import { layersOf, shape, type Network } from '../models/network.ts'
import { readWeights } from '../models/weights.ts'
import type { Channel } from '../transport/channel.ts'
import { serve, type Handlers } from '../transport/server.ts'
import { findRuntime } from '../tensorflow/find.ts'
import { installTensorFlow } from '../tensorflow/install.ts'
import { workloads } from '../workloads/index.ts'
import { DataHub } from './hub/hub.ts'
import { openDatabase } from './library/database.ts'
import { Library } from './library/library.ts'
import type { Places } from './places.ts'
import { Engines, graphicsCards } from './engines.ts'
import { RunQueue, type Supply } from './queue.ts'
import { newId } from './run-id.ts'
import { SetUp } from './set-up.ts'
import { TensorFlowSupply } from './tensorflow-supply.ts'
import { Studies } from './studies.ts'
import { TrainedNetworks } from './trained.ts'
import { version } from './version.ts'
import { makeRunReport, writeRunReport } from './run-report.ts'
import { examine } from './doctor.ts'
import { estimate, fittedTo } from './estimate.ts'
import { LabBundles } from './bundle/bundles.ts'
import { LabData } from './data.ts'
import { furtherRuns } from './further-runs.ts'
import { looksAround } from './looks-around.ts'

/** Runs that are checked before others have their turn. */
const runsAtOnce = 500

export interface LabOptions {
  places: Places
  workers?: number
  now?: () => Date
  /** The library can no longer be written: everyone connected was told, and this lab is of no more use. */
  lost?: (error: DescentError) => void
  /** Installs TensorFlow when a run needs it and it is not there. */
  installs?: boolean
  /** How. */
  install?: typeof installTensorFlow
}

/** The service behind every front door: library, queue, engines, data, reports. Call `lockLibrary` first. */
export class Lab {
  readonly #places: Places
  readonly #library: Library
  readonly #queue: RunQueue
  readonly #hub: DataHub
  readonly #workers: number
  readonly #trained: TrainedNetworks
  readonly #data: LabData
  readonly #bundles: LabBundles
  readonly #setUp: SetUp
  readonly #tensorFlow: TensorFlowSupply
  readonly #studies: Studies
  readonly #now: () => Date
  readonly #supplies = new Map<string, Promise<Supply>>()
  readonly #handlers: Handlers<LabContract>
  #connections = 0

  constructor({
    places,
    workers = availableParallelism(),
    now = () => new Date(),
    lost = () => undefined,
    installs = false,
    install = installTensorFlow,
  }: LabOptions) {
    this.#places = places
    this.#workers = workers
    this.#now = now
    this.#library = new Library(openDatabase(places.home))
    this.#hub = new DataHub({
      cacheDir: places.cache,
      resourcesDir: places.resources,
      searchPaths: places.searchPaths ?? [],
    })
    const engines = new Engines(workers, graphicsCards())
    this.#queue = new RunQueue({
      library: this.#library,
      enginesFor: (settings) => engines.for(settings),
      supply: (workload) => this.#supply(workload),
      isReady: (kind) => this.#tensorFlow.isReady(kind),
      want: (kind) => this.#tensorFlow.want(kind),
      now,
      clock: () => performance.now(),
      lost,
    })
    this.#trained = new TrainedNetworks({
      library: this.#library,
      enginesFor: (settings) => engines.for(settings),
      supply: (workload) => this.#supply(workload),
    })
    this.#studies = new Studies({
      library: this.#library,
      queue: this.#queue,
      newRun: ({ settings, label, role }, experimentId) => ({
        ...this.#newRun(settings, label, experimentId),
        study: role,
      }),
    })
    this.#setUp = new SetUp(this.#queue.events, install)
    this.#tensorFlow = new TensorFlowSupply({
      find: async () => (await findRuntime({ cache: places.cache })) !== undefined,
      setUp: this.#setUp,
      cache: places.cache,
      installs,
      changed: () => this.#queue.wake(),
      failed: (error) => this.#queue.refuse(({ needsTensorFlow }) => needsTensorFlow, error),
    })
    this.#data = new LabData(this.#hub, this.#queue.events)
    this.#bundles = new LabBundles({
      library: this.#library,
      events: this.#queue.events,
      cacheDir: places.cache,
      now,
    })
    this.#handlers = this.#makeHandlers()
    this.#queue.recover()
    this.#studies.recover()
  }

  /** Nobody is connected and nothing is being trained. */
  get idle(): boolean {
    return this.#connections === 0 && this.#queue.active === 0 && !this.#setUp.isRunning
  }

  /** Answers one front door until its connection closes. */
  connect(channel: Channel): void {
    this.#connections++
    const { connection, closed } = serve(labContract, channel, this.#handlers)
    void closed.then(() => {
      this.#connections--
      const stopped = this.#queue.interruptOwned(connection)
      this.#studies.interruptOwned(connection, stopped).catch(() => undefined) // `lost` was told
    })
  }

  async close(): Promise<void> {
    this.#setUp.cancel()
    this.#trained.close()
    await this.#queue.close()
    this.#library.close()
  }

  #makeHandlers(): Handlers<LabContract> {
    return {
      calls: {
        'lab.info': () => ({
          version,
          pid: process.pid,
          home: this.#places.home,
          sequence: this.#queue.events.sequence,
          workers: this.#workers,
        }),
        'runs.submit': async ({ runs, detached }, { connection, signal }) => {
          const summaries: RunSummary[] = []
          for (const settings of runs) {
            checkSettings(settings)
            this.#checkWeights(settings) // refused before any is entered
            summaries.push(this.#newRun(settings, labelOf(settings), null))
            // Others are answered meanwhile: a hundred thousand take a second.
            if (summaries.length % runsAtOnce === 0) await setImmediate()
          }
          signal.throwIfAborted() // of whoever is gone nothing is trained
          await this.#queue.submit(summaries, { detached, owner: connection })
          return { runIds: summaries.map(({ id }) => id) }
        },
        'weights.add': ({ workload, bytes }) => {
          const theta = readWeights(networkOf(workload), bytes)
          const hash = createHash('sha256').update(bytes).digest('hex')
          this.#library.transaction(() => this.#library.addWeights(hash, theta))
          return { weights: hash }
        },
        'runs.list': () => ({ runs: this.#library.runs() }),
        'runs.show': ({ runId }) => {
          const run = this.#library.record(runId)
          return { run, metrics: this.#library.metrics(run.id) }
        },
        'runs.pause': async ({ runIds }) => {
          await this.#queue.pause(runIds)
          return {}
        },
        'runs.resume': async ({ runIds, detached }, { connection }) => {
          const by = { detached, owner: connection }
          await this.#queue.resume(runIds, by)
          this.#studiesResumed(runIds, by)
          return {}
        },
        'runs.cancel': async ({ runIds }) => {
          await this.#queue.cancel(runIds)
          return {}
        },
        'runs.retry': async ({ runIds, detached }, { connection }) => {
          const by = { detached, owner: connection }
          await this.#queue.retry(runIds, by)
          this.#studiesResumed(runIds, by)
          return {}
        },
        'runs.reorder': async ({ runIds, before }) => {
          await this.#queue.reorder(runIds, before)
          return {}
        },
        'runs.rename': async ({ runId, name }) => {
          await this.#queue.rename(runId, name)
          return {}
        },
        'runs.tag': async ({ runIds, add, remove }) => {
          await this.#queue.tag(runIds, { add, remove })
          return {}
        },
        'runs.note': async ({ runId, note }) => {
          await this.#queue.note(runId, note)
          return {}
        },
        'runs.delete': async ({ runIds, undoable }) => {
          await this.#queue.delete(runIds, undoable)
          return {}
        },
        'runs.restore': async ({ runIds }) => {
          await this.#queue.restore(runIds)
          return {}
        },
        'runs.inspect': ({ runId }) => this.#trained.inspect(runId),
        'runs.features': ({ runId, row }) => this.#trained.features(runId, row),
        'runs.export': ({ runId, format }) => this.#trained.export(runId, format),
        'runs.norms': ({ runId }) => {
          const { id, settings } = this.#library.run(runId)
          const norms = this.#library.norms(id)
          const known = workloads.find((one) => one.id === settings.workload)
          const layers = known
            ? layersOf(known.network.network).map(({ name }) => name)
            : norms.gradient.map((_, layer) => `layer${layer + 1}`)
          return { ...norms, layers: norms.step.length === 0 ? [] : layers }
        },
        'runs.curves': ({ runIds }) => ({
          curves: runIds.map((runId) => {
            const { id } = this.#library.run(runId)
            return { runId: id, points: this.#library.metrics(id), epochs: this.#library.epochs(id) }
          }),
        }),
        'runs.looks': ({ runIds }) => ({
          looks: looksAround(this.#library, this.#library.runsAmong(runIds)),
        }),
        'data.looks': () => ({ looks: this.#library.looks.all() }),
        'experiments.check': ({ text, name, atMostMinutes }) => ({
          ...estimate(readExperiment(text, name), this.#library),
          ...(atMostMinutes !== undefined && {
            fitted: fittedTo(atMostMinutes, text, name, this.#library),
          }),
        }),
        'experiments.list': () => ({ experiments: this.#library.experiments() }),
        'lab.doctor': () => examine(),
        'tensorflow.install': () => {
          void this.#setUp.start(this.#places.cache)
          return {}
        },
        'tensorflow.cancel': () => {
          this.#setUp.cancel()
          return {}
        },
        'experiments.submit': async ({ text, name, detached }, { connection }) => {
          const source = readExperiment(text, name)
          const series = expand(source)
          const id = newId(this.#now())
          const hash = createHash('sha256').update(JSON.stringify(source)).digest('hex')
          const stored = { id, title: source.title, hash, source, text }
          this.#library.transaction(() => this.#library.addExperiment(stored, this.#now().toISOString()))
          const by = { detached, owner: connection }
          if (source.tuning) {
            const first = await this.#studies.begin(id, source, by)
            return { experimentId: id, title: source.title, runIds: first.map((run) => run.id) }
          }
          const runs = source.seeds.flatMap((seed) =>
            series.map(({ label, settings }) => this.#newRun({ ...settings, seed }, label, id)),
          )
          await this.#queue.submit(runs, by)
          return { experimentId: id, title: source.title, runIds: runs.map((run) => run.id) }
        },
        'experiments.extend': async ({ experimentId, seeds, runs, detached }, { connection }) => {
          this.#queue.settle()
          const joining = furtherRuns(this.#library, experimentId, { seeds, runs })
          const added = joining.map(({ settings, series, ...rest }) => ({
            ...this.#newRun(settings, series, experimentId),
            ...rest,
          }))
          await this.#queue.submit(added, { detached, owner: connection })
          return { runIds: added.map(({ id }) => id) }
        },
        'experiments.study': ({ experimentId }) => this.#studies.look(experimentId),
        ...this.#data.handlers,
        ...this.#bundles.handlers,
        'export.write': async (request) => {
          const { writeExport } = await import('./export-runs/export.ts')
          return { files: await writeExport(this.#library, request) }
        },
        'export.make': async (request) => {
          const { makeExport } = await import('./export-runs/export.ts')
          return makeExport(this.#library, request)
        },
        'report.make': async ({ format, ...request }) => ({
          files: await makeRunReport(this.#library, { ...request, format, now: this.#now() }),
        }),
        'report.write': async (request) => ({
          files: await writeRunReport(this.#library, { ...request, now: this.#now() }),
        }),
      },
      streams: {
        events: (_input, { signal }, after) => this.#queue.events.subscribe(signal, after),
      },
    }
  }

  #studiesResumed(runIds: readonly string[], by: { detached: boolean; owner: number }): void {
    const runs = runIds.map((id) => this.#library.run(id))
    this.#studies.resumed(runs, by)
  }

  /** @throws DescentError where the library has no such weights, or they are of another network */
  #checkWeights({ workload, weights }: RunSettings): void {
    if (weights === undefined) return
    const { size } = shape(networkOf(workload))
    const { length } = this.#library.weights(weights)
    if (length === size) return
    throw new DescentError(
      'invalid-value',
      `The weights ${weights.slice(0, 7)} are ${length} numbers, but the network of ${workload} has ${size}.`,
      'Give weights of this network.',
    )
  }

  #newRun(settings: RunSettings, series: string, experimentId: string | null): RunSummary {
    const { examples } = lookUp(workloads, settings.workload, 'workload')
    const now = this.#now()
    return {
      id: newId(now),
      name: `${series}, seed ${settings.seed}`,
      experimentId,
      series,
      status: 'queued',
      settings,
      createdAt: now.toISOString(),
      startedAt: null,
      finishedAt: null,
      steps: 0,
      totalSteps:
        Math.ceil(trainingExamples(examples, settings.validation) / settings.batch) * settings.epochs,
      final: { trainLoss: null },
      best: { trainLoss: null, step: 0 },
      divergence: null,
      error: null,
      tags: [],
      seconds: 0,
      provenance: null,
      restarts: 0,
    }
  }

  /** Verified once a lab; a failure is not remembered, since the data may arrive. */
  #supply(workloadId: string): Promise<Supply> {
    const known = this.#supplies.get(workloadId)
    if (known) return known
    const supply = this.#find(workloadId)
    this.#supplies.set(workloadId, supply)
    supply.catch(() => this.#supplies.delete(workloadId))
    return supply
  }

  async #find(workloadId: string): Promise<Supply> {
    const dataset = lookUp(datasets, lookUp(workloads, workloadId, 'workload').dataset, 'dataset')
    const files = await this.#hub.ensure(dataset.id)
    return {
      files,
      provenance: {
        versions: { 'descent-lab': version, os: `${process.platform} ${process.arch}` },
        datasets: dataset.files.map(({ name, sha1 }) => ({ id: dataset.id, file: name, sha1 })),
      },
    }
  }
}

/** @throws DescentError where it is none */
function networkOf(workload: string): Network {
  const { id, direct, network } = lookUp(workloads, workload, 'workload')
  if (!direct) return network.network
  throw new DescentError(
    'unsupported',
    `${id} is no network: it does not start from given weights.`,
    'Choose a workload that is a network: `descent list workloads`.',
  )
}
