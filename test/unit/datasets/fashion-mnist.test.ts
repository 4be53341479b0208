import { describe, expect, test } from 'vitest'
import { fashionMnist } from '../../../src/datasets/fashion-mnist.ts'

const trainImages = 'train-images-idx3-ubyte.gz'
const trainLabels = 'train-labels-idx1-ubyte.gz'

/** An idx file of unsigned bytes with these dimensions. */
function idx(dimensions: number[], values: Uint8Array, magic = 0x0800 + dimensions.length): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header.writeUInt32BE(magic)
  dimensions.forEach((dimension, index) => header.writeUInt32BE(dimension, 4 + 4 * index))
  return Buffer.concat([header, values])
}

const pixels = (count: number) => Uint8Array.from({ length: count * 784 }, (_, index) => index % 251)

function files(changes: Record<string, Uint8Array> = {}): Record<string, Uint8Array> {
  return {
    [trainImages]: idx([3, 28, 28], pixels(3)),
    [trainLabels]: idx([3], Uint8Array.of(9, 0, 4)),
    't10k-images-idx3-ubyte.gz': idx([2, 28, 28], pixels(2)),
    't10k-labels-idx1-ubyte.gz': idx([2], Uint8Array.of(1, 2)),
    ...changes,
  }
}

test('pictures and labels come out as they lie in the files', () => {
  const { train, test: held, classes } = fashionMnist.parse(files())
  expect(train).toEqual({ images: pixels(3), labels: Uint8Array.of(9, 0, 4), count: 3 })
  expect(held).toEqual({ images: pixels(2), labels: Uint8Array.of(1, 2), count: 2 })
  expect(classes.map(({ en }) => en)).toEqual([
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ])
})

test('a part of a larger buffer is read from its own start', () => {
  const whole = Buffer.concat([Buffer.from('before'), idx([3], Uint8Array.of(9, 0, 4))])
  const { train } = fashionMnist.parse(files({ [trainLabels]: whole.subarray(6) }))
  expect([...train.labels]).toEqual([9, 0, 4])
})

describe('refused, with what was found, is', () => {
  test.for([
    [
      'a file that is still compressed',
      trainImages,
      Buffer.from('1f8b0808dee9a7590003747261696e2d', 'hex'),
      `${trainImages}: its first four bytes are 0x1f8b0808; an idx file of 3 dimension(s) of unsigned bytes starts with 0x00000803.`,
    ],
    [
      'labels in the place of pictures',
      trainImages,
      idx([30], new Uint8Array(30)),
      'its first four bytes are 0x00000801',
    ],
    [
      'values of another type',
      trainImages,
      idx([3, 28, 28], pixels(3), 0x0d03),
      'its first four bytes are 0x00000d03',
    ],
    [
      'pictures of another size',
      trainImages,
      idx([3, 32, 28], new Uint8Array(3 * 32 * 28)),
      `${trainImages}: its pictures are 32×28; expected 28×28.`,
    ],
    [
      'too few bytes',
      trainImages,
      idx([3, 28, 28], pixels(2)),
      'its header promises 3 pictures × 28 rows × 28 columns = 2352 bytes, but 1568 follow.',
    ],
    [
      'too many bytes',
      trainLabels,
      idx([3], new Uint8Array(4)),
      'its header promises 3 labels = 3 bytes, but 4 follow.',
    ],
    [
      'a header alone, cut off',
      trainLabels,
      Buffer.from([0, 0, 8, 1, 0]),
      `${trainLabels}: 5 bytes are too few for an idx header of 8.`,
    ],
    ['no pictures', trainImages, idx([0, 28, 28], new Uint8Array(0)), `${trainImages} holds no pictures.`],
    [
      'another number of labels than of pictures',
      trainLabels,
      idx([2], new Uint8Array(2)),
      `${trainImages} holds 3 pictures but ${trainLabels} 2 labels.`,
    ],
    [
      'a label of no class',
      trainLabels,
      idx([3], Uint8Array.of(1, 10, 2)),
      `${trainLabels}: label 1 is 10; expected 0 to 9.`,
    ],
  ] as const)('%s', ([, name, bytes, message]) => {
    expect(() => fashionMnist.parse(files({ [name]: bytes }))).toThrow(message)
  })

  test('a file that was not given', () => {
    expect(() => fashionMnist.parse({})).toThrow(`The file ${trainImages} was not given to the parser`)
  })
})
