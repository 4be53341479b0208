import { describe, expect, test } from 'vitest'
import {
  decodeMessage,
  encodeMessage,
  largestMessageBytes,
  MessageSplitter,
} from '../../../src/transport/framing.ts'

const roundTrip = (message: unknown): unknown => decodeMessage(encodeMessage(message))

/** A message with this header, whatever its length says, and these bytes as columns. */
function handmade(header: unknown, data = new Uint8Array(0), headerBytes?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const dataStart = Math.ceil((4 + text.length) / 8) * 8
  const bytes = new Uint8Array(dataStart + data.length)
  new DataView(bytes.buffer).setUint32(0, headerBytes ?? text.length, true)
  bytes.set(text, 4)
  bytes.set(data, dataStart)
  return bytes
}

describe('a message comes back as it was', () => {
  test.each([
    ['null', null],
    ['a number', -0.1],
    ['a string', '翼型 “quoted”\n\u2028'],
    ['nested values', { a: [1, { b: null }, true], c: {} }],
    ['an empty object', {}],
  ])('%s', (_, message) => expect(roundTrip(message)).toEqual(message))

  test.each([
    Float64Array.of(0.1, -0, NaN, Infinity, -Infinity, 5e-324),
    Float32Array.of(0.1, NaN, 3.4e38),
    Int32Array.of(-2147483648, 2147483647),
    Uint32Array.of(0, 4294967295),
    Uint8Array.of(0, 255, 1),
    new Float64Array(0),
    new Uint8Array(0),
  ])('%o', (column) => {
    const back = roundTrip({ column }) as { column: typeof column }
    expect(back.column.constructor).toBe(column.constructor)
    // Bit for bit: toEqual tells −0 from 0 and NaN is equal to itself.
    expect(back).toEqual({ column })
  })

  test('every bit of a NaN’s payload', () => {
    const column = new Float64Array(1)
    new BigUint64Array(column.buffer)[0] = 0x7ff8_dead_beef_0001n
    const back = roundTrip(column) as Float64Array<ArrayBuffer>
    expect(new BigUint64Array(back.buffer, back.byteOffset)[0]).toBe(0x7ff8_dead_beef_0001n)
  })

  test('columns side by side, nested, of odd lengths', () => {
    const message = {
      first: Uint8Array.of(1, 2, 3),
      deep: [{ second: Float64Array.of(1.5, 2.5) }, Int32Array.of(-1)],
      none: new Float32Array(0),
      last: Uint8Array.of(9),
      text: 'between',
    }
    expect(roundTrip(message)).toEqual(message)
  })

  test('a column that is itself the message', () => {
    expect(roundTrip(Float64Array.of(1, 2))).toEqual(Float64Array.of(1, 2))
  })

  test('a part of a larger array', () => {
    const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3)
    expect(roundTrip({ part })).toEqual({ part: Float64Array.of(2, 3) })
  })

  test('Node’s Buffer, as plain bytes', () => {
    expect(roundTrip({ data: Buffer.from('abc') })).toEqual({ data: Uint8Array.from(Buffer.from('abc')) })
  })

  test('wherever its bytes begin', () => {
    const bytes = encodeMessage({ column: Float64Array.of(1, 2, 3) })
    for (let shift = 0; shift < 9; shift++) {
      const moved = new Uint8Array(bytes.length + shift)
      moved.set(bytes, shift)
      expect(decodeMessage(moved.subarray(shift))).toEqual({ column: Float64Array.of(1, 2, 3) })
    }
  })

  test('without copying columns that lie aligned', () => {
    const bytes = encodeMessage({ column: Float64Array.of(1) })
    const back = decodeMessage(bytes) as { column: Float64Array }
    expect(back.column.buffer).toBe(bytes.buffer)
  })

  describe('evenly spaced columns, which cost no bytes', () => {
    const spaced = (length: number, at: (i: number) => number) =>
      Float64Array.from({ length }, (_, i) => at(i))
    test.each([
      ['steps', spaced(10_000, (i) => i)],
      ['from another start', spaced(10_000, (i) => 7 + 50 * i)],
      ['falling', spaced(100, (i) => 3 - i)],
      ['constant', spaced(100, () => 0.1)],
    ])('%s', (_, column) => {
      const bytes = encodeMessage({ column })
      expect(bytes.length).toBeLessThan(100)
      expect(decodeMessage(bytes)).toEqual({ column })
    })

    test.each([
      ['−0 at the start', spaced(100, (i) => (i === 0 ? -0 : i))],
      ['−0 in the middle', spaced(100, (i) => (i === 50 ? -0 : i - 50))],
      ['all −0', spaced(100, () => -0)],
      ['NaN', spaced(100, () => NaN)],
      ['an infinity', spaced(100, (i) => (i === 99 ? Infinity : i))],
      ['a sum that rounds differently', spaced(100, (i) => i * 0.1 + 1e-17 * i)],
      ['one that differs in its last bit', spaced(100, (i) => (i === 73 ? 73 + 2 ** -46 : i))],
    ])('and nearly spaced ones, bit for bit: %s', (_, column) => {
      expect(roundTrip({ column })).toEqual({ column })
    })

    test('a range that asks for all memory is refused', () => {
      const range = { $range: [0, 1, 2 ** 40] }
      expect(() => decodeMessage(handmade(JSON.stringify({ range })))).toThrow()
      const many = Array.from({ length: 100 }, () => ({ $range: [0, 1, 2 ** 24] }))
      expect(() => decodeMessage(handmade(JSON.stringify(many)))).toThrow()
      for (const bad of [[0, 1], [0, null, 3], [0, 1, -1], [0, 1, 1.5], ['a', 1, 2], 7])
        expect(() => decodeMessage(handmade(JSON.stringify({ $range: bad })))).toThrow()
    })
  })

  test('and a column given is not the column taken', () => {
    const given = Float64Array.of(1)
    const back = roundTrip({ given })
    given.fill(0)
    expect(back).toEqual({ given: Float64Array.of(1) })
  })
})

describe('bytes that are no message are refused', () => {
  const column = (...reference: unknown[]): Uint8Array =>
    handmade({ c: { $column: reference } }, new Uint8Array(16))
  test.each([
    ['nothing', new Uint8Array(0)],
    ['three bytes', new Uint8Array(3)],
    ['a header without JSON', handmade('{')],
    ['an empty header', handmade('')],
    ['a header longer than the message', handmade('{}', undefined, 5)],
    ['a header beyond 2³¹ bytes', handmade('{}', undefined, 0x8000_0000)],
    ['a header of 2³² − 1 bytes', handmade('{}  ', undefined, 0xffff_ffff)],
    ['a column of no known type', column('BigInt64Array', 0, 1)],
    ['a column of a type that objects inherit', column('constructor', 0, 1)],
    ['a column that begins before the data', column('Float64Array', -8, 1)],
    ['a column that begins nowhere', column('Float64Array', null, 1)],
    ['a column that begins at a name', column('Float64Array', 'zero', 1)],
    ['a column that ends beyond the message', column('Float64Array', 8, 2)],
    ['a column of endless length', column('Uint8Array', 0, 1e300)],
    ['a column of negative length', column('Float64Array', 8, -1)],
    ['a column of half a number', column('Float64Array', 0, 0.5)],
    ['a column reference that is a number', handmade({ $column: 1 })],
    ['a column reference that is null', handmade({ $column: null })],
    ['a column reference that is empty', handmade({ $column: [] })],
  ])('%s', (_, bytes) => expect(() => decodeMessage(bytes)).toThrow())

  test('a message cut anywhere', () => {
    const bytes = encodeMessage({ column: Float64Array.of(1, 2), text: 'abc' })
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeMessage(bytes.subarray(0, length))).toThrow()
  })

  test('a name like a prototype’s stays a plain property', () => {
    const back = decodeMessage(handmade('{"__proto__": {"polluted": true}}')) as object
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('a stream is cut into messages', () => {
  const framed = (...messages: readonly Uint8Array[]): Uint8Array => {
    const parts = messages.flatMap((message) => {
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, message.length, true)
      return [length, message]
    })
    return Uint8Array.from(Buffer.concat(parts))
  }
  const messages = [
    Uint8Array.of(1),
    new Uint8Array(0),
    Uint8Array.from({ length: 300 }, (_, i) => i),
    Uint8Array.of(7, 8),
  ]

  test.each([1, 2, 3, 4, 5, 7, 64, 1000])('arriving in chunks of %d bytes', (size) => {
    const bytes = framed(...messages)
    const splitter = new MessageSplitter()
    const found: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size)
      found.push(...splitter.push(bytes.subarray(at, at + size)))
    expect(found).toEqual(messages)
  })

  test('with empty chunks in between', () => {
    const splitter = new MessageSplitter()
    const found: Uint8Array[] = []
    for (const byte of framed(...messages)) {
      found.push(...splitter.push(new Uint8Array(0)))
      found.push(...splitter.push(Uint8Array.of(byte)))
    }
    expect(found).toEqual(messages)
  })

  test('and a length beyond the largest message is refused before its bytes arrive', () => {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, largestMessageBytes + 1, true)
    expect(() => [...new MessageSplitter().push(length)]).toThrow(/bytes/)
  })
})
