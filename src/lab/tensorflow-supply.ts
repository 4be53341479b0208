import { DescentError } from '../contract/errors.ts'
import type { EngineKind } from './engines.ts'
import type { SetUp } from './set-up.ts'

export interface TensorFlowSupplyOptions {
  /** @returns whether there is a runtime; rejects where one is named and unusable */
  readonly find: () => Promise<boolean>
  readonly setUp: Pick<SetUp, 'start'>
  /** Where runtimes lie. */
  readonly cache: string
  /** Otherwise whoever wants it is told by the engine that it is not there. */
  readonly installs: boolean
  /** Engines that were not ready are. */
  readonly changed: () => void
  /** It could not be had; the next run that wants it tries again. */
  readonly failed: (error: DescentError) => void
}

/** Sees to it that TensorFlow is there before an engine that needs it is started. */
export class TensorFlowSupply {
  readonly #options: TensorFlowSupplyOptions
  #state: 'unknown' | 'looking' | 'there' = 'unknown'

  constructor(options: TensorFlowSupplyOptions) {
    this.#options = options
  }

  isReady({ needsTensorFlow }: EngineKind): boolean {
    return !needsTensorFlow || this.#state === 'there'
  }

  /** A run waits for an engine of the kind. */
  want({ needsTensorFlow }: EngineKind): void {
    if (needsTensorFlow && this.#state === 'unknown') void this.#obtain()
  }

  async #obtain(): Promise<void> {
    const { find, setUp, cache, installs, changed, failed } = this.#options
    this.#state = 'looking'
    // What is wrong with a runtime that was named is for the engine to say.
    const isThere = await find().catch(() => true)
    const error = isThere || !installs ? null : await setUp.start(cache)
    this.#state = error ? 'unknown' : 'there'
    if (!error) changed()
    else
      failed(
        new DescentError(
          'engine-unavailable',
          error.code === 'cancelled'
            ? 'The run needs TensorFlow, whose installation was cancelled.'
            : `The run needs TensorFlow, which could not be installed: ${error.message}`,
          `${error.code === 'cancelled' ? '' : `${error.remedy} `}\`descent runs resume\` tries again; \`--device portable\` trains without, slowly.`,
          { cause: error },
        ),
      )
  }
}
