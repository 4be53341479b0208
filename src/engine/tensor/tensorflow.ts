import type { Tensor } from '@tensorflow/tfjs'
import type { Binding, OperationAttribute, TensorFlowBackend } from '../../tensorflow/binding.ts'

/** Values in the layout of their type; zeros where there are none yet. */
export type Values = Float32Array | Int32Array | Uint8Array

const arrays = { float: Float32Array, int32: Int32Array, uint8: Uint8Array } as const

/** Types of arrays that are held and fed. */
export type HeldType = keyof typeof arrays

/** An array with a name in the graph. */
export interface Held {
  readonly name: string
  readonly type: HeldType
  readonly shape: readonly number[]
}

/** @returns the tensor's id in the binding; `deleteTensor` frees it */
export function createTensor(
  binding: Binding,
  type: HeldType,
  shape: readonly number[],
  values: Values = new arrays[type](shape.reduce((a, b) => a * b, 1)),
): number {
  return binding.createTensor(shape, typesOf(binding)[type], values)
}

/** A tensor of zeros. tfjs has no bytes and takes them for int32: only operations called by name may read those. */
export function zeros(backend: TensorFlowBackend, { type, shape }: Held): Tensor {
  const { binding } = backend
  const id = createTensor(binding, type, shape)
  return backend.createOutputTensor({ id, shape: [...shape], dtype: typesOf(binding)[type] })
}

/** Executes one operation by its name; unlike tfjs's own functions it also takes tensors of bytes. */
export function execute(
  backend: TensorFlowBackend,
  op: string,
  attributes: Readonly<Record<string, { type: HeldType } | { integer: number }>>,
  inputs: readonly Tensor[],
  outputs = 1,
): Tensor[] {
  const { binding } = backend
  const types = typesOf(binding)
  const given = Object.entries(attributes).map(([name, value]): OperationAttribute =>
    'type' in value
      ? { name, type: binding.TF_ATTR_TYPE, value: types[value.type] }
      : { name, type: binding.TF_ATTR_INT, value: value.integer },
  )
  return binding
    .executeOp(op, given, backend.getInputTensorIds(inputs), outputs)
    .map((metadata) => backend.createOutputTensor(metadata))
}

const typesOf = (binding: Binding): Record<HeldType, number> => ({
  float: binding.TF_FLOAT,
  int32: binding.TF_INT32,
  uint8: binding.TF_UINT8,
})
