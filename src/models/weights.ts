import { DescentError } from '../contract/errors.ts'
import { shape, type Network } from './network.ts'
import { readSafetensors } from './safetensors.ts'

/** Names listed in an error before it says how many more there are. */
const named = 4

/**
 * A network's parameters out of a safetensors file.
 * @returns all of them as one vector
 * @throws DescentError where arrays are missing, of another shape, or left over
 */
export function readWeights(network: Network, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const arrays = new Map(readSafetensors(bytes).map((array) => [array.name, array]))
  const { parameters, size } = shape(network)
  const theta = new Float32Array(size)
  const faults: string[] = []
  for (const { name, shape: own, offset } of parameters) {
    const given = arrays.get(name)
    arrays.delete(name)
    if (!given) faults.push(`${name} ${written(own)} is missing`)
    else if (given.shape.join() !== own.join())
      faults.push(`${name} is ${written(given.shape)}, not ${written(own)}`)
    else theta.set(given.values, offset)
  }
  for (const [name, { shape: own }] of arrays) faults.push(`${name} ${written(own)} is of no layer`)
  if (faults.length > 0)
    throw new DescentError(
      'invalid-value',
      `The weights are not those of this network: ${faults.slice(0, named).join('; ')}${
        faults.length > named ? `; and ${faults.length - named} more` : ''
      }.`,
      `Give a file as \`descent export\` writes it for this network, with ${parameters
        .slice(0, 2)
        .map(({ name, shape: own }) => `${name} ${written(own)}`)
        .join(', ')} … Kernels are [height, width, in, out], dense weights [in, out].`,
    )
  const odd = theta.findIndex((value) => !Number.isFinite(value))
  if (odd >= 0) {
    const holder = parameters.findLast(({ offset }) => offset <= odd)
    throw new DescentError(
      'invalid-value',
      `The weights hold ${theta[odd]} in ${holder?.name}.`,
      'Give weights that are numbers.',
    )
  }
  return theta
}

const written = (own: readonly number[]): string => `[${own.join(', ')}]`
