import { describe, expect, it } from 'vitest'
import { usefulGroupings } from '../../../src/comparison/grouping.ts'
import { summarise, type SectionSummary } from '../../../src/comparison/summary.ts'
import { sampleRuns } from '../../charts/sampleRuns.ts'

const runs = sampleRuns(
  [
    { label: 'SGD a', optimizer: 'sgd', set: { lr: 0.1 } },
    { label: 'SGD slower', optimizer: 'sgd', set: { lr: 0.01 } },
    { label: 'Adam', optimizer: 'adam', set: {} },
  ],
  2,
)

describe('grouping', () => {
  it('offers what tells the runs apart', () => {
    expect(usefulGroupings(runs)).toEqual(['optimizer', 'set.lr'])
  })

  it('averages runs of one optimizer, and says that they differ in more than their seed', () => {
    const [{ series }] = summarise(runs, { by: 'optimizer' }).sections as [SectionSummary]
    expect(series.map(({ label, finals, isMixed }) => [label, finals.length, isMixed])).toEqual([
      ['SGD', 4, true],
      ['Adam', 2, false],
    ])
  })

  it('takes a setting that was left alone at its default', () => {
    const [{ series }] = summarise(runs, { by: 'set.lr' }).sections as [SectionSummary]
    expect(series.map(({ label }) => label)).toEqual(['lr 0.1', 'lr 0.01', 'lr 0.001'])
  })

  it('shows single runs by their names', () => {
    const [{ series }] = summarise(runs, { by: 'run' }).sections as [SectionSummary]
    expect(series).toHaveLength(runs.length)
    expect(series.every(({ finals }) => finals.length === 1)).toBe(true)
  })
})
