import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { airfoil } from '../../../src/datasets/airfoil.ts'

const bundled = join(import.meta.dirname, '../../../resources/datasets/airfoil/airfoil_self_noise.dat')
const parse = (text: string) => airfoil.parse({ 'airfoil_self_noise.dat': Buffer.from(text, 'latin1') })
const row = '800\t0\t0.3048\t71.3\t0.00266337\t126.201'

describe('the airfoil measurements', () => {
  test('are 1503 rows of five features and a target', async () => {
    const { rows, features, target, columns } = airfoil.parse({
      'airfoil_self_noise.dat': await readFile(bundled),
    })
    expect(rows).toBe(1503)
    expect([...features.subarray(0, 5), target[0]]).toEqual([800, 0, 0.3048, 71.3, 0.00266337, 126.201])
    expect([...features.subarray(-5), target[1502]]).toEqual([6300, 15.6, 0.1016, 39.6, 0.0528487, 104.204])
    expect(columns.map(({ unit }) => unit)).toEqual(['Hz', '°', 'm', 'm/s', 'm', 'dB'])
  })

  test('have the means that another language finds', async () => {
    const { rows, features, target } = airfoil.parse({ 'airfoil_self_noise.dat': await readFile(bundled) })
    const mean = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0) / rows
    const column = (index: number) => features.filter((_, at) => at % 5 === index)
    const means = [0, 1, 2, 3, 4].map((index) => mean(column(index)))
    // Python 3.11: [math.fsum(column) / 1503 for column in zip(*rows)]
    const expected = [
      2886.3805721889553, 6.782302062541583, 0.1365482368596141, 50.86074517631403, 0.011139880391217565,
      124.83594278110445,
    ]
    const found = means.concat(mean(target))
    expected.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 10))
  })

  test.for([
    ['CR LF', `${row}\r\n${row}\r\n`],
    ['LF', `${row}\n${row}\n`],
    ['no end after the last line', `${row}\r\n${row}`],
  ] as const)('are read with lines ended by %s', ([, text]) => {
    const { rows, target } = parse(text)
    expect([rows, ...target]).toEqual([2, 126.201, 126.201])
  })

  test('are read in every way to write a number', () => {
    expect([...parse('1\t-2.5\t+.5\t4.\t1e-3\t6E2').features]).toEqual([1, -2.5, 0.5, 4, 0.001])
  })
})

describe('a line that is none', () => {
  test.for([
    [
      'too few fields',
      `${row}\r\n1\t2\t3`,
      'airfoil_self_noise.dat, line 2: expected 6 tab-separated numbers, found 3 in "1\\t2\\t3".',
    ],
    [
      'too many fields',
      `${row}\t1`,
      'airfoil_self_noise.dat, line 1: expected 6 tab-separated numbers, found 7 in ',
    ],
    [
      'a blank line',
      `${row}\n\n${row}`,
      'airfoil_self_noise.dat, line 2: expected 6 tab-separated numbers, found 1 in "".',
    ],
    [
      'a word',
      '1\t2\tthree\t4\t5\t6',
      'airfoil_self_noise.dat, line 1, column 3 (chord length): "three" is not a number.',
    ],
    [
      'an empty field',
      '1\t\t3\t4\t5\t6',
      'airfoil_self_noise.dat, line 1, column 2 (angle of attack): "" is not a number.',
    ],
    [
      'something beyond numbers',
      '1\t2\t3\t4\t5\t1e999',
      'line 1, column 6 (scaled sound pressure level): "1e999" is not a number.',
    ],
    ['a hexadecimal number', '0x10\t2\t3\t4\t5\t6', 'line 1, column 1 (frequency): "0x10" is not a number.'],
    ['commas', '1,5\t2\t3\t4\t5\t6', 'line 1, column 1 (frequency): "1,5" is not a number.'],
    ['nothing at all', '', 'airfoil_self_noise.dat holds no rows.'],
  ] as const)('(%s) is named with its number and what was found', ([, text, message]) => {
    expect(() => parse(text)).toThrow(message)
  })

  test('is a missing file, too', () => {
    expect(() => airfoil.parse({ 'other.dat': Buffer.from(row) })).toThrow(
      'The file airfoil_self_noise.dat was not given to the parser; the files given were: other.dat.',
    )
  })
})
