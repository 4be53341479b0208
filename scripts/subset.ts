/**
 * `node scripts/subset.ts FOLDER`: makes resources/datasets/fashion-mnist-2000 from the four files of Fashion-MNIST in
 * FOLDER: of each class the first 160 pictures of the training set and the first 40 of the test set, in their order.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fashionMnist, type ImageSet } from '../src/datasets/fashion-mnist.ts'
import { firstOfEachClass, subsetSizes } from '../src/datasets/fashion-mnist-2000.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Say where the four files of Fashion-MNIST are.')
const target = fileURLToPath(new URL('../resources/datasets/fashion-mnist-2000/', import.meta.url))

const { train, test } = fashionMnist.parse(
  Object.fromEntries(
    fashionMnist.files.map(({ name }) => [name, gunzipSync(readFileSync(join(folder, name)))]),
  ),
)
mkdirSync(target, { recursive: true })
write('train', firstOfEachClass(train, subsetSizes.train))
write('t10k', firstOfEachClass(test, subsetSizes.test))

function write(name: string, { images, labels, count }: ImageSet): void {
  store(`${name}-images-idx3-ubyte.gz`, [0x0803, count, 28, 28], images)
  store(`${name}-labels-idx1-ubyte.gz`, [0x0801, count], labels)
}

function store(name: string, header: readonly number[], values: Uint8Array): void {
  const head = Buffer.alloc(4 * header.length)
  header.forEach((word, i) => head.writeUInt32BE(word, 4 * i))
  const bytes = gzipSync(Buffer.concat([head, values]), { level: 9 })
  writeFileSync(join(target, name), bytes)
  console.log(`${name}  ${bytes.length}  ${createHash('sha1').update(bytes).digest('hex')}`)
}
