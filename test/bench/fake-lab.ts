import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallName } from '../../src/contract/contract.ts'
import { DescentError } from '../../src/contract/errors.ts'
import { labContract, type LabContract, type LabEvent } from '../../src/contract/lab.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import { announce, socketPath } from '../../src/lab/endpoint.ts'
import type { Places } from '../../src/lab/places.ts'
import { version } from '../../src/lab/version.ts'
import { Random } from '../../src/math/random.ts'
import { startServer } from '../../src/server/server.ts'
import { Broadcast } from '../../src/transport/broadcast.ts'
import { serve, type Handlers } from '../../src/transport/server.ts'
import { streamChannel } from '../../src/transport/stream.ts'
import { sampleRun } from '../support/runs.ts'

/** As many points as the contract's messages carry them. */
export type Points = Extract<LabEvent, { type: 'progress' }>['points']

/** A curve that falls and trembles, drawn from a seed; one step a point. */
export class SyntheticCurve {
  readonly #random: Random
  readonly #floor: number
  readonly #pace: number
  #step = 0

  constructor(seed: number) {
    this.#random = Random.from(seed, 'synthetic curve')
    this.#floor = 0.05 + 0.01 * (seed % 20)
    this.#pace = 400 + 60 * (seed % 17)
  }

  get step(): number {
    return this.#step
  }

  take(count: number): Points {
    const points = {
      step: new Float64Array(count),
      examples: new Float64Array(count),
      seconds: new Float64Array(count),
      trainLoss: new Float64Array(count),
    }
    for (let i = 0; i < count; i++) {
      const step = this.#step++
      points.step[i] = step
      points.examples[i] = step * 10
      points.seconds[i] = step * 0.01
      points.trainLoss[i] =
        (this.#floor + Math.exp(-step / this.#pace)) * Math.exp(0.08 * this.#random.normal())
    }
    return points
  }
}

const none = new Float64Array(0)
const noEpochs = { epoch: none, seconds: none, trainLoss: none }

const optimizers = [
  'sgd',
  'momentum',
  'nesterov',
  'adagrad',
  'rmsprop',
  'adadelta',
  'adam',
  'yogi',
  'adamw',
  'lion',
]

/** The n-th of many runs, ten optimizers and one seed after the other. */
export function syntheticRun(n: number, given: Partial<RunSummary> = {}): RunSummary {
  const optimizer = optimizers[n % optimizers.length] as string
  const seed = Math.floor(n / optimizers.length)
  const run = sampleRun({ id: `synthetic-${String(n).padStart(5, '0')}`, optimizer, set: { lr: 0.01 }, seed })
  return {
    ...run,
    experimentId: 'synthetic',
    createdAt: new Date(Date.UTC(2026, 10, 22, 10, 0, n)).toISOString(),
    ...given,
  }
}

export interface FakeLab {
  /** Where `descent serve` would say that the page is. */
  readonly url: string
  publish(event: LabEvent): void
  close(): Promise<void>
}

/**
 * The built page and a lab that only says what it is told to: the contract, the framing, the relay and the WebSocket
 * are the real ones.
 * @param page folder of the built page
 */
export async function startFakeLab(
  page: string,
  runs: readonly RunSummary[],
  curveOf: (runId: string) => Points,
): Promise<FakeLab> {
  const folder = mkdtempSync(join(tmpdir(), 'descent-bench-'))
  const places: Pick<Places, 'home' | 'cache'> = { home: folder, cache: join(folder, 'cache') }
  const events = new Broadcast<LabEvent>()
  const refuse = (name: string) => () => {
    throw new DescentError('unsupported', `The bench's lab cannot ${name}.`, 'Ask a real one.')
  }
  const names = Object.keys(labContract.calls) as CallName<LabContract>[]
  const handlers = {
    calls: {
      ...Object.fromEntries(names.map((name) => [name, refuse(name)])),
      'lab.info': () => ({ version, pid: process.pid, home: folder, sequence: events.sequence, workers: 2 }),
      'runs.list': () => ({ runs: [...runs] }),
      'runs.curves': ({ runIds }: { runIds: string[] }) => ({
        curves: runIds.map((runId) => ({ runId, points: curveOf(runId), epochs: noEpochs })),
      }),
      'data.list': () => ({ datasets: [] }),
      'experiments.list': () => ({ experiments: [] }),
    },
    streams: {
      events: (_input: unknown, { signal }: { signal: AbortSignal }, after?: number) =>
        events.subscribe(signal, after),
    },
  } as unknown as Handlers<LabContract>
  const socket = socketPath(folder)
  const lab = createServer((connection) => void serve(labContract, streamChannel(connection), handlers))
  await new Promise<void>((resolve) => lab.listen(socket, resolve))
  announce(folder, { socket, pid: process.pid, version })
  const server = await startServer({ places, page, port: 0 })
  return {
    url: server.url,
    publish: (event) => events.publish(event),
    async close() {
      await server.close()
      lab.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
