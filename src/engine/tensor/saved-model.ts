import type { TensorFlow } from '../../tensorflow/load.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { Graph, type GraphNode } from './graph.ts'
import { native } from './kernels.ts'
import { Model } from './model.ts'
import { record } from './record.ts'
import type { NamedArray } from '../../models/safetensors.ts'
import { zeros } from './tensorflow.ts'

/** A batch to record with; no other array has so many rows. */
const recordedRows = 7919

/**
 * The network as a SavedModel's graph with the weights in it: `serving_default` takes `inputs` [n, …input] (pixels
 * from 0 to 1) and gives `outputs` [n, units], logits or predictions.
 */
export function savedModel(
  { tf, backend }: TensorFlow,
  problem: NetworkProblem,
  arrays: readonly NamedArray[],
): Uint8Array {
  const graph = new Graph()
  const { input } = problem.network
  graph.placeholder('inputs', 'float', [-1, ...input])
  for (const { name, shape, values } of arrays) graph.constant(name, values, shape)
  const rows = zeros(backend, { name: 'inputs', type: 'float', shape: [recordedRows, ...input] })
  const weights = arrays.map(({ name, shape }) => zeros(backend, { name, type: 'float', shape }))
  const inputs = new Map([
    [rows, 'inputs'],
    ...weights.map((weight, i) => [weight, (arrays[i] as NamedArray).name] as const),
  ])
  const model = new Model(tf, native(tf, backend), problem)
  const recording = record(backend, 'network', inputs, () => tf.tidy(() => model.outputs(weights, rows)))
  graph.nodes.push(...recording.nodes.map(ofAnyBatch))
  graph.add('outputs', 'Identity', [recording.nameOf(recording.result)], { T: { type: 'float' } })
  for (const tensor of [rows, ...weights, recording.result]) tensor.dispose()
  return graph.savedModel({ inputs: ['inputs'], outputs: ['outputs'] })
}

/** Shapes that begin with the recorded number of rows begin with any number. */
function ofAnyBatch(node: GraphNode): GraphNode {
  const { value } = node.attributes
  if (node.op !== 'Const' || !value || !('tensor' in value) || value.tensor.type !== 'int32') return node
  const content = value.tensor.content.slice()
  const numbers = new DataView(content.buffer)
  if (content.byteLength < 4 || numbers.getInt32(0, true) !== recordedRows) return node
  numbers.setInt32(0, -1, true)
  return { ...node, attributes: { ...node.attributes, value: { tensor: { ...value.tensor, content } } } }
}
