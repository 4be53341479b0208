/**
 * The one framing of all messages: a JSON header, then the typed arrays it refers to as raw columns. Plain bytes,
 * because structured serialization differs between the versions of Node and Electron that talk to each other.
 *
 *   u32 header length | header (UTF-8 JSON) | zeros up to a multiple of 8 | column | zeros | column | …
 *
 * All little-endian. In the header a column stands as {"$column": [type, byteOffset, length]}. A long one whose numbers
 * are evenly spaced, as steps are, stands as {"$range": [first, stride, length]} and sends nothing more: half of what
 * curves would otherwise weigh.
 */
const columnTypes = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array } as const
type ColumnType = keyof typeof columnTypes
type Column = InstanceType<(typeof columnTypes)[ColumnType]>

/** No message is larger: a length beyond it is a broken or hostile peer. */
export const largestMessageBytes = 512 * 1024 * 1024

/** Shorter columns are not worth looking at. */
const shortestRange = 64

const align = (bytes: number): number => (bytes + 7) & ~7

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  const columns: { offset: number; bytes: Uint8Array }[] = []
  let dataBytes = 0
  const header = new TextEncoder().encode(
    // Not the replacer's `value`: a Node Buffer has by then turned itself into an array of numbers.
    JSON.stringify(message, function (this: Record<string, unknown>, key: string, value: unknown) {
      const type = columnTypeOf(this[key])
      if (!type) return value
      const column = this[key] as Column
      const range = column instanceof Float64Array && rangeOf(column)
      if (range) return { $range: range }
      columns.push({
        offset: dataBytes,
        bytes: new Uint8Array(column.buffer, column.byteOffset, column.byteLength),
      })
      const reference = [type, dataBytes, column.length]
      dataBytes += align(column.byteLength)
      return { $column: reference }
    }),
  )
  const dataStart = align(4 + header.length)
  const bytes = new Uint8Array(dataStart + dataBytes)
  new DataView(bytes.buffer).setUint32(0, header.length, true)
  bytes.set(header, 4)
  for (const { offset, bytes: column } of columns) bytes.set(column, dataStart + offset)
  return bytes
}

/**
 * @returns the message; its columns are views of the bytes given where those lie aligned, as in a buffer of their own
 * they do, and copies elsewhere: whoever writes into a column decodes bytes that are his
 * @throws Error where the bytes are not a message
 */
export function decodeMessage(bytes: Uint8Array): unknown {
  if (bytes.length < 4) throw new Error(`a message of ${bytes.length} bytes has no header`)
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  // Before `align`, whose 32 bits such a length could overflow.
  if (headerBytes > bytes.length - 4)
    throw new Error(`a header of ${headerBytes} bytes in a message of ${bytes.length}`)
  const dataStart = align(4 + headerBytes)
  const header = new TextDecoder().decode(bytes.subarray(4, 4 + headerBytes))
  // Lists of runs hold none and may be long.
  if (!/"\$(column|range)"/.test(header)) return JSON.parse(header) as unknown
  let rangeBytes = 0
  return JSON.parse(header, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('$range' in value) {
      const [first, stride, length] = value.$range as [number, number, number]
      if (!(Number.isFinite(first) && Number.isFinite(stride) && Number.isInteger(length) && length >= 0))
        throw new Error('a range without ends')
      // A few bytes may not ask for all memory.
      if ((rangeBytes += 8 * length) > largestMessageBytes) throw new Error(`ranges of ${rangeBytes} bytes`)
      return spread(first, stride, length)
    }
    if (!('$column' in value)) return value
    const [type, offset, length] = value.$column as [ColumnType, number, number]
    if (!Object.hasOwn(columnTypes, type)) throw new Error(`a column of type ${type}`)
    if (!(Number.isInteger(offset) && offset >= 0 && Number.isInteger(length) && length >= 0))
      throw new Error('a column that is nowhere')
    const columnType = columnTypes[type]
    const from = dataStart + offset
    const to = from + length * columnType.BYTES_PER_ELEMENT
    if (to > bytes.length) throw new Error('a column outside its message')
    const at = bytes.byteOffset + from
    return at % columnType.BYTES_PER_ELEMENT === 0
      ? new columnType(bytes.buffer as ArrayBuffer, at, length)
      : new columnType(bytes.slice(from, to).buffer)
  }) as unknown
}

/** First number, stride and length of a column that {@link spread} makes again to the last bit. */
function rangeOf(column: Float64Array): [number, number, number] | undefined {
  const { length } = column
  if (length < shortestRange) return undefined
  const first = column[0] as number
  const stride = (column[1] as number) - first
  // JSON has no −0, and numbers that are not finite have no stride.
  if (Object.is(first, -0) || !Number.isFinite(first) || !Number.isFinite(stride)) return undefined
  for (let i = 1; i < length; i++) {
    const value = first + i * stride
    if (value !== column[i] || (value === 0 && Object.is(column[i], -0))) return undefined
  }
  return [first, stride, length]
}

function spread(first: number, stride: number, length: number): Float64Array<ArrayBuffer> {
  const column = new Float64Array(length)
  for (let i = 0; i < length; i++) column[i] = first + i * stride
  return column
}

function columnTypeOf(value: unknown): ColumnType | undefined {
  if (!ArrayBuffer.isView(value)) return undefined
  for (const type of Object.keys(columnTypes) as ColumnType[])
    if (value instanceof columnTypes[type]) return type
  return undefined
}

/** Cuts a byte stream, in which each message follows its length (u32), into messages. */
export class MessageSplitter {
  #chunks: Uint8Array[] = []
  #buffered = 0
  #wanted: number | undefined;

  /** @throws Error where a length is beyond {@link largestMessageBytes} */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#buffered < 4) return
        const head = this.#take(4)
        this.#wanted = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true)
        if (this.#wanted > largestMessageBytes) throw new Error(`a message of ${this.#wanted} bytes`)
      }
      if (this.#buffered < this.#wanted) return
      const message = this.#take(this.#wanted)
      this.#wanted = undefined
      yield message
    }
  }

  #take(bytes: number): Uint8Array {
    const taken = new Uint8Array(bytes)
    let filled = 0
    while (filled < bytes) {
      const [first] = this.#chunks as [Uint8Array]
      const part = first.subarray(0, bytes - filled)
      taken.set(part, filled)
      filled += part.length
      if (part.length === first.length) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(part.length)
    }
    this.#buffered -= bytes
    return taken
  }
}
