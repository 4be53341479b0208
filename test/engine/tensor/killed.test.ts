import { expect, onTestFinished, test, vi } from 'vitest'
import { Random } from '../../../src/math/random.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { labInProcess, Log, measured } from '../../support/lab.ts'
import { childrenRunning, kill } from '../../support/processes.ts'
import { submit } from '../../support/submit.ts'
import { until } from '../../support/until.ts'

/** Decides when engines are killed. */
const moments = Random.from(20261122, 'moments')

const engines = (): number[] => childrenRunning(process.pid, 'engine/tensor')

test('a LeNet run whose engine is killed goes on from its checkpoint, bit for bit, whatever the rule', async () => {
  // Sums come out in one order where the number of threads is fixed.
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '2')
  vi.stubEnv('TF_NUM_INTEROP_THREADS', '1')
  onTestFinished(() => void vi.unstubAllEnvs())
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  for (const { id: optimizer } of optimizers) {
    const settings = {
      workload: 'lenet-fashion-mnist-2000',
      optimizer,
      batch: 32,
      epochs: 12,
      set: { weightDecay: 1e-4, clipNorm: 2 },
      schedule: { id: 'cosine', set: { final: 0.0001, maxUpdate: 500 }, per: 'step' as const, offset: 0 },
    }
    const [undisturbed = ''] = await submit(client, [settings])
    await log.status(undisturbed, 'done')
    const [killed = ''] = await submit(client, [settings])
    await log.progressed(killed, 1 + moments.integer(2))
    kill((await until(engines))[0] as number)
    await log.status(killed, 'done')
    expect(log.run(killed)?.restarts, optimizer).toBe(1)
    expect(await measured(client, killed), optimizer).toEqual(await measured(client, undisturbed))
  }
}, 300_000)
