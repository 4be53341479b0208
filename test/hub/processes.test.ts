import { readFile, readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DatasetFile } from '../../src/datasets/dataset.ts'
import { send, startFaultServer } from './fault-server.ts'
import type { FaultServer } from './fault-server.ts'
import { present } from './matchers.ts'
import { makeWorkplace, noise, sampleDataset, sampleFile, sha1 } from './samples.ts'
import type { Workplace } from './samples.ts'
import { spawnChild } from './spawn.ts'
import type { ChildLine, RunningChild } from './spawn.ts'

const content = noise(400_000)
let place: Workplace
let server: FaultServer
let file: DatasetFile
let children: RunningChild[]
let goOn: () => void

beforeEach(async () => {
  place = await makeWorkplace()
  // The first request is held up until the test has seen what it waits for.
  const until = new Promise<void>((resolve) => (goOn = resolve))
  const held = { etag: '"v1"', hold: { at: 200_000, until }, pace: { bytes: 10_000, pauseMs: 1 } }
  server = await startFaultServer({ '/data.bin': [send(content, held), send(content, { etag: '"v1"' })] })
  file = sampleFile('data.bin', content, { urls: [server.url('/data.bin')] })
  children = []
})
afterEach(async () => {
  children.forEach((child) => child.process.kill('SIGKILL'))
  await server.close()
  await place.remove()
})

function startChild(): RunningChild {
  const child = spawnChild({
    do: 'ensure',
    cacheDir: place.cacheDir,
    file,
    timings: { pollMs: 20, heartbeatMs: 100, staleMs: 10_000 },
  })
  children.push(child)
  return child
}

const isDownloading = ({ progress }: ChildLine) =>
  progress !== undefined && progress.source === file.urls[0] && progress.receivedBytes >= 100_000
const isWaiting = ({ progress }: ChildLine) => progress?.source.startsWith('another process') ?? false

test('two processes that ask at once download once, and both get the file', async () => {
  const both = [startChild(), startChild()]
  await Promise.any(both.map((child) => child.line(isWaiting)))
  goOn()
  const ends = await Promise.all(both.map((child) => child.ended))

  expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual([
    { code: 0, errors: '' },
    { code: 0, errors: '' },
  ])
  const path = place.path('cache', 'datasets', 'sample', 'data.bin')
  for (const { lines } of ends) expect(lines.at(-1)).toEqual({ paths: { 'data.bin': path } })
  expect(sha1(await readFile(path))).toBe(sha1(content))
  expect(server.requests).toHaveLength(1)
  // The one that waited told how far the other was.
  expect(ends.filter(({ lines }) => lines.some(isWaiting))).toHaveLength(1)
  expect((await readdir(place.path('cache', 'datasets', 'sample'))).sort()).toEqual([
    'data.bin',
    'data.bin.verified.json',
  ])
})

test('a download whose process is killed is resumed by the next one', async () => {
  const child = startChild()
  await child.line(isDownloading)
  const hub = place.hub([sampleDataset('sample', [file])])
  expect((await hub.status('sample')).files[0]).toMatchObject({ state: 'downloading' })
  child.process.kill('SIGKILL')
  await child.ended

  const { state, receivedBytes } = present((await hub.status('sample')).files[0])
  expect(state).toBe('partial')
  expect(receivedBytes).toBeGreaterThanOrEqual(100_000)

  const paths = await hub.ensure('sample')
  expect(sha1(await readFile(present(paths['data.bin'])))).toBe(sha1(content))
  expect(server.requests[1]).toEqual({ path: '/data.bin', range: `bytes=${receivedBytes}-`, ifRange: '"v1"' })
})

test('a process that waits takes over when the downloading one is killed', async () => {
  const first = startChild()
  await first.line(isDownloading)
  const second = startChild()
  await second.line(isWaiting)
  first.process.kill('SIGKILL')

  const { code, lines, errors } = await second.ended
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  expect(sha1(await readFile(lines.at(-1)?.paths?.['data.bin'] ?? ''))).toBe(sha1(content))
  expect(server.requests).toHaveLength(2)
  expect(server.requests[1]?.range).toMatch(/^bytes=[1-9]\d{5}-$/)
})
