import type { LabClient } from '../../src/lab/connect.ts'
import type { settings } from './airfoil.ts'

/** Queues airfoil runs; what is not given is SGD, batch 10, 2 epochs. */
export async function submit(
  client: LabClient,
  runs: readonly Parameters<typeof settings>[0][],
  detached = false,
): Promise<string[]> {
  const { runIds } = await client.call('runs.submit', {
    runs: runs.map((given) => ({ workload: 'airfoil', optimizer: 'sgd', batch: 10, epochs: 2, ...given })),
    detached,
  })
  return runIds
}
