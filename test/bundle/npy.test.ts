import { describe, expect, test } from 'vitest'
import { readTable, readVector, writeTable, writeVector } from '../../src/bundle/npy.ts'

const hex = (values: Float64Array | Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')

/** A NaN that arithmetic would not give, a signalling one, −0, the smallest and the largest. */
function odd(): Float64Array {
  const values = new Float64Array([0, 0, -0, Number.MIN_VALUE, -Number.MAX_VALUE, Infinity, 0.1])
  new BigUint64Array(values.buffer).set([0x7ff8dead0000beefn, 0xfff0000000000001n])
  return values
}

describe('tables', () => {
  test('keep every bit, from a view that begins anywhere in its buffer', () => {
    const step = Float64Array.from({ length: 7 }, (_, i) => i)
    const within = new Float64Array(9)
    within.set(odd(), 2)
    new BigUint64Array(within.buffer).set(new BigUint64Array(odd().buffer), 2)
    const bytes = writeTable(
      new Map([
        ['step', step],
        ['trainLoss', within.subarray(2)],
      ]),
    )
    // As a small file comes out of Node: a view of a pool.
    const pooled = Buffer.concat([Buffer.from('x'), bytes]).subarray(1)
    const read = readTable(pooled, 'curve')
    expect([...read.keys()]).toEqual(['step', 'trainLoss'])
    expect(hex(read.get('step') ?? step)).toBe(hex(step))
    expect(hex(read.get('trainLoss') ?? step)).toBe(hex(odd()))
  })

  test('are what NumPy writes of them', () => {
    // numpy.save of numpy.array([(1, 2)], dtype=[('a', '<f8'), ('b', '<f8')]), NumPy 2.4.6.
    const header = "{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (1,), }"
    const bytes = Buffer.from(
      writeTable(
        new Map([
          ['a', Float64Array.of(1)],
          ['b', Float64Array.of(2)],
        ]),
      ),
    )
    expect(bytes.toString('latin1', 0, 6)).toBe('\x93NUMPY')
    expect(bytes.readUInt16LE(8)).toBe(128 - 10)
    expect(bytes.toString('latin1', 10, 128)).toBe(`${header.padEnd(128 - 11)}\n`)
    expect([bytes.readDoubleLE(128), bytes.readDoubleLE(136), bytes.length]).toEqual([1, 2, 144])
  })

  test('without rows stay tables', () => {
    const read = readTable(writeTable(new Map([['epoch', new Float64Array()]])), 'curve')
    expect(read).toEqual(new Map([['epoch', new Float64Array()]]))
  })

  test('that are none are refused by their name', () => {
    const good = writeTable(new Map([['a', Float64Array.of(1)]]))
    for (const bytes of [
      new Uint8Array(),
      good.slice(0, -1),
      good.slice(0, 20),
      Buffer.concat([good, Buffer.from('more')]),
      Buffer.from(Buffer.from(good).toString('latin1').replace("'a'", "'__proto__'"), 'latin1'),
      writeVector(Float32Array.of(1)),
    ])
      expect(() => readTable(bytes, 'curves/x.npy')).toThrow(/^curves\/x\.npy /)
  })
})

test('vectors of float32 keep every bit', () => {
  const values = Float32Array.of(0.1, -0, 1e-45, 3e38)
  expect(hex(readVector(writeVector(values), 'weights'))).toBe(hex(values))
  expect(() => readVector(writeTable(new Map([['a', Float64Array.of(1)]])), 'w')).toThrow(/no vector/)
})
