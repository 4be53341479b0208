import { readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DataHub } from '../../src/lab/hub/hub.ts'
import { refuseEntryName } from '../../src/files/entry-name.ts'
import { makeTar, makeTarGz, makeZip, withTypeFlag } from './archives.ts'
import { matching } from './matchers.ts'
import { makeWorkplace, noise, sampleDataset, sampleFile } from './samples.ts'
import type { Workplace } from './samples.ts'

const table = noise(5000)
const good = { name: 'table.dat', data: table }
const zeros = Buffer.alloc(20 * 2 ** 20)

let place: Workplace
let hub: DataHub

beforeEach(async () => {
  place = await makeWorkplace()
  hub = place.hub([sampleDataset('table', [sampleFile('table.dat', table)])])
})
afterEach(() => place.remove())

const badNames: readonly (readonly [string, string, RegExp])[] = [
  ['an absolute path', '/etc/table.dat', /absolute path/],
  ['a parent path', 'a/../../table.dat', /parent folder/],
  ['a bare parent path', '..', /parent folder/],
  ['a drive letter', 'C:table.dat', /drive letter/],
  ['a backslash', 'a\\..\\table.dat', /backslash/],
  ['a very long name', 'x/'.repeat(600), /1,024 characters/],
]

/** Each of these holds the good file, too: it must not get in. */
const archives: readonly (readonly [string, () => Buffer | Promise<Buffer>, RegExp])[] = [
  ...badNames.map(
    ([what, name, reason]) =>
      [`a zip with ${what}`, () => makeZip([good, { name, data: table }]), reason] as const,
  ),
  ...badNames.map(
    ([what, name, reason]) =>
      [`a tar with ${what}`, () => makeTar([good, { name, data: table }]), reason] as const,
  ),
  ['a zip with a zero byte in a name', () => makeZip([good, { name: 'a\0b', data: table }]), /zero byte/],
  ['a zip with a nameless entry', () => makeZip([good, { name: '', data: table }]), /no name/],
  [
    'a zip with a symbolic link',
    () => makeZip([good, { name: 'a', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]),
    /"a" is a symbolic link/,
  ],
  ['a zip with a device', () => makeZip([good, { name: 'a', mode: 0o020666 }]), /character device/],
  ['a zip with a pipe', () => makeZip([good, { name: 'a', mode: 0o010666 }]), /pipe/],
  ['an encrypted zip', () => makeZip([{ ...good, encrypted: true }]), /encrypted/],
  ['a zip with a compression nobody reads', () => makeZip([{ ...good, method: 12 }]), /method 12/],
  [
    'a tar with a symbolic link',
    () => makeTar([good, { name: 'a', type: 'symlink', linkname: '/etc/passwd' }]),
    /symbolic link to "\/etc\/passwd"/,
  ],
  [
    'a tar with a hard link',
    () => makeTar([good, { name: 'a', type: 'link', linkname: 'b' }]),
    /hard link to "b"/,
  ],
  ['a tar with a device', () => makeTar([good, { name: 'a', type: 'block-device' }]), /device/],
  ['a tar with a pipe', () => makeTar([good, { name: 'a', type: 'fifo' }]), /pipe/],
  [
    'a tar with an entry of no known type',
    async () => withTypeFlag(await makeTar([good]), 'S'),
    /unknown type/,
  ],
  [
    'a tar.gz with a link',
    () => makeTarGz([good, { name: 'a', type: 'symlink', linkname: 'b' }]),
    /symbolic link to "b"/,
  ],
  ['a zip that is cut off', () => makeZip([good]).subarray(0, -30), /not an intact zip file/],
  [
    'a zip that begins and goes on as something else',
    () => Buffer.concat([makeZip([good]).subarray(0, 60), table]),
    /intact zip/,
  ],
  ['a tar that is cut off', async () => (await makeTar([good])).subarray(0, 3000), /not an intact tar file/],
  [
    'a tar.gz that is cut off',
    async () => (await makeTarGz([good])).subarray(0, -600),
    /not an intact gzip file/,
  ],
  ['a gz that is cut off', () => gzipSync(table).subarray(0, -600), /not an intact gzip file/],
  [
    'a tar with a broken header',
    async () => {
      const tar = await makeTar([good, good])
      tar.fill(7, 512 + 5120 + 100, 512 + 5120 + 200)
      return tar
    },
    /not an intact tar file/,
  ],
  ['a zip bomb', () => makeZip([good, { name: 'a', data: zeros }]), /more than 200 times its size/],
  [
    'a zip bomb that gives the size of a wanted file',
    () => makeZip([{ name: 'table.dat', data: zeros, declaredBytes: 5000 }]),
    /not an intact zip file/,
  ],
  ['a gz bomb', () => gzipSync(zeros), /unpacks to more than 9,096 bytes/],
  ['a tar.gz bomb', () => makeTarGz([good, { name: 'a', data: zeros }]), /more than 200 times its size/],
  [
    'a tar.gz of endless noise',
    () =>
      makeTarGz([good, { name: 'a', data: Buffer.concat(Array.from({ length: 72 }, () => noise(2 ** 20))) }]),
    /unpacks to more than 67,128,864 bytes/,
  ],
  [
    'a zip with too many entries',
    () => makeZip([good, ...Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}`, method: 0 }))]),
    /more than 10,000 entries/,
  ],
  [
    'a tar with too many entries',
    () => makeTar([good, ...Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}` }))]),
    /more than 10,000 entries/,
  ],
  [
    'a tar with a header that would fill the memory',
    async () => {
      const tar = await makeTar([{ name: 'a', data: Buffer.alloc(8 * 2 ** 20) }, good])
      return withTypeFlag(tar, 'x')
    },
    /not an intact tar file \(Header exceeds max size\)/,
  ],
]

test.for(archives)('%s is refused whole, with the reason', async ([, make, reason]) => {
  const path = await place.put('archive', await make())
  expect(await hub.import(path)).toEqual({
    recognised: [],
    refused: [{ from: path, reason: matching(reason), code: 'archive-refused' }],
    ignored: 0,
  })
  expect((await hub.status('table')).files[0]?.state).toBe('missing')
  expect(await readdir(place.path('cache', 'datasets', '.staging'))).toEqual([])
  expect(await readdir(place.folder)).toEqual(['archive', 'cache'])
})

test('innocent names are not refused', () => {
  const names = ['a', './a', 'a/b.gz', 'a..b/c', '..a', 'données/表.dat', 'a b', 'folder/']
  expect(names.map(refuseEntryName)).toEqual(names.map(() => undefined))
})
