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

  constructor(events: Broadcast<LabEvent>, install = installTensorFlow) {
    this.#events = events
    this.#install = install
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Does nothing where it goes on already. @param cache where runtimes lie */
  start(cache: string): void {
    if (this.#running) return
    this.#running = new AbortController()
    void this.#run(cache, this.#running.signal)
  }

  cancel(): void {
    this.#running?.abort()
  }

  async #run(cache: string, signal: AbortSignal): Promise<void> {
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
    } catch (thrown) {
      const error = DescentError.from(thrown)
      if (signal.aborted || error.code === 'cancelled') this.#tell('cancelled')
      else this.#tell('failed', undefined, error)
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
