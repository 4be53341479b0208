import { describe, expect, test } from 'vitest'
import { measuresOf, profileTable } from '../../../src/comparison/measures/tables.ts'
import { summarise, type SectionSummary, type SummaryOptions } from '../../../src/comparison/summary.ts'
import { threatsTo } from '../../../src/comparison/threats.ts'
import { trainCommand } from '../../../src/comparison/present.ts'
import { sampleRun } from '../../charts/sampleRuns.ts'

const seeds = [1, 2, 3, 4, 5, 6]
const runs = ['sgd', 'adam'].flatMap((optimizer) =>
  seeds.map((seed) => sampleRun({ label: optimizer, optimizer, epochs: 4 }, seed)),
)
const section = (options: SummaryOptions, of = runs): SectionSummary =>
  summarise(of, options).sections[0] ?? expect.fail()

describe('targets', () => {
  const time = (options: SummaryOptions) =>
    measuresOf(section(options), 'en').find(({ id }) => id === 'time') ?? expect.fail()

  test('of the file are those that are listed, and it is said that they are', () => {
    const given = time({ targets: { trainLoss: [0.5, 0.000001] } })
    expect([...new Set(given.table.rows.map(([target]) => target))]).toEqual(['≤ 0.5', '≤ 10⁻⁶'])
    expect(given.caption).toContain('from the experiment’s file')
    expect(given.caption).not.toContain('derived from these results')
    // What nobody reaches is a miss of all.
    const missed = given.table.rows.filter(([target]) => target === '≤ 10⁻⁶')
    expect(missed.map((row) => row[2])).toEqual(['0/6', '0/6'])
  })

  test('without any come from the results, and it is said that they do', () => {
    const { caption } = time({})
    expect(caption).toContain('derived from these results')
    expect(caption).not.toContain('from the experiment’s file')
  })

  test('of several workloads are the problems of the profile', () => {
    const other = runs.map((run) => ({
      ...run,
      record: { ...run.record, settings: { ...run.record.settings, workload: 'lenet-fashion-mnist' } },
    }))
    const sections = (options: SummaryOptions) => summarise([...runs, ...other], options).sections
    const given = profileTable(sections({ targets: { trainLoss: [0.5, 0.4, 0.3] } }), 'en')
    expect(given?.caption).toContain('Over 6 targets from the experiment’s file')
    expect(profileTable(sections({}), 'en')?.caption).toContain('Over 2 sections')
  })
})

describe('threats', () => {
  const text = (options: SummaryOptions, of = runs) => threatsTo(section(options, of), 'en').join('\n')

  test('a time limit that took something away', () => {
    expect(text({ cutFrom: { minutes: 10, seeds: 20, epochs: 40 } })).toContain(
      'cut to a time limit of 10 min 00 s; before that it had 20 seeds, 40 epochs.',
    )
    expect(text({})).not.toContain('time limit')
    expect(text({ cutFrom: { minutes: 10 } })).not.toContain('time limit')
  })

  test('runs that ended early', () => {
    const early = runs.map((run, index) => ({
      ...run,
      record: {
        ...run.record,
        ...(index < 4 && { stopped: { epoch: index, reason: 'target' as const, value: 0.3 } }),
      },
    }))
    expect(text({}, early)).toContain('4 of 12 runs ended early, after 1–4 epochs')
    // They are done, and judged.
    expect(section({}, early).series.every(({ incomplete }) => incomplete.length === 0)).toBe(true)
    expect(text({})).not.toContain('ended early')
  })
})

test('the command that repeats a run says when it ends', () => {
  const { seed: _, ...settings } = { ...(runs[0] ?? expect.fail()).record.settings }
  const stop = { metric: 'trainLoss', target: -0.5, patience: 4, minDelta: 0.01 } as const
  expect(trainCommand({ ...settings, stop })).toContain(
    '--stop trainLoss --stop-target=-0.5 --stop-patience=4 --stop-min-delta=0.01',
  )
})
