import { mkdir, readFile, readdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DataHub, ImportResult } from '../../src/lab/hub/hub.ts'
import { installCopy } from '../../src/lab/hub/install.ts'
import { filePaths } from '../../src/lab/hub/layout.ts'
import { makeTar, makeTarGz, makeZip } from './archives.ts'
import { matching } from './matchers.ts'
import {
  makeWorkplace,
  noise,
  sampleDataset,
  sampleFile,
  sampleGzipFile,
  sha1,
  withGzipName,
} from './samples.ts'
import type { Workplace } from './samples.ts'

const table = noise(5000)
// As Fashion-MNIST: the registry's file is itself a gzip, with its name in its header.
const pixels = noise(40_000, 2).map((byte) => byte & 15)
const images = withGzipName(gzipSync(pixels), 'images')
const labels = withGzipName(gzipSync(noise(900, 3)), 'labels')

let place: Workplace
let hub: DataHub

beforeEach(async () => {
  place = await makeWorkplace()
  hub = place.hub([
    sampleDataset('table', [sampleFile('table.dat', table)]),
    sampleDataset('pictures', [sampleGzipFile('images.gz', images), sampleGzipFile('labels.gz', labels)]),
  ])
})
afterEach(() => place.remove())

const cached = (dataset: string, file: string) => place.path('cache', 'datasets', dataset, file)
const names = (result: ImportResult) =>
  result.recognised.map(({ file, outcome }) => `${file} ${outcome}`).sort()

async function expectCached(dataset: string, file: string, bytes: Buffer): Promise<void> {
  expect(sha1(await readFile(cached(dataset, file)))).toBe(sha1(bytes))
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const middle = changed.length >> 1
  changed.writeUInt8(changed.readUInt8(middle) ^ 1, middle)
  return changed
}

describe('a file', () => {
  test('is recognised by its bytes, whatever its name', async () => {
    const from = await place.put('holiday.jpg', table)
    const progress: number[] = []
    const result = await hub.import(from, { onProgress: (one) => progress.push(one.receivedBytes) })
    expect(result).toEqual({
      recognised: [
        {
          dataset: 'table',
          file: 'table.dat',
          from,
          path: cached('table', 'table.dat'),
          outcome: 'installed',
        },
      ],
      refused: [],
      ignored: 0,
    })
    expect(progress.at(-1)).toBe(5000)
    await expectCached('table', 'table.dat', table)
    expect(await hub.ensure('table', { offline: true })).toEqual({
      'table.dat': cached('table', 'table.dat'),
    })
  })

  test('that is there already is said to be', async () => {
    const from = await place.put('table.dat', table)
    await hub.import(from)
    expect(names(await hub.import(from))).toEqual(['table.dat already-there'])
  })

  test('under the name of another is taken for what it is', async () => {
    const result = await hub.import(await place.put('images.gz', labels))
    expect(names(result)).toEqual(['labels.gz installed'])
  })

  test('replaces a damaged copy in the cache', async () => {
    await hub.import(await place.put('good.dat', table))
    await writeFile(cached('table', 'table.dat'), flipped(table))
    expect(names(await hub.import(place.path('good.dat')))).toEqual(['table.dat installed'])
    await expectCached('table', 'table.dat', table)
  })

  test('that shares its bytes with another dataset serves both', async () => {
    const both = place.hub([
      sampleDataset('one', [sampleFile('a.dat', table)]),
      sampleDataset('two', [sampleFile('b.dat', table)]),
    ])
    expect(names(await both.import(await place.put('x', table)))).toEqual([
      'a.dat installed',
      'b.dat installed',
    ])
  })

  test('whose gzip header was stripped or rewritten, as distributions do, becomes the original again', async () => {
    const body = images.subarray(images.indexOf(0, 10) + 1)
    const plain = Buffer.concat([Buffer.from('1f8b0800ed0a da5e0003'.replace(' ', ''), 'hex'), body])
    expect(plain.byteLength).toBe(images.byteLength - 'images\0'.length)
    expect(names(await hub.import(await place.put('images.gz', plain)))).toEqual(['images.gz installed'])
    await expectCached('pictures', 'images.gz', images)
  })

  test.for([
    [
      'with a damaged byte',
      'table.dat',
      flipped(table),
      /it has the size of table\.dat, but its SHA-1 is .* expected/,
    ],
    [
      'cut short',
      'table.dat',
      table.subarray(0, 4999),
      /named like table\.dat, but it has 4,999 bytes; expected 5,000/,
    ],
    [
      'compressed anew',
      'images.gz',
      gzipSync(gunzipSync(images), { level: 1 }),
      /images\.gz decompressed, or compressed anew/,
    ],
    ['decompressed', 'images', gunzipSync(images), /only the original \.gz file has the pinned SHA-1/],
    [
      'that is a damaged gzip',
      'images.gz',
      flipped(images),
      /it has the size of images\.gz, but its SHA-1 is/,
    ],
  ] as const)('%s is refused, and the good copy is untouched', async ([, name, bytes, reason]) => {
    await hub.import(await place.put('table.good', table))
    await hub.import(await place.put('images.good', images))
    const from = await place.put(name, bytes)
    expect(await hub.import(from)).toEqual({
      recognised: [],
      refused: [{ from, reason: matching(reason), code: 'data-damaged' }],
      ignored: 0,
    })
    await expectCached('table', 'table.dat', table)
    await expectCached('pictures', 'images.gz', images)
  })

  test('that changes between being recognised and being copied is refused', async () => {
    await hub.import(await place.put('table.good', table))
    const path = await place.put('table.dat', flipped(table))
    const file = sampleFile('table.dat', table)
    const refusal = await installCopy({ path }, filePaths(place.cacheDir, 'table', 'table.dat'), file, {
      staging: place.path('cache', 'datasets', '.staging'),
    })
    expect(refusal).toBe(`its SHA-1 is ${sha1(flipped(table))}; expected ${sha1(table)}`)
    await expectCached('table', 'table.dat', table)
    expect(await readdir(place.path('cache', 'datasets', '.staging'))).toEqual([])
  })

  test('that is nothing we know is refused with the names of what we know', async () => {
    const from = await place.put('notes.txt', 'hello')
    expect(await hub.import(from)).toEqual({
      recognised: [],
      refused: [
        {
          from,
          reason: matching(/known ones are table\.dat \(5,000 bytes\), images\.gz /),
          code: 'data-missing',
        },
      ],
      ignored: 1,
    })
  })

  test('that is not there is said not to be', async () => {
    await expect(hub.import(place.path('nowhere'))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('removes what was left of its download', async () => {
    await hub.status('table')
    await mkdir(place.path('cache', 'datasets', 'table'), { recursive: true })
    const nonce = '3f1f2f61-7c7e-4f6e-9c6e-0d0b1b1c1d1e'
    await place.put(`cache/datasets/table/table.dat.${nonce}.partial`, table.subarray(0, 100))
    expect((await hub.status('table')).files[0]).toMatchObject({ state: 'partial', receivedBytes: 100 })
    await hub.import(await place.put('table.dat', table))
    expect((await readdir(place.path('cache', 'datasets', 'table'))).sort()).toEqual([
      'table.dat',
      'table.dat.verified.json',
    ])
  })
})

describe('a folder', () => {
  test('is searched to the bottom, and everything in it that is known is taken', async () => {
    await mkdir(place.path('usb', 'deep', 'down'), { recursive: true })
    await place.put('usb/a', table)
    await place.put('usb/deep/b', images)
    await place.put('usb/deep/down/everything.zip', makeZip([{ name: 'data/labels.gz', data: labels }]))
    await place.put('usb/letter.txt', 'dear reader')
    const result = await hub.import(place.path('usb'))
    expect(names(result)).toEqual(['images.gz installed', 'labels.gz installed', 'table.dat installed'])
    expect(result).toMatchObject({ refused: [], ignored: 1 })
  })

  test('gives what is good in it, and says what is not', async () => {
    await mkdir(place.path('usb'))
    await place.put('usb/images.gz', flipped(images))
    await place.put('usb/labels.gz', labels)
    await place.put('usb/evil.zip', makeZip([{ name: '../table.dat', data: table }]))
    const result = await hub.import(place.path('usb'))
    expect(names(result)).toEqual(['labels.gz installed'])
    expect(result.refused).toMatchObject([
      { from: place.path('usb', 'evil.zip'), code: 'archive-refused' },
      { from: place.path('usb', 'images.gz'), code: 'data-damaged' },
    ])
  })

  test('is not left through a link', async () => {
    await mkdir(place.path('usb'))
    await mkdir(place.path('outside'))
    await place.put('outside/table.dat', table)
    await symlink(place.path('outside'), place.path('usb', 'folder'))
    await symlink(place.path('outside', 'table.dat'), place.path('usb', 'table.dat'))
    await symlink(place.path('usb'), place.path('usb', 'circle'))
    expect(await hub.import(place.path('usb'))).toEqual({
      recognised: [],
      refused: [
        { from: place.path('usb', 'table.dat'), reason: matching(/it is a link/), code: 'invalid-value' },
      ],
      ignored: 2,
    })
    expect((await hub.status('table')).files[0]?.state).toBe('missing')
  })

  test('with a huge file that is none of ours is no matter', async () => {
    await mkdir(place.path('usb'))
    await place.put('usb/table.dat', table)
    await place.put('usb/film.mkv', '')
    await truncate(place.path('usb', 'film.mkv'), 2 ** 40) // A hole: it takes no room, but reading it would take hours.
    expect(await hub.import(place.path('usb'))).toMatchObject({
      recognised: [{ file: 'table.dat' }],
      ignored: 1,
    })
  })
})

describe('an archive', () => {
  const entries = [
    { name: 'README', data: Buffer.from('read me') },
    { name: 'fashion/images.gz', data: images },
    { name: 'fashion/labels.gz', data: labels },
    { name: './table.dat', data: table },
  ]
  const all = ['images.gz installed', 'labels.gz installed', 'table.dat installed']

  test.for([
    ['zip', async () => makeZip([{ name: 'fashion/', mode: 0o040755 }, ...entries])],
    ['stored zip', async () => makeZip(entries.map((entry) => ({ ...entry, method: 0 })))],
    ['tar', () => makeTar([{ name: 'fashion/', type: 'directory' }, ...entries])],
    ['tar.gz', () => makeTarGz(entries)],
  ] as const)(
    '(%s) is known by its bytes, whatever its name, and so are the files in it',
    async ([, make]) => {
      const result = await hub.import(await place.put('download.bin', await make()))
      expect(names(result)).toEqual(all)
      expect(result.recognised[0]?.from).toBe(`fashion/images.gz in ${place.path('download.bin')}`)
      expect(result.ignored).toBe(1)
      await expectCached('pictures', 'images.gz', images)
      expect(await readdir(place.path('cache', 'datasets', '.staging'))).toEqual([])
    },
  )

  test('(gz) of one file gives that file', async () => {
    expect(names(await hub.import(await place.put('table.dat.gz', gzipSync(table))))).toEqual([
      'table.dat installed',
    ])
    expect(names(await hub.import(await place.put('twice.gz', gzipSync(images))))).toEqual([
      'images.gz installed',
    ])
  })

  test('with long names is read', async () => {
    const name = `${'folder/'.repeat(30)}table.dat`
    expect(names(await hub.import(await place.put('a.tar', await makeTar([{ name, data: table }]))))).toEqual(
      ['table.dat installed'],
    )
  })

  test('with damaged files in it says which, and gives the good ones', async () => {
    const archive = makeZip([
      { name: 'images.gz', data: flipped(images) },
      { name: 'labels.gz', data: labels.subarray(1) },
      { name: 'table.dat', data: table },
    ])
    const result = await hub.import(await place.put('a.zip', archive))
    expect(names(result)).toEqual(['table.dat installed'])
    expect(result.refused.map(({ from }) => from.split(' ')[0]).sort()).toEqual(['images.gz', 'labels.gz'])
  })

  test('with nothing of ours in it says so', async () => {
    const archive = makeZip([{ name: 'README', data: Buffer.from('read me') }])
    const result = await hub.import(await place.put('a.zip', archive))
    expect(result).toMatchObject({ recognised: [], refused: [{ code: 'data-missing' }], ignored: 1 })
  })

  test('is not searched any more once it is cancelled', async () => {
    const signal = AbortSignal.abort()
    const from = await place.put('a.zip', makeZip(entries))
    await expect(hub.import(from, { signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect((await hub.status('table')).files[0]?.state).toBe('missing')
  })
})
