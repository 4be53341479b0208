import { describe, expect, it } from 'vitest'
import { findings } from '../../src/comparison/findings.ts'
import { summarise, type SectionSummary } from '../../src/comparison/summary.ts'
import { meanInterval } from '../../src/math/statistics.ts'
import { sampleRun, sampleRuns, type SampleSeries } from '../charts/sampleRuns.ts'

function only(series: readonly SampleSeries[], seeds: number): SectionSummary {
  const { sections } = summarise(sampleRuns(series, seeds))
  expect(sections).toHaveLength(1)
  return sections[0] as SectionSummary
}

/** Runs of one series that end at the given losses. */
function ending(label: string, losses: readonly number[]) {
  return losses.map((loss, seed) => {
    const run = sampleRun({ label, optimizer: 'sgd', set: { label } }, seed)
    run.record.final = { trainLoss: loss }
    return run
  })
}

/** Runs of one series of a classifier whose test accuracies after each epoch are given, seed by seed. */
function tested(label: string, seeds: readonly (readonly number[])[]) {
  return seeds.map((accuracies, seed) => {
    const run = sampleRun(
      { label, optimizer: 'sgd', set: { label }, workload: 'lenet-fashion-mnist', batch: 256 },
      seed,
    )
    run.record.epochs = accuracies.map((testAccuracy, epoch) => ({
      epoch,
      seconds: epoch + 1,
      trainLoss: 0.3,
      trainAccuracy: 0.9,
      testLoss: 0.4 + seed / 10,
      testAccuracy,
    }))
    const testAccuracy = accuracies.at(-1)
    run.record.final = {
      trainLoss: 0.3,
      trainAccuracy: 0.9,
      ...(testAccuracy !== undefined && { testAccuracy }),
    }
    return run
  })
}

const plain = (sentences: readonly string[]) => sentences.join(' ').replaceAll('\u00a0', ' ')

describe('a summary', () => {
  it('keeps diverged runs out of every mean and counts them with their steps', () => {
    const series = [{ label: 'momentum', optimizer: 'momentum', diverging: [1, 4] }]
    const [one] = only(series, 5).series
    const runs = sampleRuns(series, 5)
    const finished = runs
      .filter(({ record }) => record.status === 'done')
      .map(({ record }) => record.final.trainLoss as number)
    expect(one?.finals).toEqual(finished)
    expect(one?.final).toEqual(meanInterval(finished))
    expect(one?.diverged).toEqual([1, 4].map((seed) => ({ seed, step: runs[seed]?.record.divergence?.step })))
    // The lowest value before divergence is no achievement.
    expect([0, 2, 3]).toContain(one?.best?.seed)
  })

  it('never trusts a final that is not a number', () => {
    const runs = ending('a', [0.25, Number.NaN, 0.26])
    const { sections, incompleteCount } = summarise(runs)
    expect(sections[0]?.series[0]?.finals).toEqual([0.25, 0.26])
    expect(incompleteCount).toBe(1)
  })

  it('has no statistic for a series without a finished run', () => {
    const section = only([{ label: 'gone', optimizer: 'sgd', diverging: [0, 1] }], 2)
    expect(section.series[0]).toMatchObject({
      final: null,
      sd: null,
      middles: null,
      best: null,
      secondsPerEpoch: null,
      delta: null,
    })
    expect(section.lowest).toBeNull()
  })

  it('counts runs of equal settings and seed once, the newest that ended', () => {
    const twice = [...ending('a', [0.25, 0.26]), ...ending('a', [0.251, 0.261]), ...ending('b', [0.24])]
    const [older, , newer, unfinished] = twice
    if (!older || !newer || !unfinished) return expect.fail()
    older.record = { ...older.record, id: 'older' }
    // One trained again elsewhere, under another name; the other again, and stopped.
    newer.record = { ...newer.record, id: 'newer', series: 'renamed', finishedAt: '2026-11-23T10:00:00.000Z' }
    unfinished.record = {
      ...unfinished.record,
      status: 'interrupted',
      finishedAt: '2026-11-24T10:00:00.000Z',
    }
    const { sections, repeatCount } = summarise(twice)
    expect(sections[0]?.series.map(({ label, finals }) => ({ label, finals }))).toEqual([
      { label: 'a', finals: [0.26, 0.251] },
      { label: 'b', finals: [0.24] },
    ])
    expect(repeatCount).toBe(2)
    expect(summarise(twice, { by: 'run' }).repeatCount).toBe(0)
    // What was pinned may be the repetition that is left out.
    const pinned = summarise([...ending('c', [0.3]), ...twice], { baseline: older.record.id })
    expect(pinned.sections[0]?.baseline.finals).toEqual([0.26, 0.251])
  })

  it('compares with the first series', () => {
    const { sections } = summarise([...ending('base', [0.25, 0.27]), ...ending('other', [0.24, 0.25])])
    expect(sections[0]?.series[1]?.delta).toBeCloseTo(-0.015, 14)
    expect(sections[0]?.series[0]).toMatchObject({ isBaseline: true, delta: null })
  })

  it('separates series of one label by what differs', () => {
    const { series } = only(
      [
        { label: 'sgd', optimizer: 'sgd', batch: 10 },
        { label: 'sgd', optimizer: 'sgd', batch: 1500 },
        { label: 'adam', optimizer: 'adam', batch: 10 },
      ],
      2,
    )
    expect(series.map(({ label }) => label)).toEqual(['sgd (batch 10)', 'sgd (batch 1500)', 'adam'])
  })

  it('splits by workload, and by batch size only where every rule has company at it', () => {
    const rules = (batches: number[]) =>
      batches.flatMap((batch) => ['sgd', 'adam'].map((id) => ({ label: id, optimizer: id, batch })))
    expect(summarise(sampleRuns(rules([10, 100]), 2)).sections.map(({ batch }) => batch)).toEqual([10, 100])
    const own = [1, 10, 100, 1500].map((batch) => ({ label: `sgd ${batch}`, optimizer: 'sgd', batch }))
    expect(summarise(sampleRuns(own, 2)).sections.map(({ batch }) => batch)).toEqual([null])
    const two = summarise(
      sampleRuns(
        [
          { label: 'a', optimizer: 'sgd' },
          { label: 'a', optimizer: 'sgd', workload: 'other' },
        ],
        2,
      ),
    )
    expect(two.sections.map(({ workload }) => workload)).toEqual(['airfoil', 'other'])
  })
})

describe('a summary of classifiers', () => {
  const constant = tested('constant', [
    [0.8, 0.9, 0.88],
    [0.7, 0.85, 0.86],
  ])
  const cosine = tested('cosine', [
    [0.75, 0.8, 0.9],
    [0.75, 0.8, 0.92],
  ])
  const { series } = summarise([...constant, ...cosine]).sections[0] as SectionSummary

  it('has means, intervals and differences of what the seeds ended at', () => {
    const accuracy = series[0]?.endings.testAccuracy ?? expect.fail()
    expect(accuracy.values).toEqual([0.88, 0.86])
    expect(accuracy.mean).toBeCloseTo(0.87, 14)
    // Student's factor for n = 2 from a printed table; the deviation of two values is their distance over √2.
    expect((accuracy.high as number) - accuracy.mean).toBeCloseTo((12.7062047 * 0.02) / 2, 7)
    expect(accuracy.delta).toBeNull()
    expect(series[1]?.endings.testAccuracy?.delta).toBeCloseTo(0.04, 14)
    expect(series[1]?.endings.trainAccuracy?.delta).toBe(0)
    expect(series[0]?.endings.testLoss?.mean).toBeCloseTo(0.45, 14)
  })

  it('knows the best epoch of any seed that did not diverge', () => {
    expect(series[0]?.bestTestAccuracy).toEqual({ value: 0.9, epoch: 1, seed: 0 })
    const lost = tested('lost', [[0.99], [0.5]])
    Object.assign((lost[0] as (typeof lost)[0]).record, { status: 'diverged' })
    expect(summarise(lost).sections[0]?.series[0]?.bestTestAccuracy).toEqual({
      value: 0.5,
      epoch: 0,
      seed: 1,
    })
  })

  it('follows the baseline that is pinned', () => {
    const pinned = summarise([...constant, ...cosine], { baseline: cosine[0]?.record.id })
    expect(pinned.sections[0]?.series[0]?.endings.testAccuracy?.delta).toBeCloseTo(-0.04, 14)
  })

  it('has no accuracy where there are no classes', () => {
    const [plainSeries] = only([{ label: 'a', optimizer: 'sgd' }], 2).series
    expect(plainSeries?.endings).toEqual({
      testAccuracy: null,
      trainAccuracy: null,
      testLoss: null,
      validationLoss: null,
      validationAccuracy: null,
    })
    expect(plainSeries?.bestTestAccuracy).toBeNull()
  })
})

describe('findings', () => {
  const ofTests = (...runs: ReturnType<typeof tested>[]) =>
    plain(findings(summarise(runs.flat()).sections[0] as SectionSummary, 'en'))

  it('say who has the highest test accuracy, and who cannot be told from it', () => {
    const said = ofTests(
      tested('a', [[0.88], [0.882], [0.884]]),
      tested('b', [[0.881], [0.883], [0.885]]),
      tested('c', [[0.5], [0.5], [0.501]]),
    )
    // t(0.975, 2) = 4.3026527; SD .002: half width .0049683.
    expect(said).toContain(
      'The highest mean test accuracy is that of b: 0.883 (95 % confidence interval 0.878 to 0.888, n = 3).',
    )
  })

  it('say of one run what it came to, and nothing of accuracy where there is none', () => {
    expect(ofTests(tested('a', [[0.88]]))).toContain('Its test accuracy is 0.880.')
    expect(ofTests(tested('a', [[0.88]]), tested('b', [[0.89]]))).toContain(
      'The highest test accuracy at the end is that of b, 0.890; it has one finished seed and no interval.',
    )
    expect(plain(findings(only([{ label: 'a', optimizer: 'sgd' }], 2), 'en'))).not.toContain('accuracy')
  })

  const say = (...runs: ReturnType<typeof ending>[]) =>
    plain(findings(summarise(runs.flat()).sections[0] as SectionSummary, 'en'))

  it('name the lowest mean with its interval, and who cannot be told from it', () => {
    const said = say(
      ending('a', [0.25, 0.252, 0.254]),
      ending('b', [0.249, 0.251, 0.253]),
      ending('zebra', [0.4, 0.4, 0.401]),
    )
    // t(0.975, 2) = 4.3026527; SD .002: half width .0049683.
    expect(said).toContain(
      'b has the lowest mean final training loss: 0.2510 (95 % confidence interval 0.2460 to 0.2560, n = 3).',
    )
    expect(said).toContain(
      'With 3 paired seeds nothing is claimed of which is better: that takes at least 6, 3 more.',
    )
    expect(said).not.toContain('zebra')
  })

  it('say who is beaten and by how much, who is as good, and who cannot be told from it', () => {
    const base = [0.25, 0.252, 0.254, 0.251, 0.253, 0.255]
    const plus = (shifts: readonly number[]) => base.map((loss, i) => loss + (shifts[i] as number))
    const said = say(
      ending('best', base),
      ending('twin', plus([1e-5, -1e-5, 2e-5, -1e-5, 1e-5, 2e-5])),
      ending('far', plus([0.1, 0.11, 0.1, 0.09, 0.1, 0.1])),
      ending('wild', plus([0.02, -0.01, 0.03, -0.012, 0.04, -0.005])),
    )
    expect(said).toMatch(/^best has the lowest mean final training loss/)
    expect(said).toContain(
      'Seed by seed it is better than far. The difference is −0.1000 (95 % interval −0.10',
    )
    expect(said).toContain('ends better than one of far with probability 1.00 (1.00 to 1.00)')
    expect(said).toContain('It is equivalent to twin: the difference is below 1 % of the mean.')
    expect(said).toMatch(/It cannot be told from wild; about \d+ more seeds would tell\./)
  })

  it('count a diverged seed as worst: a lowest mean over the few others does not win', () => {
    const diverging = [0, 1, 2, 3, 4]
    const flaky = sampleRuns([{ label: 'flaky', optimizer: 'adam', floor: 0.1, diverging }], 8)
    const said = say(ending('steady', [0.25, 0.251, 0.252, 0.25, 0.251, 0.252, 0.25, 0.251]), flaky)
    expect(said).toMatch(/^steady has the lowest mean/)
    expect(said).toContain('It cannot be told from flaky')
    expect(said).toContain('flaky diverged with 5 of 8 seeds')
  })

  it('do not rank what has one seed among those that have several', () => {
    const lone = sampleRuns([{ label: 'lone', optimizer: 'adam', floor: 0.1, diverging: [1, 2] }], 3)
    const said = say(ending('a', [0.25, 0.2501, 0.2502]), lone)
    expect(said).toMatch(/^a has the lowest mean/)
    expect(said).toContain('lone diverged with 2 of 3 seeds')
    expect(said).toContain('is not ranked')
  })

  it('count instead of listing when many cannot be told apart', () => {
    const said = say(
      ...Array.from({ length: 8 }, (_, k) =>
        ending(
          `r${k}`,
          [0.25, 0.26, 0.27, 0.28, 0.29, 0.3].map(
            (loss, seed) => loss + k * 1e-4 + ((seed * 7 + k * 3) % 5) * 0.01,
          ),
        ),
      ),
    )
    expect(said).toMatch(
      /cannot be told from 6 others \(r1, r2 and 4 more\); about \d+(–\d+)? more seeds would tell/,
    )
  })
})
