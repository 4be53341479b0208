import { chmod, mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DatasetFormatError } from '../../src/datasets/dataset.ts'
import type { DatasetDefinition } from '../../src/datasets/dataset.ts'
import type { DatasetStatus } from '../../src/lab/hub/hub.ts'
import { PartialFile } from '../../src/lab/hub/partial.ts'
import { filePaths } from '../../src/lab/hub/layout.ts'
import { send, startFaultServer, status } from './fault-server.ts'
import type { FaultServer } from './fault-server.ts'
import { containing, matching } from './matchers.ts'
import { makeWorkplace, noise, sampleDataset, sampleFile, sampleGzipFile, sha1 } from './samples.ts'
import type { Workplace } from './samples.ts'

const table = noise(5000)
const rows = noise(8000, 2)
const notNetwork: typeof fetch = () => Promise.reject(new Error('the network was asked'))

let place: Workplace
let server: FaultServer | undefined

beforeEach(async () => {
  place = await makeWorkplace()
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await place.remove()
})

const cached = (name: string) => place.path('cache', 'datasets', 'sample', name)
const states = (list: DatasetStatus[]) =>
  Object.fromEntries(list.flatMap(({ files }) => files.map((one) => [one.name, one.state])))

/** A dataset of two files, in the cache already. */
async function readyHub() {
  const hub = place.hub(
    [sampleDataset('sample', [sampleFile('table.dat', table), sampleFile('rows.dat', rows)])],
    { fetch: notNetwork },
  )
  await mkdir(place.path('usb'))
  await place.put('usb/1', table)
  await place.put('usb/2', rows)
  await hub.import(place.path('usb'))
  return hub
}

/** Changes one byte and puts the date back, as a failing disk does. */
async function flipByte(path: string): Promise<void> {
  const { atime, mtime } = await stat(path)
  const bytes = await readFile(path)
  bytes.writeUInt8(bytes.readUInt8(17) ^ 4, 17)
  await writeFile(path, bytes)
  await utimes(path, atime, mtime)
}

describe('the list', () => {
  test('says of every file what it is, where it lies and how it is licensed', async () => {
    const hub = place.hub([sampleDataset('sample', [sampleFile('table.dat', table)])])
    expect(await hub.list()).toEqual([
      {
        id: 'sample',
        title: { en: 'sample', 'zh-CN': 'sample' },
        licence: { name: 'none', url: 'https://example.org/', attribution: 'nobody' },
        files: [
          {
            name: 'table.dat',
            path: cached('table.dat'),
            sizeBytes: 5000,
            sha1: sha1(table),
            state: 'missing',
          },
        ],
      },
    ])
  })

  test('does not hash a file that has not changed since', async () => {
    const hub = await readyHub()
    const stamp = JSON.parse(await readFile(`${cached('table.dat')}.verified.json`, 'utf8')) as Record<
      string,
      string
    >
    await writeFile(`${cached('table.dat')}.verified.json`, JSON.stringify({ ...stamp, sha1: sha1(rows) }))
    // It believes the note; who wants to use the file does not.
    expect(states(await hub.list())).toEqual({ 'table.dat': 'damaged', 'rows.dat': 'ready' })
    await hub.ensure('sample')
    expect(states(await hub.list())).toEqual({ 'table.dat': 'ready', 'rows.dat': 'ready' })
  })

  test('notices a file that changed, even one whose date was put back', async () => {
    const hub = await readyHub()
    const date = new Date('2020-05-25T10:00:00Z') // Whole seconds, or it could not be put back exactly.
    await utimes(cached('table.dat'), date, date)
    expect(states(await hub.list())).toEqual({ 'table.dat': 'ready', 'rows.dat': 'ready' })
    await flipByte(cached('table.dat'))
    expect((await stat(cached('table.dat'))).mtime).toEqual(date)
    expect(states(await hub.list())).toEqual({ 'table.dat': 'damaged', 'rows.dat': 'ready' })
  })

  test('notices a file that someone else put there', async () => {
    const hub = place.hub([sampleDataset('sample', [sampleFile('table.dat', table)])])
    await mkdir(place.path('cache', 'datasets', 'sample'), { recursive: true })
    await writeFile(cached('table.dat'), table)
    expect(states(await hub.list())).toEqual({ 'table.dat': 'ready' })
  })

  test('survives a note that was cut off', async () => {
    const hub = await readyHub()
    await writeFile(`${cached('table.dat')}.verified.json`, '{"size')
    expect(states(await hub.list())).toEqual({ 'table.dat': 'ready', 'rows.dat': 'ready' })
  })
})

describe('verify', () => {
  test('hashes everything again and notices one flipped byte', async () => {
    const hub = await readyHub()
    expect(states(await hub.verify())).toEqual({ 'table.dat': 'ready', 'rows.dat': 'ready' })
    await flipByte(cached('rows.dat'))
    expect(states(await hub.verify('sample'))).toEqual({ 'table.dat': 'ready', 'rows.dat': 'damaged' })
  })

  test('says what is not there', async () => {
    const hub = place.hub([sampleDataset('sample', [sampleFile('table.dat', table)])])
    expect(states(await hub.verify())).toEqual({ 'table.dat': 'missing' })
  })

  test('of an unknown dataset names the known ones', async () => {
    const hub = place.hub([sampleDataset('one', []), sampleDataset('two', [])])
    await expect(hub.verify('three')).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no dataset "three"; the known ones are one, two.',
    })
  })
})

describe('what is on the machine already', () => {
  const wanted = (more: object) =>
    place.hub([sampleDataset('sample', [sampleFile('table.dat', table, { urls: ['http://x/'] })])], {
      fetch: notNetwork,
      ...more,
    })

  test('serves: what the program brings along', async () => {
    await mkdir(place.path('resources', 'bundle'), { recursive: true })
    const bundled = await place.put('resources/bundle/t.dat', table)
    const file = sampleFile('table.dat', table, { bundled: 'bundle/t.dat', urls: ['http://x/'] })
    const hub = place.hub([sampleDataset('sample', [file])], { fetch: notNetwork })
    expect((await hub.status('sample')).files[0]).toMatchObject({ state: 'missing', localSource: bundled })
    await hub.ensure('sample', { offline: true })
    expect(sha1(await readFile(cached('table.dat')))).toBe(sha1(table))
    expect((await hub.status('sample')).files[0]).not.toHaveProperty('localSource')
  })

  test('serves: what other software installed, unless it is told not to', async () => {
    const system = await place.put('installed.dat', table)
    const file = sampleFile('table.dat', table, {
      systemPaths: [place.path('not-there'), system],
      urls: ['http://x/'],
    })
    const hub = (systemSources: boolean) =>
      place.hub([sampleDataset('sample', [file])], { fetch: notNetwork, systemSources })
    await expect(hub(false).ensure('sample', { offline: true })).rejects.toMatchObject({
      code: 'data-missing',
    })
    await hub(true).ensure('sample')
  })

  test.for(['table.dat', 'sample/table.dat', 'datasets/sample/table.dat'])(
    'serves: a folder that the person names, with %s in it',
    async (name) => {
      await mkdir(place.path('mine', 'datasets', 'sample'), { recursive: true })
      await mkdir(place.path('mine', 'sample'), { recursive: true })
      await place.put(`mine/${name}`, table)
      await wanted({ searchPaths: [place.path('nowhere'), place.path('mine')] }).ensure('sample')
      expect(sha1(await readFile(cached('table.dat')))).toBe(sha1(table))
    },
  )

  test('and is damaged is passed over, and named when nothing else helps', async () => {
    await mkdir(place.path('mine'))
    const bad = await place.put('mine/table.dat', noise(5000, 9))
    const hub = wanted({ searchPaths: [place.path('mine')] })
    await expect(hub.ensure('sample', { offline: true })).rejects.toMatchObject({
      code: 'data-missing',
      message: containing(`${bad} (it has the size of table.dat, but its SHA-1 is ${sha1(noise(5000, 9))}`),
    })
  })
})

describe('without a network', () => {
  test('everything that is missing is named, with what to do', async () => {
    const urls = ['https://example.org/table.dat']
    const hub = place.hub([
      sampleDataset('sample', [
        sampleFile('table.dat', table, { urls }),
        sampleFile('rows.dat', rows, { urls }),
      ]),
    ])
    await expect(hub.ensure('sample', { offline: true })).rejects.toMatchObject({
      code: 'data-missing',
      message: matching(/table\.dat of sample \(5,000 bytes, SHA-1 .*rows\.dat of sample/),
      remedy: matching(
        /download https:\/\/example\.org\/table\.dat on another machine .*descent data import PATH/,
      ),
    })
  })

  test('a damaged file is not handed out', async () => {
    const hub = await readyHub()
    await flipByte(cached('table.dat'))
    await expect(hub.ensure('sample', { offline: true })).rejects.toMatchObject({
      code: 'data-damaged',
      message: matching(/table\.dat of sample .* is damaged, and downloads are switched off/),
    })
  })

  test('a cache that may only be read serves', async () => {
    const hub = await readyHub()
    await chmod(place.path('cache', 'datasets', 'sample'), 0o555)
    await hub.ensure('sample', { offline: true })
    await chmod(place.path('cache', 'datasets', 'sample'), 0o755)
  })
})

describe('fetching all', () => {
  const one = (urls: string[]) => sampleDataset('one', [sampleFile('table.dat', table, { urls })])
  const two = (urls: string[]) => sampleDataset('two', [sampleFile('rows.dat', rows, { urls })])

  test('gets every dataset', async () => {
    server = await startFaultServer({ '/1': [send(table)], '/2': [send(rows)] })
    const hub = place.hub([one([server.url('/1')]), two([server.url('/2')])])
    expect(states(await hub.fetchAll())).toEqual({ 'table.dat': 'ready', 'rows.dat': 'ready' })
    expect((await hub.fetch('two')).files).toMatchObject([{ state: 'ready' }])
  })

  test('gets what it can, and names what it could not', async () => {
    server = await startFaultServer({ '/1': [status(404)], '/2': [send(rows)] })
    const hub = place.hub([one([server.url('/1')]), two([server.url('/2')])])
    await expect(hub.fetchAll()).rejects.toMatchObject({
      code: 'download-failed',
      message: matching(/^table\.dat of one .* could not be downloaded/),
    })
    expect(states(await hub.list())).toEqual({ 'table.dat': 'missing', 'rows.dat': 'ready' })
  })

  test('stops when it is cancelled', async () => {
    server = await startFaultServer({
      '/1': [send(table, { pace: { bytes: 500, pauseMs: 20 } })],
      '/2': [send(rows)],
    })
    const hub = place.hub([one([server.url('/1')]), two([server.url('/2')])])
    const stop = new AbortController()
    const fetching = hub.fetchAll({
      signal: stop.signal,
      onProgress: ({ receivedBytes }) => receivedBytes > 0 && stop.abort(),
    })
    await expect(fetching).rejects.toMatchObject({ code: 'cancelled' })
    expect(server.requests.map(({ path }) => path)).toEqual(['/1'])
  })
})

describe('loading', () => {
  const packed = gzipSync(rows)
  const definition = () =>
    sampleDataset('sample', [sampleFile('table.dat', table), sampleGzipFile('rows.gz', packed)])

  async function loadedHub(dataset: DatasetDefinition) {
    const hub = place.hub([dataset], { fetch: notNetwork })
    await mkdir(place.path('usb'))
    await place.put('usb/1', table)
    await place.put('usb/2', packed)
    await hub.import(place.path('usb'))
    return hub
  }

  test('gives the parser every file, decompressed', async () => {
    const hub = await loadedHub(definition())
    expect(await hub.load(definition())).toEqual({ 'table.dat': 5000, 'rows.gz': 8000 })
  })

  test('hashes what it parses, whatever the note beside the file says', async () => {
    const hub = await loadedHub(definition())
    await flipByte(cached('table.dat'))
    await hub.list()
    const stamp = JSON.parse(await readFile(`${cached('table.dat')}.verified.json`, 'utf8')) as Record<
      string,
      string
    >
    await writeFile(`${cached('table.dat')}.verified.json`, JSON.stringify({ ...stamp, sha1: sha1(table) }))
    expect((await hub.status('sample')).files[0]?.state).toBe('ready') // The note lies …
    await expect(hub.load(definition(), { offline: true })).rejects.toMatchObject({ code: 'data-damaged' }) // … in vain.
  })

  test('of bytes that are no such dataset says where the parser stopped', async () => {
    const fussy: DatasetDefinition<never> = {
      ...definition(),
      parse: () => {
        throw new DatasetFormatError('line 7: "x" is not a number.')
      },
    }
    const hub = await loadedHub(fussy)
    await expect(hub.load(fussy)).rejects.toMatchObject({
      code: 'data-damaged',
      message: 'The dataset sample cannot be read: line 7: "x" is not a number.',
    })
  })
})

test('a disk that fills up in the middle of a download is named, and what has arrived stays', async ({
  skip,
}) => {
  if (process.platform !== 'linux') skip('/dev/full is a Linux device')
  const nonce = '3f1f2f61-7c7e-4f6e-9c6e-0d0b1b1c1d1e'
  const paths = filePaths(place.cacheDir, 'sample', 'table.dat')
  await mkdir(paths.folder, { recursive: true })
  await symlink('/dev/full', `${paths.final}.${nonce}.partial`)
  const partial = await PartialFile.adopt(paths, 'table.dat', nonce, 5000)
  await expect(partial.append(table)).rejects.toMatchObject({
    code: 'disk-full',
    message: matching(/has no room left; 5,000 bytes are needed/),
    remedy: matching(/What has been downloaded is kept/),
  })
  expect(partial.receivedBytes).toBe(0)
  await partial.close()
})
