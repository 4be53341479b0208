import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOver } from '../../src/experiments/run.ts'
import { connectLab } from '../../src/lab/connect.ts'
import { median, spread, type Benchmark } from './measure.ts'

/** 1,000 airfoil runs of 2 epochs through lab, engines and library, every point recorded. */
export const library: Benchmark = {
  name: 'library',
  async run() {
    const seconds: number[] = []
    for (let round = 0; round < 3; round++) seconds.push(await thousandRuns())
    return [
      {
        what: '1,000 recorded airfoil runs of 2 epochs',
        value: median(seconds),
        unit: 's',
        bound: 10,
        how: spread(seconds),
      },
    ]
  },
}

async function thousandRuns(): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'descent-bench-'))
  const started = performance.now()
  const lab = await connectLab({ home, cache: join(home, 'cache') })
  const { sequence } = await lab.call('lab.info', {})
  const runs = Array.from({ length: 1000 }, (_, seed) => ({
    workload: 'airfoil',
    optimizer: 'adam',
    set: { lr: 0.01 },
    batch: 10,
    epochs: 2,
    seed,
  }))
  const { runIds } = await lab.call('runs.submit', { runs })
  const waiting = new Set(runIds)
  for await (const { event } of lab.stream('events', {}, { after: sequence })) {
    if (event.type === 'run' && isOver(event.run.status)) {
      if (event.run.status !== 'done') throw new Error(`${event.run.name}: ${event.run.status}`)
      waiting.delete(event.run.id)
    }
    if (waiting.size === 0) break
  }
  const seconds = (performance.now() - started) / 1000
  lab.close()
  await lab.closed
  await new Promise((resolve) => setTimeout(resolve, 2500)) // the lab ends by itself
  await rm(home, { recursive: true, force: true })
  return seconds
}
