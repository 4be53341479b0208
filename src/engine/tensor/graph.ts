import { Message } from '../../files/protobuf.ts'

/** Types of TensorFlow's `DataType`, by their numbers there. */
export const dataTypes = {
  float: 1,
  uint8: 4,
  int32: 3,
  int64: 9,
  bool: 10,
  string: 7,
  resource: 20,
} as const
export type DataType = keyof typeof dataTypes

export type Attribute =
  | { readonly type: DataType }
  | { readonly types: readonly DataType[] }
  | { readonly shape: readonly number[] }
  | { readonly integer: number }
  | { readonly integers: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly tensor: { type: DataType; shape: readonly number[]; content: Uint8Array } }

export interface GraphNode {
  readonly name: string
  readonly op: string
  /** Names of nodes, `name:1` for a further output, `^name` for an order without a value. */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A TensorFlow graph under construction. */
export class Graph {
  readonly nodes: GraphNode[] = []

  /** @returns the node's name, which is its first output */
  add(
    name: string,
    op: string,
    inputs: readonly string[] = [],
    attributes: GraphNode['attributes'] = {},
  ): string {
    this.nodes.push({ name, op, inputs, attributes })
    return name
  }

  placeholder(name: string, type: DataType, shape: readonly number[] | null): string {
    return this.add(name, 'Placeholder', [], { dtype: { type }, ...(shape && { shape: { shape } }) })
  }

  constant(name: string, values: Int32Array | Float32Array, shape: readonly number[] = []): string {
    const type = values instanceof Int32Array ? 'int32' : 'float'
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    return this.add(name, 'Const', [], { dtype: { type }, value: { tensor: { type, shape, content } } })
  }

  /**
   * As the one file of a SavedModel folder, with the tag `serve`.
   * @param signature names of float nodes that `serving_default` takes and gives
   */
  savedModel(signature?: { inputs: readonly string[]; outputs: readonly string[] }): Uint8Array {
    const graph = new Message()
    for (const node of this.nodes) graph.message(1, encodeNode(node))
    graph.message(4, new Message().integer(1, producer))
    const meta = new Message().message(1, new Message().text(4, 'serve')).message(2, graph)
    if (signature) {
      const definition = new Message()
      for (const [field, names] of [
        [1, signature.inputs],
        [2, signature.outputs],
      ] as const)
        for (const name of names) {
          const tensor = new Message().text(1, `${name}:0`).integer(2, dataTypes.float)
          definition.message(field, new Message().text(1, name).message(2, tensor))
        }
      definition.text(3, 'tensorflow/serving/predict')
      meta.message(5, new Message().text(1, 'serving_default').message(2, definition))
    }
    return new Message().integer(1, 1).message(2, meta).finish()
  }
}

/** Version of the graph's format: that of TensorFlow 2.11, which every later one reads. */
const producer = 1395

function encodeNode({ name, op, inputs, attributes }: GraphNode): Message {
  const node = new Message().text(1, name).text(2, op)
  for (const input of inputs) node.text(3, input)
  for (const [key, value] of Object.entries(attributes))
    node.message(5, new Message().text(1, key).message(2, encodeAttribute(value)))
  return node
}

function encodeAttribute(value: Attribute): Message {
  const message = new Message()
  if ('type' in value) return message.integer(6, dataTypes[value.type])
  if ('shape' in value) return message.message(7, encodeShape(value.shape))
  if ('integer' in value) return message.integer(3, value.integer)
  if ('float' in value) return message.float(4, value.float)
  if ('flag' in value) return message.integer(5, value.flag)
  if ('text' in value) return message.text(2, value.text)
  if ('tensor' in value) {
    const { type, shape, content } = value.tensor
    const tensor = new Message().integer(1, dataTypes[type]).message(2, encodeShape(shape)).bytes(4, content)
    return message.message(8, tensor)
  }
  const list = new Message()
  if ('types' in value)
    list.packed(
      6,
      value.types.map((type) => dataTypes[type]),
    )
  else if ('integers' in value) list.packed(3, value.integers)
  else if ('floats' in value) for (const float of value.floats) list.float(4, float)
  else for (const text of value.texts) list.text(2, text)
  return message.message(1, list)
}

function encodeShape(shape: readonly number[]): Message {
  const message = new Message()
  for (const size of shape) message.message(2, new Message().integer(1, size))
  return message
}
