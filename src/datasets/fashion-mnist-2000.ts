import type { DatasetDefinition, DatasetFile } from './dataset.ts'
import { fashionMnist, type FashionMnistData, type ImageSet } from './fashion-mnist.ts'

/** Pictures of each class. */
export const subsetSizes = { train: 160, test: 40 } as const

/** The first pictures of each class, in the set's order. */
export function firstOfEachClass({ images, labels, count }: ImageSet, each: number): ImageSet {
  const taken = new Map<number, number>()
  const rows: number[] = []
  for (let row = 0; row < count; row++) {
    const label = labels[row] as number
    const before = taken.get(label) ?? 0
    if (before === each) continue
    taken.set(label, before + 1)
    rows.push(row)
  }
  const size = images.length / count
  const chosen = new Uint8Array(rows.length * size)
  rows.forEach((row, i) => chosen.set(images.subarray(row * size, (row + 1) * size), i * size))
  return {
    images: chosen,
    labels: Uint8Array.from(rows, (row) => labels[row] as number),
    count: rows.length,
  }
}

const file = (name: string, sizeBytes: number, sha1: string): DatasetFile => ({
  name,
  urls: [],
  sizeBytes,
  sha1,
  bundled: `datasets/fashion-mnist-2000/${name}`,
  compression: 'gzip',
})

/**
 * 2,000 real pictures of Fashion-MNIST, which come with the program: a network trains before anything was downloaded.
 * Results on them are not those on the whole set. Made by scripts/subset.ts.
 */
export const fashionMnist2000: DatasetDefinition<FashionMnistData> = {
  id: 'fashion-mnist-2000',
  title: { en: 'Fashion-MNIST, subset of 2,000', 'zh-CN': 'Fashion-MNIST 子集（2000 张）' },
  description: {
    en: 'A subset: 1,600 training and 400 test pictures of Fashion-MNIST, the first of each class. Comes with the program, for trying things out offline.',
    'zh-CN':
      '子集：Fashion-MNIST 的 1600 张训练图片和 400 张测试图片，取每类最前面的若干张。随程序提供，便于离线试用。',
  },
  licence: fashionMnist.licence,
  homepage: fashionMnist.homepage,
  files: [
    file('train-images-idx3-ubyte.gz', 695_402, '3ff7574a3ca38f6c8bcadf46679187661316b537'),
    file('train-labels-idx1-ubyte.gz', 753, 'fd56861e0c68346b6bbb3782c400e880fd32b317'),
    file('t10k-images-idx3-ubyte.gz', 174_186, '0328402a416b0fd4817c3d1ba9b88b1ea40ab7f7'),
    file('t10k-labels-idx1-ubyte.gz', 215, 'a021f4a9ef8aeccbba5627727400be3bed334d81'),
  ],
  parse: (files) => fashionMnist.parse(files),
}
