import { setImmediate } from 'node:timers/promises'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { engineContract, EngineEvent, Progress } from '../contract/engine.ts'
import { DescentError } from '../contract/errors.ts'
import type { Features, Inspection, ModelFormat } from '../contract/inspection.ts'
import { epochResults, type EpochResult, type FinalResult } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'
import type { Stopped } from '../experiments/stop.ts'
import { Broadcast } from '../transport/broadcast.ts'
import type { Handlers } from '../transport/server.ts'

export type Outcome =
  | { readonly status: 'unfinished' }
  | { readonly status: 'done'; readonly final: FinalResult; readonly stopped?: Stopped }
  /** `step` (from 1) is the one whose loss was not a number or too large. */
  | { readonly status: 'diverged'; readonly step: number }

/** A run that is being trained, in slices, so that whoever owns the process can listen in between. */
export interface Trainer {
  readonly totalSteps: number
  /** The last evaluation that was a number. */
  readonly lastFinite: { readonly step: number; readonly trainLoss: number }
  /** Reports need not be closer than this: a large checkpoint is not written for every glance. */
  readonly reportEveryMs: number
  /** Goes on for about `budgetMs`, or to the end. */
  advance(budgetMs: number): Outcome | Promise<Outcome>
  /** What was measured since this was last asked, and a checkpoint. */
  progress(): Progress | Promise<Progress>
  /** Frees what it holds. */
  close(): void
}

/** Where a run begins: at a checkpoint, with given weights, or as its settings say. */
export interface StartingPoint {
  readonly checkpoint: Uint8Array | null
  /** What was measured after each epoch up to there. */
  readonly epochs: readonly EpochResult[]
  readonly weights: Float32Array | null
}

/** What trains: typed arrays, TensorFlow, … */
export interface Backend {
  hello(): Promise<{ engine: string; device: string; versions: Record<string, string> }>
  /**
   * @param files paths of the dataset's files by name
   * @throws DescentError where the settings cannot be trained
   */
  prepare(
    settings: RunSettings,
    files: Readonly<Record<string, string>>,
    from: StartingPoint,
  ): Promise<Trainer>
  /** Only where there are networks. */
  inspect?(input: InspectInput): Promise<Inspection>
  features?(input: InspectInput & { row: number }): Promise<Features>
  export?(input: ExportInput): Promise<ExportedFiles>
}

export interface InspectInput {
  settings: RunSettings
  files: Record<string, string>
  checkpoint: Uint8Array
}

export interface ExportInput {
  settings: RunSettings
  checkpoint: Uint8Array
  format: ModelFormat
}

export interface ExportedFiles {
  files: { name: string; bytes: Uint8Array<ArrayBuffer> }[]
}

/** Long enough to keep overhead below a percent, short enough that a stop is felt at once. */
const sliceMs = 20

/** An engine's process as the lab sees it. One run at a time; as many processes as runs at once. */
export class Engine {
  readonly #events = new Broadcast<EngineEvent>(1000)
  readonly #backend: Backend
  /** The run in hand, from the moment it is asked for. */
  #runId: string | undefined
  #stopRequested = false

  constructor(backend: Backend) {
    this.#backend = backend
  }

  readonly handlers: Handlers<typeof engineContract> = {
    calls: {
      hello: () => this.#backend.hello(),
      train: async ({ runId, settings, files, checkpoint, epochs, weights }) => {
        if (this.#runId)
          throw new DescentError(
            'conflict',
            `The engine is training ${this.#runId}.`,
            'Wait until it has finished.',
          )
        this.#runId = runId
        this.#stopRequested = false
        try {
          const from = { checkpoint, weights, epochs: epochs ? epochResults(epochs) : [] }
          const trainer = await this.#backend.prepare(settings, files, from)
          void this.#train(runId, trainer)
          return { totalSteps: trainer.totalSteps }
        } catch (error) {
          this.#runId = undefined
          throw error
        }
      },
      inspect: (input) => {
        if (!this.#backend.inspect) throw noNetwork(input.settings)
        return this.#backend.inspect(input)
      },
      features: (input) => {
        if (!this.#backend.features) throw noNetwork(input.settings)
        return this.#backend.features(input)
      },
      export: (input) => {
        if (!this.#backend.export) throw noNetwork(input.settings)
        return this.#backend.export(input)
      },
      stop: ({ runId }) => {
        if (this.#runId === runId) this.#stopRequested = true
        return {}
      },
    },
    streams: { events: (_input, { signal }, after) => this.#events.subscribe(signal, after) },
  }

  async #train(runId: string, trainer: Trainer): Promise<void> {
    let last: EngineEvent
    try {
      let reported = performance.now()
      let outcome: Outcome = { status: 'unfinished' }
      while (outcome.status === 'unfinished' && !this.#stopRequested) {
        outcome = await trainer.advance(sliceMs)
        if (outcome.status === 'unfinished' && performance.now() - reported >= trainer.reportEveryMs) {
          this.#events.publish({ type: 'progress', runId, progress: await trainer.progress() })
          reported = performance.now()
        }
        await setImmediate() // hear a stop
      }
      last = finished(runId, outcome, await trainer.progress(), trainer)
    } catch (error) {
      last = { type: 'failed', runId, error: DescentError.from(error).toJSON() }
    }
    trainer.close()
    this.#runId = undefined
    this.#events.publish(last)
  }
}

const noNetwork = ({ workload }: RunSettings): DescentError =>
  new DescentError(
    'unsupported',
    `${workload} was trained on plain arrays: there is no network to look at.`,
    'Choose a run that was trained on a network.',
  )

function finished(runId: string, outcome: Outcome, progress: Progress, { lastFinite }: Trainer): EngineEvent {
  return {
    type: 'finished',
    runId,
    progress,
    status: outcome.status === 'unfinished' ? 'stopped' : outcome.status,
    final: outcome.status === 'done' ? outcome.final : { trainLoss: null },
    divergence: outcome.status === 'diverged' ? { step: outcome.step, lastFinite: { ...lastFinite } } : null,
    ...(outcome.status === 'done' && outcome.stopped && { stopped: outcome.stopped }),
  }
}

/** A dataset's files, decompressed. */
export async function readFiles(
  files: Readonly<Record<string, string>>,
): Promise<Record<string, Uint8Array>> {
  const read = async ([name, path]: [string, string]): Promise<[string, Uint8Array]> => {
    const bytes = await readFile(path)
    return [name, name.endsWith('.gz') ? await decompress(bytes) : bytes]
  }
  return Object.fromEntries(await Promise.all(Object.entries(files).map(read)))
}

const decompress = promisify(gunzip)
