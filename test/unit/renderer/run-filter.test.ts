import { describe, expect, test } from 'vitest'
import { completeFilter, parseFilter } from '../../../renderer/src/lib/run-filter.ts'
import type { Quantity } from '../../../src/charts/quantity.ts'
import type { RunSummary } from '../../../src/experiments/run.ts'
import { sampleRun } from '../../support/runs.ts'

const library = [
  sampleRun({
    id: 'a1',
    optimizer: 'adam',
    set: { lr: 0.01 },
    loss: 0.2451,
    tags: ['keep', 'long run'],
    seed: 1,
  }),
  sampleRun({ id: 'a2', optimizer: 'adamw', set: {}, loss: 0.26, seed: 2 }),
  sampleRun({ id: 's1', optimizer: 'sgd', set: { lr: 0.05 }, loss: 0.2431, tags: ['old'], seed: 1 }),
  sampleRun({ id: 'd1', optimizer: 'sgd', set: { lr: 4 }, status: 'diverged', loss: null, seed: 3 }),
  sampleRun({
    id: 'q1',
    optimizer: 'adagrad',
    set: { epsPlacement: 'inside' },
    status: 'queued',
    loss: null,
  }),
]
const latestOf = (run: RunSummary, quantity: Quantity): number | null =>
  (quantity === 'testLoss' ? null : run.final[quantity]) ?? null

function found(text: string): string[] {
  const result = parseFilter(text)
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return library.filter((run) => result.test(run, { latestOf })).map(({ id }) => id)
}

test('finds runs by their accuracies; those that have none never', () => {
  const [one] = library as [RunSummary]
  const lenet = { ...one, id: 'l1', final: { trainLoss: 0.2, trainAccuracy: 0.94, testAccuracy: 0.882 } }
  const matches = (text: string) => {
    const result = parseFilter(text)
    return result.ok && [one, lenet].filter((run) => result.test(run, { latestOf })).map(({ id }) => id)
  }
  expect(matches('testAccuracy>0.88')).toEqual(['l1'])
  expect(matches('testaccuracy<0.88')).toEqual([])
  expect(matches('trainAccuracy:0.9..1')).toEqual(['l1'])
})

describe('what a filter finds', () => {
  test.each([
    ['', ['a1', 'a2', 's1', 'd1', 'q1']],
    ['optimizer:adam', ['a1']],
    ['OPTIMIZER:Adam', ['a1']],
    ['optimizer:adam*', ['a1', 'a2']],
    ['optimizer:adam,sgd status:done', ['a1', 's1']],
    ['status!=done', ['d1', 'q1']],
    ['loss<0.25', ['a1', 's1']],
    ['loss>=0.26', ['a2']],
    ['loss:0.24..0.25', ['a1', 's1']],
    ['loss:..0.244', ['s1']],
    ['-tag:old status:done', ['a1', 'a2']],
    ['not tag:old status:done', ['a1', 'a2']],
    ['tag:"long run"', ['a1']],
    ['tag:keep,old', ['a1', 's1']],
    ['seed:2 or seed:3', ['a2', 'd1']],
    ['(seed:1 or seed:2) loss<0.25', ['a1', 's1']],
    ['-(optimizer:sgd or status:queued)', ['a1', 'a2']],
    ['lr:0.01', ['a1', 'q1']],
    // The default counts where nothing was set: AdaGrad's lr is 0.01, AdamW's 0.001.
    ['lr<=0.01', ['a1', 'a2', 'q1']],
    ['epsPlacement:inside', ['q1']],
    ['long', ['a1']],
    ['"lr 4"', ['d1']],
    ['id:a', ['a1', 'a2']],
    ['lr:1e-2', ['a1', 'q1']],
  ])('%s', (text, ids) => {
    expect(found(text)).toEqual(ids)
  })
})

describe('what is wrong with a filter', () => {
  test.each([
    ['optimiser:adam', { kind: 'field', name: 'optimiser', near: 'optimizer' }],
    ['colour:red', { kind: 'field', name: 'colour', near: null }],
    ['loss<many', { kind: 'number', name: 'loss', value: 'many' }],
    ['status<done', { kind: 'order', name: 'status', value: 'done' }],
    ['tag:', { kind: 'value', name: 'tag' }],
    ['(loss<1', { kind: 'parenthesis' }],
    ['loss<1)', { kind: 'unexpected', value: ')' }],
    ['or loss<1', { kind: 'unexpected', value: 'or' }],
    ['tag:"long', { kind: 'quote' }],
  ])('%s', (text, fault) => {
    expect(parseFilter(text)).toEqual({ ok: false, fault })
  })
})

describe('completion', () => {
  const complete = (text: string): string[] => {
    const { from, items } = completeFilter(text, text.length, library)
    return items.map(({ insert }) => text.slice(0, from) + insert)
  }
  test('fields by their beginning', () => {
    expect(complete('stat')).toEqual(['status:'])
    expect(complete('loss<1 -ta')).toEqual(['loss<1 -tag:'])
    expect(complete('beta')).toEqual(['beta1:', 'beta2:'])
  })
  test('the most useful fields where nothing is typed', () => {
    expect(complete('')[0]).toBe('status:')
  })
  test('values that the runs have, the most frequent first', () => {
    expect(complete('optimizer:a')).toEqual(['optimizer:adam', 'optimizer:adamw', 'optimizer:adagrad'])
    expect(complete('optimizer:sgd,ada')).toEqual([
      'optimizer:sgd,adam',
      'optimizer:sgd,adamw',
      'optimizer:sgd,adagrad',
    ])
  })
  test('values with spaces are quoted', () => {
    expect(complete('tag:lo')).toEqual(['tag:"long run"'])
    expect(complete('tag:"lo')).toEqual(['tag:"long run"'])
  })
  test('accuracies are fields', () => {
    expect(complete('testA')).toEqual(['testAccuracy<'])
  })
  test('nothing within a number', () => {
    expect(complete('loss<0.')).toEqual([])
  })
})
