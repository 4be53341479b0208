import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { LabEvent } from '../../../src/contract/lab.ts'
import { LabData } from '../../../src/lab/data.ts'
import { DataHub } from '../../../src/lab/hub/hub.ts'
import { Broadcast } from '../../../src/transport/broadcast.ts'
import { temporaryHome } from '../../support/home.ts'

const caller = { connection: 1, signal: new AbortController().signal }
const problems: unknown[] = []
const note = (error: unknown): void => void problems.push(error)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => void process.off('unhandledRejection', note))

test('a cache that cannot be read during a download does not end the lab', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => said.mockRestore())
  const { cache, resources } = temporaryHome()
  const hub = new DataHub({ cacheDir: cache, resourcesDir: resources })
  const status = hub.status.bind(hub)
  let asked = 0
  hub.status = (id) => (++asked > 1 ? Promise.reject(new Error('EIO: i/o error')) : status(id))
  hub.fetch = async (_id, options) => {
    options?.onProgress?.({
      dataset: 'airfoil',
      file: 'f',
      receivedBytes: 1,
      sizeBytes: 2,
      source: 'network',
    })
    await sleep(1)
    throw new Error('EIO: i/o error')
  }
  const events = new Broadcast<LabEvent>()
  const data = new LabData(hub, events)
  await data.handlers['data.fetch']({ id: 'airfoil' }, caller)
  await data.handlers['data.cancel']({ id: 'airfoil', discard: false }, caller)
  await sleep(5)
  expect(asked).toBeGreaterThan(2)
  expect(problems).toEqual([])
  expect(said).toHaveBeenCalledOnce()
})
