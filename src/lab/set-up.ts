import { DescentError } from '../contract/errors.ts'
import type { LabEvent } from '../contract/lab.ts'
import { installTensorFlow } from '../tensorflow/install.ts'
import type { InstallProgress } from '../tensorflow/progress.ts'
import type { Broadcast } from '../transport/broadcast.ts'

const reportEveryMs = 100

/** TensorFlow's installation as front doors call it: it goes on in the background and tells how far it is. */
export class SetUp {
  readonly #events: Broadcast<LabEvent>
  readonly #install: typeof installTensorFlow
  #running: AbortController | undefined
  #outcome: Promise<DescentError | null> = Promise.resolve(null)

  constructor(events: Broadcast<LabEvent>, install = installTensorFlow) {
    this.#events = events
    this.#install = install
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /**
   * Where it goes on already there is no second one.
   * @param cache where runtimes lie
   * @returns why it did not come about, `cancelled` among others; null when TensorFlow is there
   */
  start(cache: string): Promise<DescentError | null> {
    if (!this.#running) {
      this.#running = new AbortController()
      this.#outcome = this.#run(cache, this.#running.signal)
    }
    return this.#outcome
  }

  cancel(): void {
    this.#running?.abort()
  }

  async #run(cache: string, signal: AbortSignal): Promise<DescentError | null> {
    let last = 0
    let stage = ''
    const onProgress = (now: InstallProgress): void => {
      const time = performance.now()
      if (now.stage === stage && time - last < reportEveryMs) return
      last = time
      stage = now.stage
      this.#tell('running', now)
    }
    try {
      await this.#install({ cache, signal, onProgress, verify: true })
      this.#tell('done')
      return null
    } catch (thrown) {
      const error = DescentError.from(thrown)
      if (signal.aborted || error.code === 'cancelled') {
        this.#tell('cancelled')
        return new DescentError('cancelled', 'The installation was cancelled.', 'Start it again.')
      }
      this.#tell('failed', undefined, error)
      return error
    } finally {
      this.#running = undefined
    }
  }

  #tell(
    state: Extract<LabEvent, { type: 'setup' }>['state'],
    at?: InstallProgress,
    error?: DescentError,
  ): void {
    this.#events.publish({
      type: 'setup',
      state,
      progress: at
        ? {
            stage: at.stage,
            what: at.what,
            doneBytes: at.doneBytes ?? null,
            totalBytes: at.totalBytes ?? null,
          }
        : null,
      error: error?.toJSON() ?? null,
    })
  }
}
