import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { datasets, findDataset } from '../../../src/datasets/index.ts'

const resources = join(import.meta.dirname, '../../../resources')
const files = datasets.flatMap((dataset) => dataset.files.map((file) => ({ id: dataset.id, ...file })))

test('the registry holds the datasets of the tutorial, pinned as they were published', () => {
  const upstream = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com'
  const published = files.filter(({ urls }) => urls.length > 0)
  expect(
    published.map(({ id, name, sizeBytes, sha1, urls }) => [id, name, sizeBytes, sha1, urls[0]]),
  ).toEqual([
    [
      'airfoil',
      'airfoil_self_noise.dat',
      59984,
      '76e5be1548fd8222e5074cf0faae75edff8cf93f',
      'http://d2l-data.s3-accelerate.amazonaws.com/airfoil_self_noise.dat',
    ],
    [
      'fashion-mnist',
      'train-images-idx3-ubyte.gz',
      26421880,
      '95978b76b6897f6ca69a25145d01716efb615989',
      `${upstream}/train-images-idx3-ubyte.gz`,
    ],
    [
      'fashion-mnist',
      'train-labels-idx1-ubyte.gz',
      29515,
      '09814cfef5a041118ceace42f8dae995319d331a',
      `${upstream}/train-labels-idx1-ubyte.gz`,
    ],
    [
      'fashion-mnist',
      't10k-images-idx3-ubyte.gz',
      4422102,
      '5edda96c6d8c36ff915115a0e8136d370a021576',
      `${upstream}/t10k-images-idx3-ubyte.gz`,
    ],
    [
      'fashion-mnist',
      't10k-labels-idx1-ubyte.gz',
      5148,
      '9caad14e1aff9adac77d3744963212d36af15bee',
      `${upstream}/t10k-labels-idx1-ubyte.gz`,
    ],
  ])
})

test('a dataset is found by its id', () => {
  expect(datasets.map(({ id }) => findDataset(id))).toEqual(datasets)
  expect(findDataset('mnist')).toBeUndefined()
})

describe.for(datasets)('$id', (dataset) => {
  test('can be named in a path and in an address', () => {
    expect(dataset.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(datasets.filter(({ id }) => id === dataset.id)).toHaveLength(1)
    const names = dataset.files.map(({ name }) => name)
    expect(names.filter((name) => !/^[A-Za-z0-9][\w.-]*$/.test(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  test('says in both languages what it is, and whose', () => {
    for (const text of [dataset.title, dataset.description]) {
      expect(text.en.length * text['zh-CN'].length).toBeGreaterThan(0)
    }
    expect(URL.canParse(dataset.licence.url) && URL.canParse(dataset.homepage)).toBe(true)
    expect(dataset.licence.attribution).not.toBe('')
  })
})

describe.for(files)('$name', (file) => {
  test('is pinned, and has addresses or comes with the program', () => {
    expect(file.sha1).toMatch(/^[0-9a-f]{40}$/)
    expect(file.sizeBytes).toBeGreaterThan(0)
    expect(new Set(file.urls.map((url) => new URL(url).href)).size).toBe(file.urls.length)
    if (file.bundled === undefined) expect(file.urls.length).toBeGreaterThanOrEqual(2)
  })
})

test.for(files.filter(({ gzip }) => gzip))('$name is compressed under the name it says', ({ name, gzip }) => {
  const header = Buffer.from(gzip?.header ?? '', 'hex')
  expect(header.subarray(0, 4).toString('hex')).toBe('1f8b0808')
  expect(header.toString('latin1', 10)).toBe(`${name.replace(/\.gz$/, '')}\0`)
})

test.for(files.filter(({ bundled }) => bundled !== undefined))(
  '$name is brought along unchanged, with its licence',
  async ({ id, bundled = '', sizeBytes, sha1 }) => {
    const path = join(resources, bundled)
    const bytes = await readFile(path)
    expect(bytes.byteLength).toBe(sizeBytes)
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(sha1)
    const licence = id === 'airfoil' ? 'Creative Commons Attribution 4.0' : 'The MIT License (MIT)'
    expect(await readFile(join(path, '..', 'LICENCE.md'), 'utf8')).toContain(licence)
  },
)
