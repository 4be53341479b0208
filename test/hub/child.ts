// A second process for the tests: asks a hub for a dataset and prints what happens, a JSON value a line.
import { readFile } from 'node:fs/promises'
import { DataHub } from '../../src/lab/hub/hub.ts'
import type { HubTimings } from '../../src/lab/hub/hub.ts'
import { acquireLock } from '../../src/files/lock.ts'
import { writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { sampleDataset } from './samples.ts'
import type { DatasetFile } from '../../src/datasets/dataset.ts'

export type ChildTask =
  | { do: 'ensure'; cacheDir: string; file: DatasetFile; timings: Partial<HubTimings> }
  | { do: 'count'; lock: string; staging: string; counter: string; times: number }

const task = JSON.parse(process.argv[2] ?? '') as ChildTask
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)

if (task.do === 'ensure') {
  const hub = new DataHub({
    cacheDir: task.cacheDir,
    resourcesDir: task.cacheDir,
    datasets: [sampleDataset('sample', [task.file])],
    systemSources: false,
    timings: task.timings,
  })
  const paths = await hub.ensure('sample', { onProgress: (progress) => say({ progress }) })
  say({ paths })
} else {
  for (let turn = 0; turn < task.times; turn += 1) {
    const lock = await acquireLock(task.lock, {
      stagingFolder: task.staging,
      timings: { heartbeatMs: 50, staleMs: 5000, pollMs: 2 },
    })
    const count = Number(await readFile(task.counter, 'utf8'))
    await wait(2) // Long enough for anyone who is wrongly inside to read the same number.
    await writeFile(task.counter, String(count + 1))
    await lock.release()
  }
  say({ counted: task.times })
}
