import type { ModelFormat } from '../../contract/inspection.ts'
import { shape } from '../../models/network.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { writeKeras } from './keras.ts'
import { writeSafetensors, type NamedArray } from '../../models/safetensors.ts'

/** The parameters as arrays with names and shapes. */
export function namedArrays({ network }: Pick<NetworkProblem, 'network'>, theta: Float32Array): NamedArray[] {
  return shape(network).parameters.map(({ name, shape: own, offset, size }) => ({
    name,
    shape: own,
    values: theta.slice(offset, offset + size),
  }))
}

/** A network's weights as files. @param savedModel makes TensorFlow's graph, where there is TensorFlow */
export async function exportModel(
  problem: NetworkProblem,
  theta: Float32Array,
  format: ModelFormat,
  about: Readonly<Record<string, string>>,
  savedModel: () => Uint8Array,
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }[]> {
  const arrays = namedArrays(problem, theta)
  switch (format) {
    case 'safetensors':
      return [{ name: 'model.safetensors', bytes: writeSafetensors(arrays, { format: 'tf', ...about }) }]
    case 'keras':
      return [{ name: 'model.weights.h5', bytes: await writeKeras(arrays) }]
    case 'saved-model':
      return [{ name: 'saved_model.pb', bytes: new Uint8Array(savedModel()) }]
  }
}
