/** Downloads TensorFlow's wheel for the processor as the program does: `fetch-wheel.ts FOLDER`. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { downloadWheels } from '../../src/tensorflow/pip.ts'
import { buildFor } from '../../src/tensorflow/wheels.ts'

const folder = process.argv[2] ?? '.'
const scratch = join(folder, '.scratch')
mkdirSync(scratch, { recursive: true })
await downloadWheels(buildFor('cpu')?.wheels ?? [], folder, { env: process.env, scratch })
rmSync(scratch, { recursive: true })
