import { DescentError } from '../contract/errors.ts'

export interface NamedArray {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/**
 * The safetensors format: the length of a JSON header (64 bits, little-endian), the header, and the arrays one after
 * another, little-endian, row-major. Source: github.com/huggingface/safetensors, "Format".
 */
export function writeSafetensors(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  let end = 0
  const entries = arrays.map(({ name, shape, values }) => {
    const begin = end
    end += values.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const
  })
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) })
  // Padded with spaces, so that the arrays begin at a multiple of 8.
  const header = new TextEncoder().encode(json.padEnd(json.length + ((8 - (byteLength(json) % 8)) % 8)))
  const bytes = new Uint8Array(8 + header.byteLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.byteLength), true)
  bytes.set(header, 8)
  let at = 8 + header.byteLength
  for (const { values } of arrays) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  return bytes
}

/** @throws DescentError where the file is not of the format, or holds anything but float32 */
export function readSafetensors(bytes: Uint8Array): NamedArray[] {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const length = Number(view.getBigUint64(0, true))
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >
    return Object.entries(header).flatMap(([name, entry]) => {
      if (name === '__metadata__') return []
      const {
        dtype,
        shape,
        data_offsets: [begin, end],
      } = entry
      const size = shape.reduce((a, b) => a * b, 1)
      if (dtype !== 'F32') throw new Error(`${name} is of type ${dtype}`)
      if (end - begin !== 4 * size || 8 + length + end > bytes.byteLength)
        throw new Error(`${name} lies outside the file or is not of its shape`)
      const copy = bytes.slice(8 + length + begin, 8 + length + end)
      return [{ name, shape, values: new Float32Array(copy.buffer) }]
    })
  } catch (error) {
    throw new DescentError(
      'invalid-value',
      `This is no safetensors file of float32 arrays: ${error instanceof Error ? error.message : String(error)}.`,
      'Give a file that was exported by Descent Lab or holds the same arrays.',
    )
  }
}

const byteLength = (text: string): number => new TextEncoder().encode(text).byteLength
