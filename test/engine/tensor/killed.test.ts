import { expect, onTestFinished, test, vi } from 'vitest'
import type { LabClient } from '../../../src/lab/connect.ts'
import { Random } from '../../../src/math/random.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { labInProcess, Log, measured } from '../../support/lab.ts'
import { childrenRunning, kill } from '../../support/processes.ts'
import { submit } from '../../support/submit.ts'
import { until } from '../../support/until.ts'

/** Decides when engines are killed. */
const moments = Random.from(20261122, 'moments')

const engines = (): number[] => childrenRunning(process.pid, 'engine/tensor')

test.each(optimizers.map(({ id }) => id))(
  'a LeNet run with %s whose engine is killed goes on from its checkpoint, bit for bit',
  async (optimizer) => {
    // Sums come out in one order where the number of threads is fixed.
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '1')
    vi.stubEnv('TF_NUM_INTEROP_THREADS', '1')
    onTestFinished(() => void vi.unstubAllEnvs())
    const settings = {
      workload: 'lenet-fashion-mnist-2000',
      optimizer,
      batch: 32,
      epochs: 6,
      set: { weightDecay: 1e-4, clipNorm: 2 },
      schedule: { id: 'cosine', set: { final: 0.0001, maxUpdate: 250 }, per: 'step' as const, offset: 0 },
    }
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const killed = await killedRun(client, log, settings)
    const [undisturbed = ''] = await submit(client, [settings])
    await log.status(undisturbed, 'done')
    expect(await measured(client, killed)).toEqual(await measured(client, undisturbed))
  },
)

/** A finished run that lost its engine once on its way. One that is over before it is hit does not count. */
async function killedRun(
  client: LabClient,
  log: Log,
  settings: Parameters<typeof submit>[1][number],
): Promise<string> {
  for (;;) {
    const [id = ''] = await submit(client, [settings])
    await log.progressed(id, 1 + moments.integer(2))
    kill((await until(engines))[0] as number)
    await log.status(id, 'done')
    if (log.run(id)?.restarts === 1) return id
  }
}
