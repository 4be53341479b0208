import { describe, expect, test } from 'vitest'
import { splitAssignment } from '../../../renderer/src/lib/assignment.ts'
import { cacheFolder } from '../../../renderer/src/lib/cache-folder.ts'
import { parseNumber, stepNumber, writeNumber } from '../../../renderer/src/lib/numbers.ts'
import { trainCommand } from '../../../src/comparison/present.ts'
import { repeatCommand } from '../../../renderer/src/lib/repeat-command.ts'
import { searchCommands } from '../../../renderer/src/lib/search.ts'
import { sparkPath } from '../../../renderer/src/lib/spark.ts'
import { asTsv, nextSort, rangeOf, sortRows, type Column } from '../../../renderer/src/lib/table.ts'
import { sampleRun } from '../../support/runs.ts'

describe('numbers as people type them', () => {
  test.each([
    ['0.01', 0.01],
    [' 1e-3 ', 0.001],
    ['.5', 0.5],
    ['−2', -2],
    ['10^-3', 0.001],
    ['1,5', undefined],
    ['', undefined],
    ['0x10', undefined],
    ['1e999', undefined],
  ])('%s', (text, value) => expect(parseNumber(text)).toBe(value))

  const log = { min: 0, max: Infinity, step: 1, scale: 'log' as const, coarse: false }
  test.each([
    [0.01, 1, 0.02],
    [0.02, 1, 0.05],
    [0.05, 1, 0.1],
    [0.1, -1, 0.05],
    [0.03, -1, 0.02],
    [0, 1, 1e-4],
  ] as const)('%d stepped by %d on a log scale', (from, direction, to) =>
    expect(stepNumber(from, direction, log)).toBe(to),
  )
  test('linear steps keep no dust and stay within bounds', () => {
    const linear = { min: 0, max: 1, step: 0.1, scale: 'linear' as const, coarse: false }
    expect(stepNumber(0.2, 1, linear)).toBe(0.3)
    expect(stepNumber(0.95, 1, linear)).toBe(1)
    expect(writeNumber(1e21)).toBe('1e21')
  })
})

describe('tables', () => {
  interface Row {
    id: string
    loss: number | null
  }
  const columns: Column<Row>[] = [
    { id: 'id', title: 'Id', width: 10, text: ({ id }) => id, sortValue: ({ id }) => id },
    { id: 'loss', title: 'Loss', width: 10, text: ({ loss }) => String(loss), sortValue: ({ loss }) => loss },
  ]
  const rows: Row[] = [
    { id: 'run 10', loss: 0.3 },
    { id: 'run 9', loss: null },
    { id: 'run 2', loss: 0.1 },
  ]
  const sorted = (column: string, descending: boolean): string[] =>
    sortRows(rows, columns, { column, descending }).map(({ id }) => id)
  test('rows without a value come last in both directions', () => {
    expect(sorted('loss', false)).toEqual(['run 2', 'run 10', 'run 9'])
    expect(sorted('loss', true)).toEqual(['run 10', 'run 2', 'run 9'])
  })
  test('numbers within texts are compared as numbers', () => {
    expect(sorted('id', false)).toEqual(['run 2', 'run 9', 'run 10'])
  })
  test('a header goes up, down, and back', () => {
    const up = nextSort(null, 'loss')
    expect(up).toEqual({ column: 'loss', descending: false })
    const down = nextSort(up, 'loss')
    expect(down).toEqual({ column: 'loss', descending: true })
    expect(nextSort(down, 'loss')).toBeNull()
  })
  test('a range in either direction', () => {
    expect(rangeOf(['a', 'b', 'c', 'd'], 'c', 'a')).toEqual(['a', 'b', 'c'])
    expect(rangeOf(['a', 'b'], 'gone', 'b')).toEqual(['b'])
  })
  test('tab-separated text', () => {
    expect(asTsv([{ id: 'a\tb', loss: 1 }], columns)).toBe('Id\tLoss\na b\t1')
  })
})

test('commands whose names begin with the words come first; runs only when asked for', () => {
  const commands = [
    { id: 1, label: 'Use the dark theme', group: 'actions' },
    { id: 2, label: 'Data', group: 'go' },
    { id: 3, label: 'Adam, dark', group: 'runs' },
  ]
  expect(searchCommands(commands, '').map(({ id }) => id)).toEqual([1, 2])
  expect(searchCommands(commands, 'da').map(({ id }) => id)).toEqual([2, 1, 3])
})

test('a sparkline is as wide as the share of steps taken', () => {
  const path = sparkPath(
    { step: Float64Array.of(0, 50), trainLoss: Float64Array.of(1, 0.1) },
    { width: 104, height: 24, totalSteps: 100 },
  )
  expect(path).toBe('M2.0,2.0L52.0,22.0')
  const none = { step: Float64Array.of(0), trainLoss: Float64Array.of(1) }
  expect(sparkPath(none, { width: 104, height: 24, totalSteps: 100 })).toBe('')
})

test('assignments are cut at their sign', () => {
  expect(splitAssignment('m \\leftarrow \\beta_1 m')).toEqual(['m', '\\leftarrow', '\\beta_1 m'])
  expect(splitAssignment('x')).toBeNull()
})

test('the command that repeats a run', () => {
  const { settings } = sampleRun({ id: 'a', optimizer: 'adam', set: { lr: 0.01 }, seed: 3 })
  expect(repeatCommand(settings)).toBe(
    'descent train airfoil --optimizer adam --set lr=0.01 --batch 10 --epochs 2 --seed 3',
  )
  const schedule = { id: 'multistep', set: { milestones: [1, 2] }, per: 'step' as const, offset: -1 }
  expect(repeatCommand({ ...settings, schedule })).toContain(
    '--schedule multistep --schedule-set milestones=1,2 --schedule-per step --schedule-offset -1',
  )
  expect(repeatCommand({ ...settings, initialiser: 'xavier' })).toMatch(/--seed 3 --initialiser xavier$/)
  const started = { ...settings, initialiser: 'xavier', validation: 0.2 }
  for (const command of [repeatCommand(started), trainCommand(started)])
    expect(command).toMatch(/ --initialiser xavier --validation 0\.2$/)
})

test('the folder that files share', () => {
  const dataset = (path: string) => ({ files: [{ path }] }) as never
  expect(cacheFolder([dataset('/home/a/cache/airfoil/x.dat'), dataset('/home/a/cache/fashion/y.gz')])).toBe(
    '/home/a/cache',
  )
  expect(cacheFolder([])).toBeNull()
})
