import { DescentError } from '../contract/errors.ts'

/**
 * NumPy's .npy, version 1.0: `\x93NUMPY`, the version, the length of a header (16 bits), the header (a Python literal that
 * names type and shape, padded with spaces to a multiple of 64), then the values, little-endian, row after row. Every bit
 * is kept, NaN included. Source: NEP 1, numpy.org/neps/nep-0001-npy-format.html.
 */
const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0)

/** Columns of equal length by name. `pandas.DataFrame(numpy.load(file))` has the same. */
export type NumberTable = ReadonlyMap<string, Float64Array<ArrayBuffer>>

/** A table of float64, as a structured array. @throws Error where there are too many columns for a header */
export function writeTable(columns: ReadonlyMap<string, Float64Array>): Uint8Array<ArrayBuffer> {
  const rows = columns.values().next().value?.length ?? 0
  const fields = [...columns.keys()].map((name) => `('${name}', '<f8')`)
  const { bytes, at } = withHeader(`[${fields.join(', ')}]`, rows, 8 * columns.size * rows)
  // Words, not numbers: a NaN would lose its bits on the way through a number.
  const out = new Uint32Array(bytes.buffer, at)
  let column = 0
  for (const { buffer, byteOffset, length } of columns.values()) {
    const words = new Uint32Array(buffer, byteOffset, 2 * length)
    for (let row = 0; row < length; row++) {
      const to = 2 * (row * columns.size + column)
      out[to] = words[2 * row] as number
      out[to + 1] = words[2 * row + 1] as number
    }
    column++
  }
  return bytes
}

/** @throws DescentError `archive-refused` where the bytes are no such table */
export function readTable(bytes: Uint8Array, file: string): NumberTable {
  const { type, rows, data } = readHeader(bytes, file)
  const names = Array.from(type.matchAll(/\('([A-Za-z][\w.]*)', '<f8'\)/g), ([, name]) => name as string)
  const isWhole = type === `[${names.map((name) => `('${name}', '<f8')`).join(', ')}]`
  if (!isWhole || names.length === 0 || new Set(names).size < names.length)
    throw refused(file, `holds ${type}, not float64 columns`)
  if (data.byteLength !== 8 * names.length * rows)
    throw refused(
      file,
      `has ${data.byteLength} bytes of values; ${rows} rows need ${8 * names.length * rows}`,
    )
  const words = new Uint32Array(Uint8Array.from(data).buffer)
  return new Map(
    names.map((name, column) => {
      const values = new Float64Array(rows)
      const own = new Uint32Array(values.buffer)
      for (let row = 0; row < rows; row++) {
        const from = 2 * (row * names.length + column)
        own[2 * row] = words[from] as number
        own[2 * row + 1] = words[from + 1] as number
      }
      return [name, values]
    }),
  )
}

/** A vector of float32. */
export function writeVector(values: Float32Array): Uint8Array<ArrayBuffer> {
  const { bytes, at } = withHeader(`'<f4'`, values.length, values.byteLength)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
  return bytes
}

/** @throws DescentError `archive-refused` where the bytes are no such vector */
export function readVector(bytes: Uint8Array, file: string): Float32Array<ArrayBuffer> {
  const { type, rows, data } = readHeader(bytes, file)
  if (type !== `'<f4'` || data.byteLength !== 4 * rows) throw refused(file, 'is no vector of float32')
  return new Float32Array(Uint8Array.from(data).buffer)
}

function withHeader(
  type: string,
  rows: number,
  dataBytes: number,
): { bytes: Uint8Array<ArrayBuffer>; at: number } {
  const text = `{'descr': ${type}, 'fortran_order': False, 'shape': (${rows},), }`
  const at = Math.ceil((magic.length + 2 + text.length + 1) / 64) * 64
  const length = at - magic.length - 2
  if (length > 0xffff) throw new Error(`a header of ${length} bytes does not fit a .npy file of version 1.0`)
  const bytes = new Uint8Array(at + dataBytes)
  bytes.set(magic)
  new DataView(bytes.buffer).setUint16(magic.length, length, true)
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), magic.length + 2)
  return { bytes, at }
}

function readHeader(bytes: Uint8Array, file: string): { type: string; rows: number; data: Uint8Array } {
  const start = magic.length + 2
  if (bytes.length < start || magic.some((byte, i) => bytes[i] !== byte))
    throw refused(file, 'is no .npy file of version 1.0')
  const at = start + new DataView(bytes.buffer, bytes.byteOffset).getUint16(magic.length, true)
  const header = new TextDecoder().decode(bytes.subarray(start, at))
  const found = /^\{'descr': (.+), 'fortran_order': False, 'shape': \((\d{1,15}),\), \} *\n$/.exec(header)
  if (!found || at > bytes.length) throw refused(file, 'has a header that is not understood')
  return { type: found[1] as string, rows: Number(found[2]), data: bytes.subarray(at) }
}

const refused = (file: string, what: string): DescentError =>
  new DescentError(
    'archive-refused',
    `${file} ${what}.`,
    'Get the bundle again from where it was published, or ask whoever made it.',
  )
