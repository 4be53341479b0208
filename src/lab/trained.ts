import { DescentError } from '../contract/errors.ts'
import type { Features, Inspection, ModelFormat } from '../contract/inspection.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { EngineProcess } from './engine-process.ts'
import type { EngineKind } from './engines.ts'
import type { Library } from './library/library.ts'
import type { Supply } from './queue.ts'

export interface TrainedOptions {
  readonly library: Library
  readonly enginesFor: (settings: RunSettings) => readonly EngineKind[]
  readonly supply: (workload: string) => Promise<Supply>
}

/** Who looks at one picture looks at the next soon: the second question then costs no start of TensorFlow. */
const lingerMs = 30_000

/** Finished runs whose network was kept, and an engine of their own that looks at them. */
export class TrainedNetworks {
  readonly #options: TrainedOptions
  #engine: { kind: EngineKind; process: EngineProcess } | undefined
  #idle: NodeJS.Timeout | undefined
  /** One question at a time: networks take turns in the engine's graph. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: TrainedOptions) {
    this.#options = options
  }

  inspect(runId: string): Promise<Inspection> {
    return this.#ask(runId, async (engine, settings, checkpoint) => {
      const { files } = await this.#options.supply(settings.workload)
      return engine.client.call('inspect', { settings, files: { ...files }, checkpoint })
    })
  }

  /** @param row of the test set */
  features(runId: string, row: number): Promise<Features> {
    return this.#ask(runId, async (engine, settings, checkpoint) => {
      const { files } = await this.#options.supply(settings.workload)
      return engine.client.call('features', { settings, files: { ...files }, checkpoint, row })
    })
  }

  export(
    runId: string,
    format: ModelFormat,
  ): Promise<{ files: { name: string; bytes: Uint8Array<ArrayBuffer> }[] }> {
    return this.#ask(runId, (engine, settings, checkpoint) =>
      engine.client.call('export', { settings, checkpoint, format }),
    )
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#engine?.process.kill()
    this.#engine = undefined
  }

  async #ask<T>(
    runId: string,
    question: (
      engine: EngineProcess,
      settings: RunSettings,
      checkpoint: Uint8Array<ArrayBuffer>,
    ) => Promise<T>,
  ): Promise<T> {
    const { library, enginesFor } = this.#options
    const { id, settings, status, provenance } = library.run(runId)
    const checkpoint = library.checkpoint(id)
    if (status !== 'done' || !checkpoint)
      throw new DescentError(
        'unsupported',
        status === 'done' && provenance?.engine === 'direct'
          ? `The run ${id} was trained on plain arrays: there is no network to look at.`
          : `The run ${id} is ${status}, and there is no trained network of it.`,
        'Choose a run of a network that is done.',
      )
    const [kind] = enginesFor(settings) as [EngineKind]
    const answer = this.#last.then(async () => {
      const engine = this.#take(kind)
      try {
        await engine.hello
      } catch (error) {
        this.close() // what it lacks may be there when it is asked again
        throw error
      }
      try {
        return await question(engine, settings, checkpoint)
      } finally {
        this.#idle = setTimeout(() => this.close(), lingerMs).unref()
      }
    })
    this.#last = answer.catch(() => undefined) // told to who asked
    return answer
  }

  #take(kind: EngineKind): EngineProcess {
    clearTimeout(this.#idle)
    if (this.#engine?.kind.id === kind.id) return this.#engine.process
    this.close()
    const process = new EngineProcess(kind, {
      event: () => undefined,
      died: () => {
        if (this.#engine?.process === process) this.#engine = undefined
      },
    })
    this.#engine = { kind, process }
    return process
  }
}
