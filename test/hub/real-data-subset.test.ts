import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { firstOfEachClass, fashionMnist2000, subsetSizes } from '../../src/datasets/fashion-mnist-2000.ts'
import { fashionMnist, type FashionMnistData } from '../../src/datasets/fashion-mnist.ts'

const resources = fileURLToPath(new URL('../../resources/', import.meta.url))

const read = (path: (name: string) => string): FashionMnistData =>
  fashionMnist.parse(
    Object.fromEntries(fashionMnist.files.map(({ name }) => [name, gunzipSync(readFileSync(path(name)))])),
  )

test('the subset that comes with the program is 200 real pictures of each class', () => {
  const folder = process.env['DESCENT_TEST_DATASETS'] as string
  const whole = read((name) => join(folder, name))
  const subset = read((name) => join(resources, 'datasets/fashion-mnist-2000', name))
  expect(subset.train).toEqual(firstOfEachClass(whole.train, subsetSizes.train))
  expect(subset.test).toEqual(firstOfEachClass(whole.test, subsetSizes.test))
  expect(subset.train.count + subset.test.count).toBe(2000)
  for (let label = 0; label < 10; label++)
    expect(
      [subset.train, subset.test].map(({ labels }) => labels.filter((one) => one === label).length),
    ).toEqual([160, 40])
  expect(fashionMnist2000.title.en).toMatch(/subset/)
})
