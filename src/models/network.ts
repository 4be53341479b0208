/**
 * A feed-forward network as data: what is computed, not by whom. Pictures are [height, width, channels], weights of
 * a convolution [kernel, kernel, channels in, filters], of a dense layer [in, out].
 */
export type Activation = 'relu'

export type Layer =
  | {
      readonly kind: 'convolution'
      readonly filters: number
      /** Side of the square kernel, in pixels; the stride is 1. */
      readonly kernel: number
      /** `same` pads with zeros so that the picture keeps its size. */
      readonly padding: 'same' | 'valid'
      readonly activation?: Activation
    }
  /** The stride is the window's side. */
  | { readonly kind: 'max-pool'; readonly size: number }
  | { readonly kind: 'dense'; readonly units: number; readonly activation?: Activation }

export interface Network {
  /** Shape of one example: [features] or [height, width, channels]. */
  readonly input: readonly number[]
  /** A dense layer after pictures sees them as one row. */
  readonly layers: readonly Layer[]
}

/** One weight or bias array within the vector of all parameters. */
export interface Parameter {
  /** `conv1.weight`, `dense2.bias`: the layer's kind, its number among those of the kind, what it is. */
  readonly name: string
  readonly role: 'weight' | 'bias'
  readonly shape: readonly number[]
  /** Where it begins in the vector of all parameters. */
  readonly offset: number
  readonly size: number
  /** Inputs and outputs of one unit of its layer; a bias has those of its weights. */
  readonly fanIn: number
  readonly fanOut: number
}

export interface Shaped {
  /** Multiplications of one example's way forward, biases and activations left out. */
  readonly multiplications: number
  readonly parameters: readonly Parameter[]
  /** Length of the vector of all parameters. */
  readonly size: number
  /** Shape of what each layer gives for one example. */
  readonly outputs: readonly (readonly number[])[]
}

/** The network's parameters in the order of its layers, weights before biases, and the shapes on the way. */
export function shape(network: Network): Shaped {
  const parameters: Parameter[] = []
  const outputs: (readonly number[])[] = []
  const counts = { conv: 0, dense: 0 }
  let size = 0
  let multiplications = 0
  let input = network.input

  const add = (layer: string, weight: readonly number[], fanIn: number, fanOut: number): void => {
    const arrays = [
      ['weight', weight],
      ['bias', weight.slice(-1)],
    ] as const
    for (const [role, arrayShape] of arrays) {
      const length = product(arrayShape)
      parameters.push({
        name: `${layer}.${role}`,
        role,
        shape: arrayShape,
        offset: size,
        size: length,
        fanIn,
        fanOut,
      })
      size += length
    }
  }

  for (const layer of network.layers) {
    if (layer.kind === 'dense') {
      const fanIn = product(input)
      add(`dense${++counts.dense}`, [fanIn, layer.units], fanIn, layer.units)
      multiplications += fanIn * layer.units
      input = [layer.units]
    } else {
      const [height = 0, width = 0, channels = 0] = input
      if (layer.kind === 'max-pool')
        input = [Math.floor(height / layer.size), Math.floor(width / layer.size), channels]
      else {
        const { kernel, filters } = layer
        const area = kernel * kernel
        add(`conv${++counts.conv}`, [kernel, kernel, channels, filters], area * channels, area * filters)
        const lost = layer.padding === 'same' ? 0 : kernel - 1
        input = [height - lost, width - lost, filters]
        multiplications += product(input) * area * channels
      }
    }
    outputs.push(input)
  }
  return { parameters, size, outputs, multiplications }
}

/** A layer's weights and biases, which lie together in the vector of all parameters. */
export interface LayerPart {
  /** `conv1`, `dense2` */
  readonly name: string
  readonly offset: number
  readonly size: number
}

/** The layers that have parameters, in order. */
export function layersOf(network: Network): LayerPart[] {
  const parts = new Map<string, LayerPart>()
  for (const { name: parameter, offset, size } of shape(network).parameters) {
    const [name = parameter] = parameter.split('.')
    const known = parts.get(name)
    parts.set(name, known ? { ...known, size: known.size + size } : { name, offset, size })
  }
  return [...parts.values()]
}

const product = (numbers: readonly number[]): number => numbers.reduce((a, b) => a * b, 1)
