import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NamedArray } from '../../models/safetensors.ts'

/**
 * A `.weights.h5` file of Keras 3: for each layer with weights a group `layers/NAME/vars` with datasets 0 (kernel) and
 * 1 (bias), the layers named as Keras numbers them (conv2d, conv2d_1, dense, …). Our layouts are Keras's.
 */
export async function writeKeras(arrays: readonly NamedArray[]): Promise<Uint8Array<ArrayBuffer>> {
  const h5wasm = await import('h5wasm/node')
  await h5wasm.ready
  const folder = await mkdtemp(join(tmpdir(), 'descent-keras-'))
  try {
    const path = join(folder, 'model.weights.h5')
    const file = new h5wasm.File(path, 'w')
    const layers = file.create_group('layers')
    const groups = new Map<string, ReturnType<typeof layers.create_group>>()
    for (const { name, shape, values } of arrays) {
      const { layer, variable } = kerasName(name)
      const group = groups.get(layer) ?? layers.create_group(layer).create_group('vars')
      groups.set(layer, group)
      group.create_dataset({ name: variable, data: values, shape: [...shape], dtype: '<f' })
    }
    file.close()
    return new Uint8Array(await readFile(path))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `conv2.bias` is variable 1 of `conv2d_1`. */
function kerasName(name: string): { layer: string; variable: string } {
  const [, kind = '', number = '1', role] = /^([a-z]+)(\d+)\.(weight|bias)$/.exec(name) ?? []
  const layer = kind === 'conv' ? 'conv2d' : kind
  return {
    layer: number === '1' ? layer : `${layer}_${Number(number) - 1}`,
    variable: role === 'weight' ? '0' : '1',
  }
}
