import { DatasetFormatError, fileBytes } from './dataset.ts'
import type { DatasetDefinition, DatasetFile, GzipFacts } from './dataset.ts'
import type { LocalizedText } from '../locales/localized.ts'

export interface ImageSet {
  /** [count, 28, 28], 0 (background) to 255. */
  images: Uint8Array
  /** [count], an index into `classes`. */
  labels: Uint8Array
  count: number
}

export interface FashionMnistData {
  train: ImageSet
  test: ImageSet
  classes: LocalizedText[]
}

const sidePixels = 28

export const fashionMnistClasses: LocalizedText[] = [
  { en: 'T-shirt/top', 'zh-CN': 'T 恤/上衣' },
  { en: 'Trouser', 'zh-CN': '裤子' },
  { en: 'Pullover', 'zh-CN': '套头衫' },
  { en: 'Dress', 'zh-CN': '连衣裙' },
  { en: 'Coat', 'zh-CN': '外套' },
  { en: 'Sandal', 'zh-CN': '凉鞋' },
  { en: 'Shirt', 'zh-CN': '衬衫' },
  { en: 'Sneaker', 'zh-CN': '运动鞋' },
  { en: 'Bag', 'zh-CN': '包' },
  { en: 'Ankle boot', 'zh-CN': '短靴' },
]

function gzipFile(name: string, sizeBytes: number, sha1: string, gzip: GzipFacts): DatasetFile {
  return {
    name,
    urls: [
      `http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/${name}`,
      `https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/${name}`,
      `https://storage.googleapis.com/tensorflow/tf-keras-datasets/${name}`,
    ],
    sizeBytes,
    sha1,
    // Debian's package dataset-fashion-mnist (with stripped gzip headers), then Keras's cache.
    systemPaths: [`/usr/share/datasets/fashion-mnist/${name}`, `~/.keras/datasets/fashion-mnist/${name}`],
    compression: 'gzip',
    gzip,
  }
}

const trainImages = gzipFile(
  'train-images-idx3-ubyte.gz',
  26_421_880,
  '95978b76b6897f6ca69a25145d01716efb615989',
  {
    header: '1f8b0808dee9a7590003747261696e2d696d616765732d696478332d756279746500',
    contentBytes: 47_040_016,
    contentCrc32: 0xb4f29f28,
  },
)
const trainLabels = gzipFile(
  'train-labels-idx1-ubyte.gz',
  29_515,
  '09814cfef5a041118ceace42f8dae995319d331a',
  {
    header: '1f8b0808dee9a7590003747261696e2d6c6162656c732d696478312d756279746500',
    contentBytes: 60_008,
    contentCrc32: 0x741a4657,
  },
)
const testImages = gzipFile(
  't10k-images-idx3-ubyte.gz',
  4_422_102,
  '5edda96c6d8c36ff915115a0e8136d370a021576',
  {
    header: '1f8b0808f3e9a75900037431306b2d696d616765732d696478332d756279746500',
    contentBytes: 7_840_016,
    contentCrc32: 0x678fe0b1,
  },
)
const testLabels = gzipFile('t10k-labels-idx1-ubyte.gz', 5_148, '9caad14e1aff9adac77d3744963212d36af15bee', {
  header: '1f8b0808f3e9a75900037431306b2d6c6162656c732d696478312d756279746500',
  contentBytes: 10_008,
  contentCrc32: 0x80142c1f,
})

/**
 * Grey pictures of articles of clothing in ten classes: 60,000 to train on, 10,000 to test on.
 *
 * Source: Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747.
 */
export const fashionMnist: DatasetDefinition<FashionMnistData> = {
  id: 'fashion-mnist',
  title: { en: 'Fashion-MNIST', 'zh-CN': 'Fashion-MNIST' },
  description: {
    en: 'Grey 28×28 pictures of clothing in ten classes: 60,000 for training and 10,000 for testing.',
    'zh-CN': '十类服装的 28×28 灰度图片：60000 张用于训练，10000 张用于测试。',
  },
  licence: {
    name: 'MIT',
    url: 'https://github.com/zalandoresearch/fashion-mnist/blob/master/LICENSE',
    attribution: 'Copyright © 2017 Zalando SE, https://tech.zalando.com',
  },
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  files: [trainImages, trainLabels, testImages, testLabels],
  parse: (files) => ({
    train: imageSet(files, trainImages.name, trainLabels.name),
    test: imageSet(files, testImages.name, testLabels.name),
    classes: fashionMnistClasses,
  }),
}

function imageSet(
  files: Readonly<Record<string, Uint8Array>>,
  imagesName: string,
  labelsName: string,
): ImageSet {
  const images = parseIdx(imagesName, fileBytes(files, imagesName), ['pictures', 'rows', 'columns'])
  const labels = parseIdx(labelsName, fileBytes(files, labelsName), ['labels'])
  const [count = 0, rows = 0, columns = 0] = images.dimensions
  if (rows !== sidePixels || columns !== sidePixels) {
    throw new DatasetFormatError(
      `${imagesName}: its pictures are ${rows}×${columns}; expected ${sidePixels}×${sidePixels}.`,
    )
  }
  const labelCount = labels.dimensions[0] ?? 0
  if (labelCount !== count) {
    throw new DatasetFormatError(
      `${imagesName} holds ${count} pictures but ${labelsName} ${labelCount} labels.`,
    )
  }
  const wrong = labels.values.findIndex((label) => label >= fashionMnistClasses.length)
  if (wrong >= 0) {
    throw new DatasetFormatError(
      `${labelsName}: label ${wrong} is ${labels.values[wrong]}; expected 0 to ${fashionMnistClasses.length - 1}.`,
    )
  }
  return { images: images.values, labels: labels.values, count }
}

/**
 * An idx file of unsigned bytes, as Yann LeCun's MNIST page defines it: two zero bytes, a byte for the type
 * (8 is unsigned byte), a byte for the number of dimensions, each dimension as four bytes (big-endian), the values.
 */
function parseIdx(
  name: string,
  bytes: Uint8Array,
  dimensionNames: readonly string[],
): { dimensions: number[]; values: Uint8Array } {
  const headerBytes = 4 + 4 * dimensionNames.length
  const expectedMagic = 0x0800 + dimensionNames.length
  if (bytes.byteLength < headerBytes) {
    throw new DatasetFormatError(
      `${name}: ${bytes.byteLength} bytes are too few for an idx header of ${headerBytes}.`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  if (magic !== expectedMagic) {
    throw new DatasetFormatError(
      `${name}: its first four bytes are ${hex(magic)}; an idx file of ${dimensionNames.length} dimension(s) of unsigned bytes starts with ${hex(expectedMagic)}.`,
    )
  }
  const dimensions = dimensionNames.map((_, index) => view.getUint32(4 + 4 * index))
  const valueCount = dimensions.reduce((product, dimension) => product * dimension, 1)
  const found = bytes.byteLength - headerBytes
  if (found !== valueCount) {
    const shape = dimensions.map((dimension, index) => `${dimension} ${dimensionNames[index]}`).join(' × ')
    throw new DatasetFormatError(
      `${name}: its header promises ${shape} = ${valueCount} bytes, but ${found} follow.`,
    )
  }
  if (valueCount === 0) throw new DatasetFormatError(`${name} holds no ${dimensionNames[0]}.`)
  // A plain view, also where the bytes come as a subclass of Uint8Array.
  return { dimensions, values: new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, valueCount) }
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`
}
