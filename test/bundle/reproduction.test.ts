import { expect, test } from 'vitest'
import {
  countReproductions,
  isReproduced,
  repeatsOf,
  reproductionOf,
  type Measured,
} from '../../src/bundle/reproduction.ts'
import { reproductionSentences } from '../../src/comparison/reproduction-text.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import { sampleRun } from '../support/runs.ts'

const measured = (losses: readonly number[], given: Partial<RunSummary> = {}): Measured => ({
  run: { ...sampleRun({ id: 'one', steps: 30 }), ...given },
  points: {
    step: Float64Array.from(losses, (_, i) => 10 * i),
    examples: Float64Array.from(losses, (_, i) => 100 * i),
    seconds: Float64Array.from(losses, () => Math.random()),
    trainLoss: Float64Array.from(losses),
  },
  epochs: {
    epoch: Float64Array.of(0),
    seconds: Float64Array.of(Math.random()),
    trainLoss: Float64Array.of(losses.at(-1) ?? NaN),
  },
})
const tolerance = 1e-6
const again = (losses: readonly number[], given: Partial<RunSummary> = {}): Measured =>
  measured(losses, { id: 'two', ...given })

test('numbers that are the same to the last bit are equal, whatever the time', () => {
  expect(reproductionOf(measured([1, 0.5, NaN]), again([1, 0.5, NaN]), tolerance)).toEqual({
    runId: 'one',
    againId: 'two',
    outcome: 'equal',
    largest: 0,
    at: null,
  })
})

test('a last bit is close, and the largest difference is told with its place', () => {
  const bit = 0.5 + 2 ** -53
  const found = reproductionOf(measured([1, 0.5, 0.25]), again([1, bit, 0.25]), tolerance)
  expect(found).toMatchObject({ outcome: 'close', at: { quantity: 'trainLoss', unit: 'step', index: 10 } })
  expect(found.largest).toBeCloseTo(2 ** -52, 20)
  expect(reproductionOf(measured([1, 0.5]), again([1, 0.5 + 1e-5]), tolerance)).toMatchObject({
    outcome: 'different',
    largest: expect.closeTo(2e-5, 8) as number,
  })
  expect(reproductionOf(measured([1, 0.5]), again([1, bit]), 0).outcome).toBe('different')
  // −0 is another number than 0, by nothing.
  expect(reproductionOf(measured([1, 0]), again([1, -0]), tolerance).outcome).toBe('close')
  expect(reproductionOf(measured([1, 1]), again([1, NaN]), tolerance)).toMatchObject({
    outcome: 'different',
    largest: 1,
  })
})

test('another end, or another length, is different without a number', () => {
  for (const other of [
    again([1]),
    again([1, 0.5], { status: 'diverged' }),
    again([1, 0.5], { steps: 31 }),
    { ...again([1, 0.5]), epochs: { ...again([1, 0.5]).epochs, testLoss: Float64Array.of(1) } },
  ])
    expect(reproductionOf(measured([1, 0.5]), other, tolerance)).toMatchObject({
      outcome: 'different',
      largest: null,
    })
  expect(reproductionOf(measured([1]), again([1], { status: 'interrupted' }), tolerance).outcome).toBe(
    'missing',
  )
  expect(reproductionOf(measured([1]), null, tolerance)).toMatchObject({ againId: null, outcome: 'missing' })
})

test('a run repeats one of equal settings, in whatever order they were set; the newest that came to its end or still may', () => {
  const originals = [
    sampleRun({ id: 'a', set: { lr: 1, eps: 2 } }),
    sampleRun({ id: 'b', set: { lr: 1, eps: 2 } }),
  ]
  const others = [
    sampleRun({ id: 'other', set: { lr: 2 } }),
    sampleRun({ id: 'old', set: { eps: 2, lr: 1 } }),
    sampleRun({ id: 'new', set: { eps: 2, lr: 1 } }),
    sampleRun({ id: 'stopped', set: { eps: 2, lr: 1 }, status: 'cancelled' }),
    sampleRun({ id: 'going', set: { eps: 2, lr: 1 }, status: 'running' }),
  ]
  const pairs = repeatsOf(originals, others)
  expect([...pairs].map(([id, run]) => [id, run.id])).toEqual([
    ['a', 'going'],
    ['b', 'new'],
  ])
  expect(repeatsOf(originals, others.slice(0, 4)).get('a')?.id).toBe('new')
  expect(repeatsOf(originals, others.slice(3, 4)).get('a')?.id).toBe('stopped')
  expect(repeatsOf(originals, others.slice(0, 1)).size).toBe(0)
})

test('what was found is said in a sentence, the finding first', () => {
  const counts = countReproductions([
    reproductionOf(measured([1, 0.5]), again([1, 0.5]), tolerance),
    reproductionOf(measured([1, 0.5]), again([1, 0.5 + 1e-8]), tolerance),
    reproductionOf(measured([1, 0.5]), again([1, 0.6]), tolerance),
    reproductionOf(measured([1, 0.5]), null, tolerance),
  ])
  expect(counts).toMatchObject({ total: 4, equal: 1, close: 1, different: 1, missing: 1 })
  expect(isReproduced(counts)).toBe(false)
  expect(isReproduced({ ...counts, different: 0, missing: 0 })).toBe(true)
  expect(reproductionSentences({ counts, tolerance }, 'en')).toEqual([
    'Reproduced: 1 of 4 runs bit for bit.',
    '1 more differs in last digits only: by 2.0e-8 of the value at most, within 0.000001.',
    '1 run did not come to the same within 0.000001.',
    'The largest difference is 0.17 of the value.',
    '1 run was not run again to the end.',
  ])
})
