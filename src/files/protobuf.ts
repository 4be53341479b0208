/**
 * The part of Protocol Buffers' wire format that TensorFlow's graphs and event files need: fields are written in the
 * order of the calls, nested messages as bytes. Source: protobuf.dev, "Encoding".
 */
export class Message {
  readonly #parts: Uint8Array[] = []

  /** Signed integers as two's complement of 64 bits, as `int32`, `int64`, `bool` and enumerations are written. */
  integer(field: number, value: number | bigint | boolean): this {
    return this.#add(varint(field << 3), signed(value))
  }

  float(field: number, value: number): this {
    return this.#add(varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer))
  }

  double(field: number, value: number): this {
    return this.#add(varint((field << 3) | 1), new Uint8Array(Float64Array.of(value).buffer))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint((field << 3) | 2), varint(value.byteLength), value)
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish())
  }

  /** Repeated integers in one field. */
  packed(field: number, values: readonly (number | bigint | boolean)[]): this {
    return this.bytes(field, concat(values.map(signed)))
  }

  finish(): Uint8Array {
    return concat(this.#parts)
  }

  #add(...parts: Uint8Array[]): this {
    this.#parts.push(...parts)
    return this
  }
}

/** Two's complement of 64 bits; big integers, which are slow, only for what needs them. */
function signed(value: number | bigint | boolean): Uint8Array {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)
    ? varint(value)
    : bigVarint(BigInt.asUintN(64, BigInt(value)))
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80)
  bytes.push(left)
  return Uint8Array.from(bytes)
}

function bigVarint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  bytes.push(Number(left))
  return Uint8Array.from(bytes)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
