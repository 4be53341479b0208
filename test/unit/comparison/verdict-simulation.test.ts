import { describe, expect, it } from 'vitest'
import { defaultMargin, furtherSeeds, judge, level, plannedPower } from '../../../src/comparison/verdict.ts'
import { differencePower, equivalencePower } from '../../../src/math/power.ts'
import { Random } from '../../../src/math/random.ts'
import { ended } from './ended.ts'

const experiments = 1000

/** Losses of some series that the same seeds touch alike: a part of a seed's luck is all series' own, a part each one's. */
function losses(random: Random, rules: readonly Rule[], seeds: number): number[][] {
  const shared = Array.from({ length: seeds }, () => random.normal())
  return rules.map(({ shift = 0, noise, skew = 0, diverges = 0 }) =>
    shared.map((luck) => {
      const own = random.normal()
      const skewed = skew === 0 ? own : Math.exp(skew * own) - Math.exp(skew ** 2 / 2)
      return random.uniform() < diverges ? Infinity : 0.25 + shift + 0.01 * luck + noise * skewed
    }),
  )
}

interface Rule {
  shift?: number
  noise: number
  skew?: number
  diverges?: number
}

const judged = (
  seed: number,
  name: string,
  rules: readonly Rule[],
  seeds: number,
  margin = defaultMargin,
) => {
  const values = losses(Random.from(seed, name), rules, seeds)
  const series = values.map((row, index) => ({ runs: ended(`s${index}`, row) }))
  return judge(series, { quantity: 'trainLoss', margin, focus: [] })
}

/** Experiments of 1,000 in which any pair is called better or worse. */
const claims = (name: string, rules: readonly Rule[], seeds: number, margin?: number): number =>
  Array.from({ length: experiments }, (_, seed) => judged(seed, name, rules, seeds, margin)).filter(
    ({ pairs }) => pairs.some(({ call }) => call === 'better' || call === 'worse'),
  ).length

const copies = (rule: Rule, count: number): Rule[] => Array.from({ length: count }, () => rule)

describe('of 1,000 experiments on equal rules', () => {
  // The level is 5 %: what is counted is binomial, and three standard deviations above 50 are 71.
  const most = experiments * level
  const byChance = most + 3 * Math.sqrt(most * (1 - level))

  it.each([
    ['typical noise, two series', copies({ noise: 0.002 }, 2), 10],
    ['skewed losses, three series', copies({ noise: 0.004, skew: 1 }, 3), 8],
    ['skewed losses that sometimes diverge', copies({ noise: 0.004, skew: 1, diverges: 0.05 }, 2), 10],
    ['five series', copies({ noise: 0.01 }, 5), 10],
  ] as const)('%s: at least 95 %% are judged equal or “cannot tell”', (name, rules, seeds) => {
    expect(claims(name, rules, seeds)).toBeLessThanOrEqual(most)
  })

  it('the level holds where nothing is too small to matter', () => {
    expect(claims('no margin', copies({ noise: 0.01 }, 2), 6, 0)).toBeLessThanOrEqual(byChance)
    expect(claims('no margin, skewed', copies({ noise: 0.01, skew: 1 }, 2), 10, 0)).toBeLessThanOrEqual(
      byChance,
    )
  })

  it('a pair at the margin is seldom called equivalent', () => {
    const noise = 0.002
    const equal = Array.from({ length: experiments }, (_, seed) =>
      // The margin is 1 % of the mean of both.
      judged(seed, 'at the margin', [{ noise }, { noise, shift: 0.0025 / 0.995 }], 10),
    ).filter(({ pairs }) => pairs[0]?.call === 'equivalent').length
    expect(equal).toBeLessThanOrEqual(byChance)
  })
})

describe('a planted better rule is found at the power that is claimed', () => {
  // Two seeds' noise: the difference has √2 times one's.
  const noise = 0.01
  const deviation = noise * Math.SQRT2

  it.each([
    [1, 8],
    [1, 12],
    [0.6, 25],
  ])('effect %d with %d seeds', (effect, seeds) => {
    const found = Array.from({ length: experiments }, (_, seed) =>
      judged(seed, `better ${effect}`, [{ noise }, { noise, shift: effect * deviation }], seeds, 0),
    ).filter(({ pairs }) => pairs[0]?.call === 'better').length
    const power = differencePower(effect, seeds, level)
    expect(power).toBeGreaterThan(0.5)
    expect(Math.abs(found - experiments * power)).toBeLessThan(
      3 * Math.sqrt(experiments * power * (1 - power)),
    )
  })

  it('equivalence too', () => {
    const margin = 0.01
    const small = 0.002
    const found = Array.from({ length: experiments }, (_, seed) =>
      judged(seed, 'equivalent', copies({ noise: small }, 2), 12, margin),
    ).filter(({ pairs }) => pairs[0]?.call === 'equivalent').length
    const power = equivalencePower(0, (margin * 0.25) / (small * Math.SQRT2), 12, level)
    expect(power).toBeGreaterThan(0.5)
    expect(Math.abs(found - experiments * power)).toBeLessThan(
      3 * Math.sqrt(experiments * power * (1 - power)),
    )
  })

  it('with the seeds that are advised, where the differences are as measured', () => {
    // Differences of exactly mean .4 and deviation 1, of which eight say nothing yet.
    const shape = [-1, 1, -1, 1, -1, 1, -1, 1].map((one) => one / Math.sqrt(8 / 7))
    const pilot = judge(
      [
        {
          runs: ended(
            'a',
            shape.map(() => 10),
          ),
        },
        {
          runs: ended(
            'b',
            shape.map((one) => 10.4 + one),
          ),
        },
      ],
      { quantity: 'trainLoss', margin: 0, focus: [] },
    )
    const [pair] = pilot.pairs
    if (!pair) throw new Error('no pair')
    expect(pair.call).toBe('undecided')
    const seeds = 8 + (furtherSeeds(pilot, pair) ?? 0)
    expect(seeds).toBeGreaterThan(8)
    const found = Array.from({ length: experiments }, (_, seed) =>
      judged(seed, 'advised', [{ noise }, { noise, shift: 0.4 * deviation }], seeds, 0),
    ).filter(({ pairs }) => pairs[0]?.call === 'better').length
    expect(Math.abs(found / experiments - plannedPower)).toBeLessThan(0.04)
  })
})
