import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isOver } from '../src/experiments/run.ts'
import type { RunSettings } from '../src/experiments/settings.ts'
import { airfoil } from '../src/figures/airfoil.ts'
import { runsOf } from '../src/figures/compute.ts'
import type { Recorded } from '../src/figures/recorded.ts'
import { connectLab, type LabClient } from '../src/lab/connect.ts'
import { places } from '../src/lab/places.ts'
import { writeWhole } from '../src/lab/write-whole.ts'

/**
 * `node scripts/record-figures.ts` trains the airfoil figures' runs in a library of their own and keeps them in
 * resources/recorded/airfoil.json: what the gallery's cards show before this machine has trained anything.
 */
const file = resolve(import.meta.dirname, '../resources/recorded/airfoil.json')

const wanted: RunSettings[] = []
for (const settings of airfoil.flatMap((figure) => runsOf(figure).flat()))
  if (!wanted.some((known) => isDeepStrictEqual(known, settings))) wanted.push(settings)

const home = await mkdtemp(join(tmpdir(), 'descent-record-'))
const lab = await connectLab({ ...places(), home })
try {
  await mkdir(dirname(file), { recursive: true })
  await writeWhole(file, [`${JSON.stringify(await record(lab))}\n`])
  console.log(`${wanted.length} runs in ${file}`)
} finally {
  lab.close()
  await rm(home, { recursive: true, force: true })
}

async function record(client: LabClient): Promise<Recorded> {
  const runs: Recorded['runs'] = []
  // One after the other: runs beside each other share the processor's caches and would be timed together.
  for (const settings of wanted) {
    const { runIds } = await client.call('runs.submit', { runs: [settings] })
    const [runId = ''] = runIds
    let shown = await client.call('runs.show', { runId })
    while (!isOver(shown.run.status)) {
      await sleep(50)
      shown = await client.call('runs.show', { runId })
    }
    if (shown.run.status !== 'done') throw new Error(`${shown.run.name} ended as ${shown.run.status}.`)
    const columns = Object.entries(shown.metrics).map(([name, column]) => [name, Array.from(column ?? [])])
    runs.push({
      record: shown.run,
      metrics: Object.fromEntries(columns) as Recorded['runs'][number]['metrics'],
    })
  }
  return { runs }
}
