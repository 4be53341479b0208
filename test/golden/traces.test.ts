import { describe, expect, test } from 'vitest'
import { lookUp } from '../../src/contract/lookup.ts'
import { optimizers } from '../../src/optimizers/index.ts'
import { compileKernel } from '../../src/rules/kernel.ts'
import { traceRule } from '../../src/rules/program.ts'
import { startState } from '../../src/rules/state.ts'
import { trace, type TraceSettings } from '../../src/traces/trace.ts'
import { fixture, relativeError } from './fixture.ts'

type Set = Record<string, number | boolean | string>

interface Row {
  name: string
  objective: string
  optimizer: string
  set: Set
  start: number[]
  steps: number
  points: number[][]
  values: number[]
}

interface NoisyRow extends Omit<Row, 'points' | 'values'> {
  schedule: string
  scheduleSet: Record<string, number>
  scheduleOffset: number
  noise: number
  mean: number[]
  deviation: number[]
}

interface RosenbrockRow extends Omit<Row, 'values'> {
  status: 'done' | 'diverged'
  lastValue: number
}

const golden = fixture('traces') as {
  rows: Row[]
  noisy: NoisyRow[]
  rosenbrock: RosenbrockRow[]
  weights: ({ values: number[] } & (
    { rule: 'momentum'; beta: number } | { rule: 'rmsprop'; gamma: number }
  ))[]
}

/** The specification's tables, digit for digit. */
const inside = { eps: 1e-6, epsPlacement: 'inside' }
const one = { start: [10], steps: 10 }
const two = { start: [-5, -2], steps: 20 }
const valley = '0.1*x1^2+2*x2^2'
const printed: [TraceSettings, string[]][] = [
  [{ ...one, objective: 'x^2', optimizer: 'sgd', set: { lr: 0.2 } }, ['0.060466']],
  [{ ...one, objective: 'x^2', optimizer: 'sgd', set: { lr: 0.05 } }, ['3.486784']],
  [{ ...one, objective: 'x^2', optimizer: 'sgd', set: { lr: 1.1 } }, ['61.917364']],
  [{ ...one, objective: 'x*cos(0.15*pi*x)', optimizer: 'sgd', set: { lr: 2 } }, ['-1.528166']],
  [{ ...two, objective: 'x1^2+2*x2^2', optimizer: 'sgd', set: { lr: 0.1 } }, ['-0.057646', '-0.000073']],
  [{ ...two, objective: valley, optimizer: 'sgd', set: { lr: 0.4 } }, ['-0.943467', '-0.000073']],
  [{ ...two, objective: valley, optimizer: 'sgd', set: { lr: 0.6 } }, ['-0.387814', '-1673.365109']],
  [
    { ...two, objective: valley, optimizer: 'momentum', set: { lr: 0.6, momentum: 0.5 } },
    ['0.007188', '0.002553'],
  ],
  [
    { ...two, objective: valley, optimizer: 'momentum', set: { lr: 0.6, momentum: 0.25 } },
    ['-0.126340', '-0.186632'],
  ],
  [
    { ...two, objective: valley, optimizer: 'adagrad', set: { lr: 0.4, ...inside } },
    ['-2.382563', '-0.158591'],
  ],
  [
    { ...two, objective: valley, optimizer: 'adagrad', set: { lr: 2, ...inside } },
    ['-0.002295', '-0.000000'],
  ],
  [
    { ...two, objective: valley, optimizer: 'rmsprop', set: { lr: 0.4, rho: 0.9, ...inside } },
    ['-0.010599', '0.000000'],
  ],
]

describe('deterministic traces', () => {
  test.each(printed.map(([settings, digits]) => [describeSettings(settings), settings, digits] as const))(
    '%s ends where the specification says',
    (_, settings, digits) => {
      const { points, values, rates, status } = trace(settings)
      expect(points.at(-1)?.map((x) => x.toFixed(6))).toEqual(digits)
      expect(status).toBe('done')
      expect([points.length, values.length, rates.length]).toEqual([
        settings.steps + 1,
        settings.steps + 1,
        settings.steps,
      ])
    },
  )

  // The oracle's points are exact (50 digits, rounded once); ours carry the roundings of 10 or 20 steps, each relative
  // to coordinates that begin between 2 and 10 and mostly shrink. So the floor of 1: below it 1e-12 is absolute.
  test.each(golden.rows.map((row) => [row.name, row] as const))('%s, every point to 1e-12', (_, row) => {
    const { points, values } = trace(row)
    expect(points).toHaveLength(row.points.length)
    row.points.forEach((point, k) =>
      point.forEach((x, i) =>
        expect(relativeError(points[k]?.[i] ?? NaN, x, 1), `x${i + 1} after step ${k}`).toBeLessThan(1e-12),
      ),
    )
    row.values.forEach((value, k) =>
      expect(relativeError(values[k] ?? NaN, value, 1), `value after step ${k}`).toBeLessThan(1e-12),
    )
  })

  test('the table above and the oracle have the same rows', () => {
    expect(golden.rows.map(describeSettings)).toEqual(printed.map(([settings]) => describeSettings(settings)))
  })
})

describe('every rule on the Rosenbrock function', () => {
  test.each(golden.rosenbrock.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const { points, values, status, divergedAt } = trace(row)
    expect(status).toBe(row.status)
    expect(points).toHaveLength(row.points.length)
    expect(divergedAt).toBe(row.status === 'diverged' ? row.points.length : undefined)
    // The oracle keeps only traces whose rounding stays below 1e-12, so ours may differ by as much: no trace is chaotic.
    row.points.forEach((point, k) =>
      point.forEach((x, i) =>
        expect(relativeError(points[k]?.[i] ?? NaN, x, 1), `x${i + 1} after step ${k}`).toBeLessThan(1e-12),
      ),
    )
    expect(relativeError(values.at(-1) ?? NaN, row.lastValue)).toBeLessThan(1e-11)
  })

  test('all rules, with their defaults and without', () => {
    expect(new Set(golden.rosenbrock.map(({ optimizer }) => optimizer))).toEqual(
      new Set(optimizers.map(({ id }) => id)),
    )
    expect(golden.rosenbrock).toHaveLength(2 * optimizers.length)
  })
})

/**
 * x ← (1 − ηh)x − ηn with normal n is normal, so over N seeds the mean has the standard error σ/√N and the deviation
 * σ/√(2(N−1)), both exactly known.
 *
 * What this notices: with the exponential schedule, an offset of 1 or 3 instead of 2 puts x1 some 60 to 70 standard
 * errors off, 0 more than 100. The other two rows cannot notice it (constant: no dependence; inverse power: the
 * factors differ too little, below one standard error); they check the noise and the schedules themselves.
 */
describe('noisy traces over 1,000 seeds', { timeout: 120_000 }, () => {
  const seeds = 1000
  const lastPoints = (row: NoisyRow, offset: number, count = seeds): number[][] =>
    Array.from({ length: count }, (_, seed) => {
      const { points } = trace({
        ...row,
        schedule: { id: row.schedule, set: row.scheduleSet, offset },
        seed,
      })
      return points[row.steps] as number[]
    })

  /** Distances from the exact mean and deviation in their own standard errors, a pair a coordinate. */
  function distances(points: number[][], { mean, deviation }: Pick<NoisyRow, 'mean' | 'deviation'>) {
    return mean.map((exact, i) => {
      const sigma = deviation[i] as number
      const xs = points.map((point) => point[i] as number)
      const average = xs.reduce((sum, x) => sum + x, 0) / xs.length
      const spread = Math.sqrt(xs.reduce((sum, x) => sum + (x - average) ** 2, 0) / (xs.length - 1))
      return {
        mean: (average - exact) / (sigma / Math.sqrt(xs.length)),
        deviation: (spread - sigma) / (sigma / Math.sqrt(2 * (xs.length - 1))),
      }
    })
  }

  // The figures of the specification, as printed there.
  const specified: Record<string, { steps: number; mean: string[]; deviation: string[] }> = {
    constant: { steps: 50, mean: ['-0.0001', '0'], deviation: ['0.167', '0.125'] },
    exponential: { steps: 1000, mean: ['-0.8257', '-0.0450'], deviation: ['0.075', '0.040'] },
    'inverse-power': { steps: 50, mean: ['-0.0124', '0'], deviation: ['0.105', '0.075'] },
  }

  test.each(golden.noisy.map((row) => [row.schedule, row] as const))('%s', (_, row) => {
    const figures = specified[row.schedule]
    expect(row.steps).toBe(figures?.steps)
    row.mean.forEach((mean, i) => {
      const digits = figures?.mean[i] as string
      expect(Math.abs(mean - Number(digits)), 'exact mean as specified').toBeLessThanOrEqual(0.5e-4)
      const spread = Number(figures?.deviation[i])
      expect(Math.abs((row.deviation[i] as number) - spread), 'exact deviation').toBeLessThanOrEqual(0.5e-3)
    })
    expect([row.noise, row.scheduleOffset, row.start]).toEqual([1, 2, [-5, -2]])

    const points = lastPoints(row, row.scheduleOffset)
    for (const { mean, deviation } of distances(points, row)) {
      expect(Math.abs(mean)).toBeLessThan(4)
      expect(Math.abs(deviation)).toBeLessThan(4)
    }
    // The two partial derivatives have noise of their own.
    const deviate = (point: number[], i: number) =>
      ((point[i] as number) - (row.mean[i] as number)) / (row.deviation[i] as number)
    const correlation = points.reduce((sum, point) => sum + deviate(point, 0) * deviate(point, 1), 0) / seeds
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(seeds))
  })

  test('an offset that is one off is seen at once', () => {
    const row = golden.noisy.find(({ schedule }) => schedule === 'exponential') as NoisyRow
    for (const offset of [0, 1, 3]) {
      const [x1] = distances(lastPoints(row, offset, 100), row)
      expect(Math.abs(x1?.mean ?? 0), `offset ${offset}, with a tenth of the seeds`).toBeGreaterThan(10)
    }
  })

  test('a deviation that is a tenth off is seen', () => {
    const row = golden.noisy.find(({ schedule }) => schedule === 'constant') as NoisyRow
    for (const noise of [0.9, 1.1])
      for (const { deviation } of distances(lastPoints({ ...row, noise }, 2), row))
        expect(Math.abs(deviation), `noise ${noise}`).toBeGreaterThan(4)
  })
})

describe('the weights that the tutorial plots are what the rules give a single gradient', () => {
  test.each(golden.weights.map((row) => [JSON.stringify({ ...row, values: undefined }), row] as const))(
    '%s',
    (_, row) => {
      const set = row.rule === 'momentum' ? { momentum: row.beta } : { rho: row.gamma }
      const program = traceRule(lookUp(optimizers, row.rule, 'optimizer'), set)
      const state = startState(program, 1)
      const step = compileKernel(program)
      const theta = new Float64Array(1)
      const slot = state.slots[program.slots.indexOf(row.rule === 'momentum' ? 'v' : 's')] as Float64Array
      row.values.forEach((weight, t) => {
        step(theta, Float64Array.of(t === 0 ? 1 : 0), state, 0.01)
        expect(relativeError(slot[0] as number, weight), `t = ${t}`).toBeLessThan(1e-12)
      })
    },
  )
})

function describeSettings({
  objective,
  optimizer,
  set = {},
}: {
  objective: string
  optimizer: string
  set?: TraceSettings['set']
}) {
  return `${objective} ${optimizer} ${Object.entries(set)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join(' ')}`
}
