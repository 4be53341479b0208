import type { Tensor } from '@tensorflow/tfjs'
import type { Attribute, DataType, GraphNode } from './graph.ts'
import type {
  Binding,
  OperationAttribute,
  TensorFlowBackend,
  TensorMetadata,
} from '../../tensorflow/binding.ts'

/** What was executed, as nodes of a graph; the tensors that existed before are its inputs. */
export interface Recording<T> {
  readonly result: T
  readonly nodes: readonly GraphNode[]
  /** Which output of which node a tensor is. */
  nameOf(tensor: Tensor): string
}

/**
 * Runs a computation once, eagerly, and notes every operation: all of them pass through the binding's `executeOp`, and
 * all values that come from JavaScript through its `createTensor`. A number from JavaScript is a constant of the
 * graph; what changes from step to step must come in as a tensor.
 *
 * @param prefix of the nodes' names
 * @param inputs tensors that exist already, by the name they have in the graph
 */
export function record<T>(
  backend: TensorFlowBackend,
  prefix: string,
  inputs: ReadonlyMap<Tensor, string>,
  compute: () => T,
): Recording<T> {
  const { binding } = backend
  const nodes: GraphNode[] = []
  const names = new Map<number, string>()
  const idOf = (tensor: Tensor): number => backend.getInputTensorIds([tensor])[0] as number
  for (const [tensor, name] of inputs) names.set(idOf(tensor), name)
  const types = typesOf(binding)
  const nameOfId = (id: number, op: string): string => {
    const name = names.get(id)
    if (name === undefined) throw new Error(`${op} reads a tensor that is neither an input nor computed here`)
    return name
  }

  const createTensor: Binding['createTensor'] = (shape, dtype, values) => {
    const id = binding.createTensor(shape, dtype, values)
    const name = `${prefix}/${nodes.length}`
    const type = types.get(dtype) as DataType
    const content = bytesOf(values, type)
    nodes.push({
      name,
      op: 'Const',
      inputs: [],
      attributes: { dtype: { type }, value: { tensor: { type, shape, content } } },
    })
    names.set(id, name)
    return id
  }
  const executeOp: Binding['executeOp'] = (op, attributes, ids, count) => {
    const outputs = binding.executeOp(op, attributes, ids, count)
    const name = `${prefix}/${nodes.length}`
    nodes.push({
      name,
      op,
      inputs: ids.map((id) => nameOfId(id, op)),
      attributes: Object.fromEntries(
        attributes.map((attribute) => [attribute.name, attributeOf(attribute, binding, types)]),
      ),
    })
    outputs.forEach(({ id }: TensorMetadata, i: number) => names.set(id, i === 0 ? name : `${name}:${i}`))
    return outputs
  }

  const recorder = Object.create(binding, {
    createTensor: { value: createTensor },
    executeOp: { value: executeOp },
  }) as Binding
  backend.binding = recorder
  try {
    return { result: compute(), nodes, nameOf: (tensor) => nameOfId(idOf(tensor), 'the result') }
  } finally {
    backend.binding = binding
  }
}

function typesOf(binding: Binding): ReadonlyMap<number, DataType> {
  return new Map<number, DataType>([
    [binding.TF_FLOAT, 'float'],
    [binding.TF_INT32, 'int32'],
    [binding.TF_INT64, 'int64'],
    [binding.TF_BOOL, 'bool'],
    [binding.TF_UINT8, 'uint8'],
  ])
}

function bytesOf(values: unknown, type: DataType): Uint8Array {
  if (ArrayBuffer.isView(values)) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const numbers = values as readonly number[]
  const array = type === 'float' ? Float32Array.from(numbers) : Int32Array.from(numbers)
  return new Uint8Array(array.buffer)
}

function attributeOf(
  { name, type, value }: OperationAttribute,
  binding: Binding,
  types: ReadonlyMap<number, DataType>,
): Attribute {
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return { type: types.get(value as number) as DataType }
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? { integers: value as number[] } : { integer: value as number }
    case binding.TF_ATTR_FLOAT:
      return Array.isArray(value) ? { floats: value as number[] } : { float: value as number }
    case binding.TF_ATTR_BOOL:
      return { flag: value as boolean }
    case binding.TF_ATTR_STRING:
      return Array.isArray(value) ? { texts: value as unknown as string[] } : { text: value as string }
    case binding.TF_ATTR_SHAPE:
      return { shape: value as number[] }
    default:
      throw new Error(`attribute ${name} has an unknown type`)
  }
}
