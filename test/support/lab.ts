import { expect, onTestFinished } from 'vitest'
import { labContract, type LabEvent } from '../../src/contract/lab.ts'
import type { RunStatus, RunSummary } from '../../src/experiments/run.ts'
import { isOver } from '../../src/experiments/run.ts'
import type { LabClient } from '../../src/lab/connect.ts'
import { Lab } from '../../src/lab/lab.ts'
import type { Places } from '../../src/lab/places.ts'
import { createClient } from '../../src/transport/client.ts'
import { memoryChannels } from '../../src/transport/memory.ts'
import { bits } from './columns.ts'
import { temporaryHome } from './home.ts'

/** A lab in the test's own process, with real engines, closed when the test has finished. */
export function labInProcess({
  workers = 2,
  places = temporaryHome(),
}: { workers?: number; places?: Places } = {}) {
  const lab = new Lab({ places, workers })
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await lab.close()
  }
  onTestFinished(close)
  return {
    lab,
    places,
    close,
    connect(): LabClient {
      const [near, far] = memoryChannels()
      lab.connect(far)
      return createClient(labContract, near)
    },
  }
}

/** Everything that happens in the lab from now on, for tests that wait for some of it. */
export class Log {
  readonly events: LabEvent[] = []
  /** Number of the last event heard. */
  sequence: number
  readonly #wake = new Set<() => void>()
  /** Why nothing follows. */
  ended: unknown

  private constructor(client: LabClient, after: number) {
    this.sequence = after
    void this.#follow(client, after)
  }

  static async of(client: LabClient): Promise<Log> {
    return new Log(client, (await client.call('lab.info', {})).sequence)
  }

  async #follow(client: LabClient, after: number): Promise<void> {
    try {
      for await (const { sequence, event } of client.stream('events', {}, { after })) {
        this.events.push(event)
        this.sequence = sequence
        this.#wake.forEach((wake) => wake())
      }
    } catch (error) {
      this.ended = error
      this.#wake.forEach((wake) => wake())
    }
  }

  /** Waits until what the log holds is enough; fails when the stream ends before. */
  async until<T>(holds: () => T): Promise<NonNullable<T>> {
    for (;;) {
      const value = holds()
      if (value !== null && value !== undefined && value !== false) return value
      if (this.ended !== undefined) throw this.ended as Error
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const wake = (): void => resolve(undefined)
      this.#wake.add(wake)
      await promise
      this.#wake.delete(wake)
    }
  }

  /** The latest that was said of a run. */
  run(id: string): RunSummary | undefined {
    const said = this.events.findLast((event) => event.type === 'run' && event.run.id === id)
    return said?.type === 'run' ? said.run : undefined
  }

  status(id: string, ...statuses: RunStatus[]): Promise<RunSummary> {
    return this.until(() => {
      const run = this.run(id)
      return run && statuses.includes(run.status) ? run : null
    })
  }

  over(ids: readonly string[]): Promise<RunSummary[]> {
    return this.until(() => {
      const runs = ids.map((id) => this.run(id)).filter((run) => run !== undefined && isOver(run.status))
      return runs.length === ids.length ? (runs as RunSummary[]) : null
    })
  }

  progress(id: string): Extract<LabEvent, { type: 'progress' }>[] {
    return this.events.filter((event) => event.type === 'progress' && event.runId === id) as never
  }

  /** Waits until a run has reported `count` stretches of its curve. */
  async progressed(id: string, count = 1): Promise<void> {
    await this.until(() => this.progress(id).length >= count)
  }

  /** Ids in the order in which runs were said to run. */
  started(): string[] {
    const running = this.events.flatMap((event) =>
      event.type === 'run' && event.run.status === 'running' ? [event.run.id] : [],
    )
    return [...new Set(running)]
  }
}

/** What two runs of the same settings must share to the last bit: everything but the time. */
export async function measured(client: LabClient, runId: string) {
  const { run, metrics } = await client.call('runs.show', { runId })
  return {
    status: run.status,
    steps: run.steps,
    final: run.final,
    best: run.best,
    epochs: run.epochs.map(({ epoch, trainLoss }) => [epoch, trainLoss]),
    points: bits({ ...metrics }),
  }
}

/** A curve without holes or repetitions. */
export function expectAscending(column: Float64Array): void {
  for (let i = 1; i < column.length; i++)
    if (!((column[i] as number) > (column[i - 1] as number)))
      expect.fail(`row ${i} is ${String(column[i])} after ${String(column[i - 1])}`)
}
