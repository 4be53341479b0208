import { describe, expect, test } from 'vitest'
import { groupFields, groupValues, parseFilter } from '../../../../renderer/src/lib/run-filter.ts'
import { groupRows, summarise, type Column, type Sort } from '../../../../renderer/src/lib/table.ts'
import type { RunSummary } from '../../../../src/experiments/run.ts'
import { sampleRun } from '../../../support/runs.ts'

interface Row {
  id: string
  kind: string | null
  loss: number | null
}
const rows: Row[] = [
  { id: 'a', kind: 'two', loss: 4 },
  { id: 'b', kind: 'ten', loss: 1 },
  { id: 'c', kind: null, loss: null },
  { id: 'd', kind: 'two', loss: 2 },
  { id: 'e', kind: 'ten', loss: null },
]
const measure = { of: ({ loss }: Row) => loss, write: String }
const columns: Column<Row>[] = [
  { id: 'kind', title: 'Kind', width: 10, text: ({ kind }) => kind ?? '', sortValue: ({ kind }) => kind },
  { id: 'loss', title: 'Loss', width: 10, text: String, sortValue: measure.of, measure },
]
const grouped = (sort: Sort | null, aggregate: 'mean' | 'best' | 'sd' = 'mean') =>
  groupRows(
    rows,
    { valuesOf: ({ kind }) => (kind === null ? [] : [kind]), write: (value) => String(value) },
    columns,
    sort,
    aggregate,
  ).map(({ label, rows: own }) => [label, own.map(({ id }) => id).join('')])

describe('groups of rows', () => {
  test('stand in the order of their values, those without one last', () => {
    expect(grouped(null)).toEqual([
      ['ten', 'be'],
      ['two', 'ad'],
      ['null', 'c'],
    ])
  })
  test('take a row of several values each, and say how many they share', () => {
    const tagged = [
      { id: 'a', tags: ['slow', 'odd'], loss: 1 },
      { id: 'b', tags: ['odd', 'odd'], loss: 3 },
      { id: 'c', tags: [], loss: 5 },
    ]
    const groups = groupRows(tagged, { valuesOf: ({ tags }) => tags, write: String }, [], null, 'mean')
    expect(
      groups.map(({ label, rows: own, shared }) => [label, own.map(({ id }) => id).join(''), shared]),
    ).toEqual([
      ['odd', 'ab', 1],
      ['slow', 'a', 1],
      ['null', 'c', 0],
    ])
  })
  test('follow what they show of the column that rows are sorted by', () => {
    const up = grouped({ column: 'loss', descending: false })
    expect(up.map(([label]) => label)).toEqual(['ten', 'two', 'null'])
    const down = grouped({ column: 'loss', descending: true })
    expect(down.map(([label]) => label)).toEqual(['two', 'ten', 'null'])
    // One value has no deviation.
    const spread = grouped({ column: 'loss', descending: false }, 'sd')
    expect(spread.map(([label]) => label)).toEqual(['two', 'ten', 'null'])
  })
  test('are summed up without what was not measured', () => {
    expect(summarise(rows, measure)).toEqual({ count: 3, mean: 7 / 3, sd: Math.sqrt(7 / 3), best: 1 })
    expect(summarise(rows, { ...measure, higherIsBetter: true }).best).toBe(4)
    expect(summarise(rows.slice(1, 2), measure)).toEqual({ count: 1, mean: 1, sd: null, best: 1 })
    expect(summarise([], measure)).toEqual({ count: 0, mean: null, sd: null, best: null })
    expect(summarise([{ id: 'x', kind: null, loss: Infinity }], measure).mean).toBeNull()
  })
})

const tuned = (id: string, stage: 'tuning' | 'final', validationLoss?: number): RunSummary => ({
  ...sampleRun({ id, tags: ['a', 'b'], set: { lr: id === 't1' ? 0.1 : 0.2 } }),
  study: { contestant: 0, stage, trial: stage === 'tuning' ? 3 : null, rung: 0 },
  final: { trainLoss: 1, ...(validationLoss !== undefined && { validationLoss }) },
  ...(id === 't1' && { note: 'odd start' }),
})
const library = [
  tuned('t1', 'tuning', 0.5),
  tuned('t2', 'tuning', 0.7),
  tuned('f1', 'final'),
  sampleRun({ id: 'p' }),
]

describe('fields of runs', () => {
  const found = (text: string): string[] => {
    const result = parseFilter(text)
    if (!result.ok) throw new Error(JSON.stringify(result.fault))
    return library.filter((run) => result.test(run, { latestOf: () => null })).map(({ id }) => id)
  }
  test('filter by stage, validation and note', () => {
    expect(found('stage:tuning')).toEqual(['t1', 't2'])
    expect(found('-stage:tuning')).toEqual(['f1', 'p'])
    expect(found('validationLoss<0.6')).toEqual(['t1'])
    expect(found('trial:3')).toEqual(['t1', 't2'])
    expect(found('note:odd')).toEqual(['t1'])
    expect(found('"odd start"')).toEqual(['t1'])
  })
  test('group by what runs are, and by hyperparameters in which they differ', () => {
    const fields = groupFields(library)
    const names = fields.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['optimizer', 'stage', 'tag', 'batch', 'lr']))
    expect(names).not.toContain('loss')
    expect(names).not.toContain('momentum')
    const valuesOf = (name: string) => groupValues(fields.find((field) => field.name === name) ?? fields[0]!) // named above
    expect(library.map(valuesOf('tag'))).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], []])
    expect(library.map(valuesOf('stage'))).toEqual([['tuning'], ['tuning'], ['final'], []])
    expect(library.map(valuesOf('lr')).slice(0, 2)).toEqual([[0.1], [0.2]])
    expect(library.map(valuesOf('batch'))).toEqual([[10], [10], [10], [10]])
  })
})
