import { expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import type { LabEvent } from '../../../src/contract/lab.ts'
import { SetUp } from '../../../src/lab/set-up.ts'
import type { installTensorFlow } from '../../../src/tensorflow/install.ts'
import { Broadcast } from '../../../src/transport/broadcast.ts'
import { until } from '../../support/until.ts'

type Install = typeof installTensorFlow

function setUp(install: (options: NonNullable<Parameters<Install>[0]>) => Promise<unknown>) {
  const events = new Broadcast<LabEvent>()
  const told: Extract<LabEvent, { type: 'setup' }>[] = []
  void (async () => {
    for await (const { event } of events.subscribe(new AbortController().signal))
      if (event.type === 'setup') told.push(event)
  })()
  const made = new SetUp(events, ((options: Parameters<typeof install>[0]) => install(options)) as Install)
  return { made, told, ended: () => until(() => told.some(({ state }) => state !== 'running')) }
}

test('tells each stage, how far it is, and the end; a second start while it runs does nothing', async () => {
  let installs = 0
  const { made, told, ended } = setUp(({ onProgress, cache }) => {
    installs++
    onProgress?.({ stage: 'downloading', what: cache ?? '', doneBytes: 1, totalBytes: 4 })
    onProgress?.({ stage: 'compiling', what: 'the binding' })
    return Promise.resolve()
  })
  void made.start('cache')
  void made.start('cache')
  expect(made.isRunning).toBe(true)
  await ended()
  expect(installs).toBe(1)
  expect(told.map(({ state, progress }) => [state, progress])).toEqual([
    ['running', { stage: 'downloading', what: 'cache', doneBytes: 1, totalBytes: 4 }],
    ['running', { stage: 'compiling', what: 'the binding', doneBytes: null, totalBytes: null }],
    ['done', null],
  ])
  expect(made.isRunning).toBe(false)
})

test('a failure is told with what to do, and the next start tries again', async () => {
  const why = new DescentError('engine-unavailable', 'There is no compiler.', 'Install one.')
  const { made, told, ended } = setUp(() => Promise.reject(why))
  void made.start('cache')
  await ended()
  expect(told.at(-1)).toMatchObject({ state: 'failed', error: why.toJSON() })
  void made.start('cache')
  expect(made.isRunning).toBe(true)
})

test('is cancelled by the person', async () => {
  const { made, told, ended } = setUp(
    ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  void made.start('cache')
  made.cancel()
  await ended()
  expect(told.at(-1)).toMatchObject({ state: 'cancelled', error: null })
})
