import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { labContract } from '../../../src/contract/lab.ts'
import type { LabClient } from '../../../src/lab/connect.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { openDatabase } from '../../../src/lab/library/database.ts'
import { Library } from '../../../src/lab/library/library.ts'
import type { installTensorFlow } from '../../../src/tensorflow/install.ts'
import { createClient } from '../../../src/transport/client.ts'
import { memoryChannels } from '../../../src/transport/memory.ts'
import { whereIs } from '../../setup/needs.ts'
import { resources } from '../../support/airfoil.ts'
import { Log } from '../../support/lab.ts'
import { submit } from '../../support/submit.ts'

type Install = typeof installTensorFlow
type Given = NonNullable<Parameters<Install>[0]>

const runtime = whereIs('tensorflow')
const network = { workload: 'lenet-fashion-mnist-2000', optimizer: 'adam', batch: 32, epochs: 1 }
let folder: string
let lab: Lab | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-needed-'))
  vi.stubEnv('DESCENT_TENSORFLOW', '')
})
afterEach(async () => {
  await lab?.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** A lab on a machine without TensorFlow. @param install what installing comes to there */
function labWithout(install: (given: Given) => Promise<unknown>, installs = true): LabClient {
  const places = { home: join(folder, 'home'), cache: join(folder, 'cache'), resources }
  lab = new Lab({ places, installs, install: ((given: Given) => install(given)) as Install })
  const [near, far] = memoryChannels()
  lab.connect(far)
  return createClient(labContract, near)
}

test('a run that needs TensorFlow has it installed, waits, and goes on; others do not wait', async () => {
  const finish = Promise.withResolvers<undefined>()
  let installs = 0
  const client = labWithout(async ({ onProgress }) => {
    installs++
    onProgress?.({ stage: 'downloading', what: 'tensorflow', doneBytes: 1, totalBytes: 4 })
    await finish.promise
    // What the engine, started afterwards, finds.
    vi.stubEnv('DESCENT_TENSORFLOW', runtime)
  })
  const log = await Log.of(client)
  const waiting = await submit(client, [network, { ...network, seed: 1 }])
  const [line = ''] = await submit(client, [{ epochs: 1 }])
  await log.status(line, 'done')
  await log.until(() => log.events.some((event) => event.type === 'setup' && event.progress !== null))
  for (const id of waiting) expect(log.run(id)?.status).toBe('queued')
  expect(lab?.idle).toBe(false)
  finish.resolve(undefined)
  for (const id of waiting) {
    const run = await log.status(id, 'done', 'failed')
    expect(run.error).toBeNull()
    expect(run.provenance?.engine).toBe('tensorflow')
  }
  expect(installs).toBe(1)
  const states = log.events.flatMap((event) => (event.type === 'setup' ? [event.state] : []))
  expect(states).toEqual(['running', 'done'])
})

test('where it cannot be installed the run says why, and the next try installs again', async () => {
  let installs = 0
  const client = labWithout(() => {
    installs++
    return Promise.reject(new DescentError('engine-unavailable', 'There is no compiler.', 'Install g++.'))
  })
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [network])
  const { error } = await log.status(id, 'failed')
  expect(error).toEqual({
    code: 'engine-unavailable',
    message: 'The run needs TensorFlow, which could not be installed: There is no compiler.',
    remedy: 'Install g++. `descent runs resume` tries again; `--device portable` trains without, slowly.',
  })
  await client.call('runs.resume', { runIds: [id] })
  const failures = (): number[] =>
    log.events.flatMap((event, at) => (event.type === 'setup' && event.state === 'failed' ? [at] : []))
  const again = await log.until(() => failures()[1])
  await log.until(() =>
    log.events.slice(again).some((event) => event.type === 'run' && event.run.status === 'failed'),
  )
  expect(installs).toBe(2)
})

test('cancelling the installation ends the wait', async () => {
  const client = labWithout(
    ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [network])
  await client.call('tensorflow.cancel', {})
  const { error } = await log.status(id, 'failed')
  expect(error?.message).toBe('The run needs TensorFlow, whose installation was cancelled.')
})

test('a lab that ends while it installs keeps a detached run for the next one', async () => {
  const client = labWithout(
    ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  const log = await Log.of(client)
  // One that is being trained takes a moment to stop.
  const [line = ''] = await submit(client, [{ epochs: 10_000_000 }], true)
  const [waiting = ''] = await submit(client, [network], true)
  await log.status(line, 'running')
  await log.progressed(line)
  await lab?.close()
  lab = undefined
  const library = new Library(openDatabase(join(folder, 'home')))
  expect([library.run(line).status, library.run(waiting).status]).toEqual(['queued', 'queued'])
  library.close()
})

test('nothing is installed where that is not wanted: the engine says what is missing', async () => {
  const client = labWithout(() => Promise.reject(new Error('installed all the same')), false)
  vi.stubEnv('DESCENT_CACHE', join(folder, 'cache')) // as the lab's process has it
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [network])
  const { error } = await log.status(id, 'failed')
  expect(error).toMatchObject({ code: 'engine-unavailable', message: 'TensorFlow is not installed.' })
  expect(log.events.some(({ type }) => type === 'setup')).toBe(false)
})
