import { mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { airfoil } from '../../src/datasets/airfoil.ts'
import { fashionMnist } from '../../src/datasets/fashion-mnist.ts'
import { DataHub } from '../../src/lab/hub/hub.ts'
import { makeTar } from './archives.ts'
import { present } from './matchers.ts'
import { makeWorkplace, sha1 } from './samples.ts'
import type { Workplace } from './samples.ts'

const root = resolve(import.meta.dirname, '..', '..')
const resourcesDir = join(root, 'resources')
const debianFolder = '/usr/share/datasets/fashion-mnist'
const names = fashionMnist.files.map(({ name }) => name)

/** The folder of real files: DESCENT_TEST_DATASETS, else beside the repository. */
const given = process.env['DESCENT_TEST_DATASETS'] ?? join(root, '..', 'shared', 'datasets')
const holdsAll = (folder: string) => names.every((name) => existsSync(join(folder, name)))
const folder = [given, debianFolder].find(holdsAll)
const none = `no real Fashion-MNIST files: set DESCENT_TEST_DATASETS (${given} and ${debianFolder} were tried)`

let place: Workplace

beforeEach(async () => {
  place = await makeWorkplace()
})
afterEach(() => place.remove())

const offlineHub = (searchPaths: string[] = []) =>
  new DataHub({ cacheDir: place.cacheDir, resourcesDir, searchPaths, systemSources: false })

test('airfoil works on a machine that has never been online', async () => {
  const { rows, features, target } = await offlineHub().load(airfoil, { offline: true })
  expect({ rows, features: features.length, target: target.length }).toEqual({
    rows: 1503,
    features: 7515,
    target: 1503,
  })
})

describe('Fashion-MNIST', () => {
  test('is read as it was published', async ({ skip }) => {
    if (folder === undefined) return skip(warn())
    const { train, test: held, classes } = await offlineHub([folder]).load(fashionMnist, { offline: true })

    expect([train.count, train.images.length, train.labels.length]).toEqual([60_000, 47_040_000, 60_000])
    expect([held.count, held.images.length, held.labels.length]).toEqual([10_000, 7_840_000, 10_000])
    // The first labels and the balance of classes, as Keras's and torchvision's documentation shows them.
    expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    expect([...held.labels.subarray(0, 10)]).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
    expect(classes.map((_, label) => train.labels.filter((one) => one === label).length)).toEqual(
      Array(10).fill(6000),
    )
    // The mean and the deviation that everyone normalises with: .2860 and .3530.
    const mean = train.images.reduce((sum, value) => sum + value, 0) / train.images.length / 255
    expect(mean).toBeCloseTo(0.286, 4)
  })

  test('as Debian packages it, with stripped gzip headers, becomes the upstream files', async ({ skip }) => {
    if (folder === undefined) return skip(warn())
    await mkdir(place.path('debian'))
    for (const name of names) await place.put(join('debian', name), strip(await readFile(join(folder, name))))
    const paths = await offlineHub([place.path('debian')]).ensure('fashion-mnist', { offline: true })
    for (const file of fashionMnist.files)
      expect(sha1(await readFile(present(paths[file.name])))).toBe(file.sha1)
  })

  test('comes out of one archive of everything', async ({ skip }) => {
    if (folder === undefined) return skip(warn())
    const entries = await Promise.all(
      names.map(async (name, index) => ({ name: `${index}.bin`, data: await readFile(join(folder, name)) })),
    )
    const archive = await place.put('all', await makeTar(entries))
    const result = await offlineHub().import(archive)
    const found = folder === debianFolder ? 'restored' : 'original'
    expect({ found, files: result.recognised.map(({ file }) => file).sort() }).toEqual({
      found,
      files: [...names].sort(),
    })
    expect((await readdir(place.path('cache', 'datasets', 'fashion-mnist'))).length).toBe(8)
    expect((await stat(place.path('cache', 'datasets', 'fashion-mnist', present(names[0])))).size).toBe(
      26_421_880,
    )
  })
})

function warn(): string {
  console.warn(none)
  return none
}

/** What Debian's strip-nondeterminism makes of a gzip file: no name, another date. */
function strip(gzip: Buffer): Buffer {
  const header = Buffer.from(gzip.subarray(0, 10))
  const body = header[3] === 8 ? gzip.subarray(gzip.indexOf(0, 10) + 1) : gzip.subarray(10)
  header[3] = 0
  header.writeUInt32LE(1_591_347_949, 4)
  return Buffer.concat([header, body])
}
