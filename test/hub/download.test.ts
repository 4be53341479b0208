import { access, readFile, readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DatasetFile } from '../../src/datasets/dataset.ts'
import type { DataHub, HubOptions, Progress } from '../../src/lab/hub/hub.ts'
import { redirect, send, startFaultServer, status } from './fault-server.ts'
import type { Answer, FaultServer } from './fault-server.ts'
import { containing, matching, present } from './matchers.ts'
import { makeWorkplace, noise, sampleDataset, sampleFile, sha1 } from './samples.ts'
import type { Workplace } from './samples.ts'

const content = noise(300_000)
const other = noise(300_000, 2)
const remedies = /descent data import PATH/

let place: Workplace
/** How much has arrived, which the server waits for before it breaks a connection. */
let arrivedBytes = 0
/** The servers of this test; `server` is the latest. */
const servers: FaultServer[] = []
let server: FaultServer | undefined

beforeEach(async () => {
  place = await makeWorkplace()
  arrivedBytes = 0
})
afterEach(async () => {
  await Promise.all(servers.map((one) => one.close()))
  servers.length = 0
  await place.remove()
})

/** A hub whose one file is served by the given answers: the first list is upstream, the next ones are mirrors. */
async function hubServedBy(
  upstream: readonly Answer[],
  mirrors: readonly (readonly Answer[])[] = [],
  more: Partial<HubOptions> = {},
  file: Partial<DatasetFile> = {},
): Promise<DataHub> {
  const paths = ['/upstream', ...mirrors.map((_, index) => `/mirror-${index + 1}`)]
  const lists = [upstream, ...mirrors]
  const running = await startFaultServer(
    Object.fromEntries(paths.map((path, index) => [path, lists[index] ?? []])),
    () => arrivedBytes,
  )
  server = running
  servers.push(running)
  const urls = paths.map((path) => running.url(path))
  return place.hub([sampleDataset('sample', [sampleFile('data.bin', content, { urls, ...file })])], {
    now: tickingClock(200),
    ...more,
  })
}

function requests(): FaultServer['requests'] {
  return server?.requests ?? []
}

async function expectTheFile(hub: DataHub): Promise<void> {
  const paths = await hub.ensure('sample', {
    onProgress: ({ receivedBytes }) => (arrivedBytes = receivedBytes),
  })
  expect(sha1(await readFile(present(paths['data.bin'])))).toBe(sha1(content))
  // Nothing is left of the way there.
  const left = await readdir(place.path('cache', 'datasets', 'sample'))
  expect(left.sort()).toEqual(['data.bin', 'data.bin.verified.json'])
}

describe('a download', () => {
  test('arrives with progress, checked, under the dataset', async () => {
    const hub = await hubServedBy([send(content, { pace: { bytes: 50_000, pauseMs: 5 } })], [], {
      now: tickingClock(60),
    })
    const seen: Progress[] = []
    const paths = await hub.ensure('sample', { onProgress: (progress) => seen.push(progress) })

    expect(paths).toEqual({ 'data.bin': place.path('cache', 'datasets', 'sample', 'data.bin') })
    expect(sha1(await readFile(present(paths['data.bin'])))).toBe(sha1(content))
    expect(seen[0]).toMatchObject({
      dataset: 'sample',
      file: 'data.bin',
      receivedBytes: 0,
      sizeBytes: 300_000,
    })
    expect(seen.at(-1)).toMatchObject({ receivedBytes: 300_000, source: server?.url('/upstream') })
    expect(seen.at(-1)?.bytesPerSecond).toBeGreaterThan(0)
    const received = seen.map((one) => one.receivedBytes)
    expect(received).toEqual([...received].sort((a, b) => a - b))
    expect((await hub.status('sample')).files[0]?.state).toBe('ready')
  })

  test('is not repeated once the file is there', async () => {
    const hub = await hubServedBy([send(content)])
    await hub.ensure('sample')
    await hub.ensure('sample')
    expect(requests()).toHaveLength(1)
  })

  test('follows a redirect', async () => {
    const far = await startFaultServer({ '/far': [send(content)] })
    servers.push(far)
    await expectTheFile(await hubServedBy([redirect(far.url('/far'))]))
  })

  test('of a length that the server does not tell is taken, too', async () => {
    await expectTheFile(await hubServedBy([send(content, { chunked: true })]))
  })
})

describe('a connection that breaks', () => {
  test('is resumed where it broke, on the condition that the file is the same', async () => {
    const hub = await hubServedBy([
      send(content, { stopAfter: 120_000, etag: '"v1"' }),
      send(content, { etag: '"v1"' }),
    ])
    await expectTheFile(hub)
    expect(requests()).toEqual([
      { path: '/upstream', range: undefined, ifRange: undefined },
      { path: '/upstream', range: 'bytes=120000-', ifRange: '"v1"' },
    ])
    expect(place.pauses).toEqual([500])
  })

  test('is resumed on the condition of a date where there is no ETag, and never of a weak ETag', async () => {
    const marks = { etag: 'W/"v1"', lastModified: 'Mon, 25 May 2020 10:00:00 GMT' }
    const hub = await hubServedBy([send(content, { stopAfter: 120_000, ...marks }), send(content, marks)])
    await expectTheFile(hub)
    expect(requests()[1]?.ifRange).toBe(marks.lastModified)
  })

  test('again and again still arrives, while every piece is a piece', async () => {
    const hub = await hubServedBy([send(content, { stopAfter: 25_000 })])
    await expectTheFile(hub)
    expect(requests()).toHaveLength(12)
  })

  test('is started over when the file changed meanwhile', async () => {
    const hub = await hubServedBy([
      send(other, { stopAfter: 120_000, etag: '"v1"' }),
      send(content, { etag: '"v2"' }),
    ])
    await expectTheFile(hub)
    expect(requests()[1]?.ifRange).toBe('"v1"')
  })

  test('is started over when the server ignores ranges', async () => {
    const hub = await hubServedBy([send(content, { stopAfter: 120_000 }), send(content, { ranges: false })])
    await expectTheFile(hub)
    expect(requests()[1]?.range).toBe('bytes=120000-')
  })

  test('is started over when the server answers 416', async () => {
    const hub = await hubServedBy([send(content, { stopAfter: 120_000 }), status(416), send(content)])
    await expectTheFile(hub)
    expect(requests().map(({ range }) => range)).toEqual([undefined, 'bytes=120000-', undefined])
  })

  test('is started over when the server sends another range than it was asked for', async () => {
    const shifted = send(content, { contentRange: 'bytes 1000-299999/300000' })
    const hub = await hubServedBy([send(content, { stopAfter: 120_000 }), shifted, send(content)])
    await expectTheFile(hub)
    expect(requests()[2]?.range).toBeUndefined()
  })

  test('is resumed from a mirror, and from the start if the two do not fit together', async () => {
    const hub = await hubServedBy([send(other, { stopAfter: 120_000 }), status(404)], [[send(content)]])
    await expectTheFile(hub)
    expect(requests().slice(2)).toEqual([
      { path: '/mirror-1', range: 'bytes=120000-', ifRange: undefined },
      { path: '/mirror-1', range: undefined, ifRange: undefined },
    ])
  })

  test('without an error, in the middle of the file, is noticed by the length', async () => {
    const hub = await hubServedBy([
      send(content, { chunked: true, stopAfter: 120_000, then: 'end' }),
      send(content),
    ])
    await expectTheFile(hub)
    expect(requests()[1]?.range).toBe('bytes=120000-')
  })

  test('by falling silent is given up after a while and resumed', async () => {
    const hub = await hubServedBy([send(content, { stopAfter: 120_000, then: 'stall' }), send(content)], [], {
      timings: { stallMs: 500 },
    })
    await expectTheFile(hub)
    expect(requests()[1]?.range).toBe('bytes=120000-')
  })
})

test('a connection that is slow, but steady, is not given up', async () => {
  const pace = { bytes: 15_000, pauseMs: 60 }
  const hub = await hubServedBy([send(content, { pace })], [], { timings: { stallMs: 700 } })
  await expectTheFile(hub)
  expect(requests()).toHaveLength(1)
})

describe('a server in trouble', () => {
  test('is asked again, with growing pauses', async () => {
    const hub = await hubServedBy([status(503), status(500), status(429), send(content)])
    await expectTheFile(hub)
    expect(place.pauses).toEqual([500, 1000, 2000])
  })

  test('is left alone for as long as it asks', async () => {
    const hub = await hubServedBy([status(503, { 'retry-after': '7' }), send(content)])
    await expectTheFile(hub)
    expect(place.pauses).toEqual([7000])
  })

  test('that names a date is left alone until then', async () => {
    const nowMs = Date.parse('Mon, 25 May 2020 10:00:00 GMT')
    const later = { 'retry-after': 'Mon, 25 May 2020 10:00:20 GMT' }
    await expectTheFile(await hubServedBy([status(429, later), send(content)], [], { now: () => nowMs }))
    expect(place.pauses).toEqual([20_000])
  })

  test('that asks for an hour is passed over for the next mirror', async () => {
    const hub = await hubServedBy([status(503, { 'retry-after': '3600' })], [[send(content)]])
    await expectTheFile(hub)
    expect(place.pauses).toEqual([])
  })

  test('pauses between half and all of the back-off, by chance', async () => {
    const hub = await hubServedBy([status(503), send(content)], [], { random: () => 0 })
    await expectTheFile(hub)
    expect(place.pauses).toEqual([250])
  })

  test('that refuses is not asked again', async () => {
    const hub = await hubServedBy([status(404)], [[send(content)]])
    await expectTheFile(hub)
    expect(requests().map(({ path }) => path)).toEqual(['/upstream', '/mirror-1'])
  })

  test.for([
    ['other bytes of the same length', send(other), /its SHA-1 is [0-9a-f]{40}; expected [0-9a-f]{40}/],
    ['a file of another length', send(noise(1000)), /it serves 1,000 bytes instead of 300,000 bytes/],
    [
      'a sign-in page instead',
      send(Buffer.from('<html>'), { headers: { 'content-type': 'text/html' } }),
      /it serves 6 bytes of text\/html/,
    ],
    ['more bytes than there are, and does not stop', endless, /sent more than the expected 300,000 bytes/],
    [
      'a compressed transfer, in which the bytes of a .gz cannot be told',
      send(content, { chunked: true, headers: { 'content-encoding': 'br' } }),
      /Content-Encoding br/,
    ],
  ] as const)('that sends %s loses its turn to the next mirror', async ([, answer, reason]) => {
    const hub = await hubServedBy([answer], [[send(content)]])
    await expectTheFile(hub)
    expect(requests().map(({ path }) => path)).toEqual(['/upstream', '/mirror-1'])

    const alone = await hubServedBy([answer], [])
    await expect(alone.ensure('sample')).resolves.toBeDefined() // Already there.
    await place.remove()
    await expect(alone.ensure('sample')).rejects.toMatchObject({
      code: 'download-failed',
      message: matching(reason),
    })
  })
})

describe('when no address serves the file', () => {
  test('the error says what each one came to, what was expected and what to do', async () => {
    const hub = await hubServedBy([status(404)], [[status(503)], [send(other)]])
    await expect(hub.ensure('sample')).rejects.toMatchObject({
      code: 'download-failed',
      message: containing(
        [
          `data.bin of sample (300,000 bytes, SHA-1 ${sha1(content)}) could not be downloaded. Tried: `,
          `${server?.url('/upstream')} (HTTP 404 Not Found); `,
          `${server?.url('/mirror-1')} (HTTP 503 Service Unavailable (asked 4 times)); `,
          `${server?.url('/mirror-2')} (it sent 300,000 bytes, but its SHA-1 is ${sha1(other)}; expected ${sha1(content)})`,
        ].join(''),
      ),
      remedy: matching(remedies),
    })
    expect((await hub.status('sample')).files[0]?.state).not.toBe('ready')
  })

  test('and nobody listens there, it is said soon', async () => {
    const hub = await hubServedBy([])
    await server?.close()
    await expect(hub.ensure('sample')).rejects.toMatchObject({
      code: 'download-failed',
      message: matching(/ECONNREFUSED.*asked 2 times/),
    })
    expect(place.pauses.length).toBeLessThanOrEqual(1)
  })

  test('a redirect in circles is not followed for ever', async () => {
    const hub = await hubServedBy([redirect('/upstream')])
    await expect(hub.ensure('sample')).rejects.toMatchObject({
      code: 'download-failed',
      message: matching(/redirect/),
    })
  })
})

describe('a download that is cancelled', () => {
  test('keeps what has arrived, and goes on from there the next time', async () => {
    const hub = await hubServedBy([
      send(content, { pace: { bytes: 20_000, pauseMs: 20 }, etag: '"v1"' }),
      send(content, { etag: '"v1"' }),
    ])
    const stop = new AbortController()
    const interrupted = hub.ensure('sample', {
      signal: stop.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes >= 60_000) stop.abort()
      },
    })
    await expect(interrupted).rejects.toMatchObject({
      code: 'cancelled',
      remedy: matching(/kept/),
    })

    const { state, receivedBytes } = present((await hub.status('sample')).files[0])
    expect(state).toBe('partial')
    expect(receivedBytes).toBeGreaterThanOrEqual(60_000)
    await expect(access(place.path('cache', 'datasets', 'sample', 'data.bin'))).rejects.toThrow()

    await expectTheFile(hub)
    expect(requests()[1]).toEqual({ path: '/upstream', range: `bytes=${receivedBytes}-`, ifRange: '"v1"' })
  })

  test('before it began asks nobody', async () => {
    const hub = await hubServedBy([send(content)])
    await expect(hub.ensure('sample', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(requests()).toEqual([])
  })
})

test('a disk without room is named before anything is asked for', async () => {
  const hub = await hubServedBy([send(content)], [], { freeBytes: async () => 1000 })
  await expect(hub.ensure('sample')).rejects.toMatchObject({
    code: 'disk-full',
    message: matching(/300,000 bytes are needed and 1,000 bytes are free/),
    remedy: matching(/DESCENT_CACHE/),
  })
  expect(requests()).toEqual([])
})

test('a damaged file in the cache is replaced, and until then never handed out', async () => {
  const hub = await hubServedBy([status(404), send(content)])
  const path = place.path('cache', 'datasets', 'sample', 'data.bin')
  await hub.status('sample')
  await hub.import(await place.put('good', content))
  await place.put('cache/datasets/sample/data.bin', other)
  await expect(hub.ensure('sample')).rejects.toMatchObject({
    code: 'download-failed',
    message: containing(`refused: ${path} (its SHA-1 is ${sha1(other)}; expected ${sha1(content)})`),
  })
  await expectTheFile(hub)
})

/** A clock that moves by this much at each look. */
function tickingClock(stepMs: number): () => number {
  let nowMs = 1_600_000_000_000
  return () => (nowMs += stepMs)
}

function endless(_: unknown, response: Parameters<Answer>[1]): void {
  response.writeHead(200)
  const more = () => {
    while (!response.destroyed && response.write(other)) {
      // as long as the other side takes it
    }
  }
  response.on('drain', more)
  more()
}
