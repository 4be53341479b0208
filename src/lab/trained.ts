import { DescentError } from '../contract/errors.ts'
import type { Inspection, ModelFormat } from '../contract/inspection.ts'
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

/** Finished runs whose network was kept, and an engine of their own that looks at them. */
export class TrainedNetworks {
  readonly #options: TrainedOptions

  constructor(options: TrainedOptions) {
    this.#options = options
  }

  inspect(runId: string): Promise<Inspection> {
    return this.#ask(runId, async (engine, settings, checkpoint) => {
      const { files } = await this.#options.supply(settings.workload)
      return engine.client.call('inspect', { settings, files: { ...files }, checkpoint })
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
    const engine = new EngineProcess(kind, { event: () => undefined, died: () => undefined })
    try {
      await engine.hello
      return await question(engine, settings, checkpoint)
    } finally {
      engine.kill()
    }
  }
}
