import type { MeasuredRun } from '../charts/comparison.ts'
import type { LocalizedText } from '../locales/localized.ts'
import { accuracyDecimals, formatExact } from '../locales/format.ts'
import { workloads } from '../workloads/index.ts'
import type { FigureData } from './compute.ts'
import { expectedEnd } from './expected-end.ts'
import type { Outcome, TraceFigure, TrainingFigure } from './figure.ts'
import type { Trace } from '../traces/trace.ts'

/** What a number is held against. */
export interface Reference {
  /**
   * `specification`: exact, computed independently. `tutorial`: one unseeded run. `independent`: a mean of runs of
   * another program. `bound`: what no run can be below, or what a sum tends to.
   */
  readonly by: 'specification' | 'tutorial' | 'independent' | 'bound'
  /** The program and how often it ran. */
  readonly who?: LocalizedText
  readonly value: number
  readonly decimals: number
  /** Where a standard deviation belongs to it. */
  readonly deviation?: number
  /** Whether ours is what it must be; null where two single runs can only be set side by side. */
  readonly agrees: boolean | null
}

/** A number that a figure shows, and what it must be. */
export interface FigureNumber {
  readonly name: LocalizedText
  /** Null where a run diverged. */
  readonly value: number | null
  readonly decimals: number
  /** Computed now from the figure's settings, trained by this lab, or a recorded run that comes with the program. */
  readonly origin: 'computed' | 'trained' | 'recorded'
  readonly references: readonly Reference[]
}

/** How far above the tutorial's figure a run may end, see SPEC: its own are single runs as well. */
const aboveTutorial = 0.006
/** The specification's decimals: last points; means and deviations of noisy ones. */
const pointDecimals = 6
const meanDecimals = 4
const deviationDecimals = 3

/** Every number of a figure, ours beside what it is held against; none is typed that can be computed. */
export function numbersOf(data: FigureData): FigureNumber[] {
  switch (data.kind) {
    case 'trace':
      return traceNumbers(data.figure, data.trace)
    case 'weights': {
      const { weights, rates, steps } = data.figure
      return rates.map((rate, k) => ({
        name: {
          en: `sum of ${steps} weights, ${weights === 'power' ? 'β' : 'γ'} = ${formatExact(rate)}`,
          'zh-CN': `${steps} 个权重之和，${weights === 'power' ? 'β' : 'γ'} = ${formatExact(rate)}`,
        },
        value: (data.values[k] ?? []).reduce((sum, weight) => sum + weight, 0),
        decimals: 4,
        origin: 'computed',
        references: [
          {
            by: 'bound',
            who: { en: 'infinitely many', 'zh-CN': '无穷多个' },
            value: weights === 'power' ? 1 / (1 - rate) : 1,
            decimals: 4,
            agrees: null,
          },
        ],
      }))
    }
    case 'schedule': {
      const { per } = data.figure.schedule
      const unit = { en: per, 'zh-CN': per === 'epoch' ? '轮' : '步' }
      const last = data.values.length - 1
      return [0, Math.floor(last / 2), last].map((t) => ({
        name: { en: `rate at ${unit.en} ${t}`, 'zh-CN': `第 ${t} ${unit['zh-CN']}的学习率` },
        value: data.values[t] ?? null,
        decimals: pointDecimals,
        origin: 'computed',
        references: [],
      }))
    }
    case 'training':
      return trainingNumbers(data.figure, data.runs)
  }
}

const rounded = (value: number, decimals: number): number => Math.round(value * 10 ** decimals)
const same = (a: number, b: number, decimals: number): boolean =>
  rounded(a, decimals) === rounded(b, decimals)

function traceNumbers({ trace: settings, view, numbers }: TraceFigure, trace: Trace): FigureNumber[] {
  const last = trace.points.at(-1) ?? []
  const names = view ? ['x₁', 'x₂'] : ['x']
  const { steps, seed = 0 } = settings
  if ('last' in numbers)
    return names.map((name, i) => ({
      name: { en: `${name} after ${steps} steps`, 'zh-CN': `${steps} 步之后的 ${name}` },
      value: last[i] ?? null,
      decimals: pointDecimals,
      origin: 'computed',
      references: [
        {
          by: 'specification',
          value: numbers.last[i] as number,
          decimals: pointDecimals,
          agrees: same(last[i] ?? NaN, numbers.last[i] as number, pointDecimals),
        },
      ],
    }))
  const expected = expectedEnd(settings, trace)
  return names.flatMap((name, i): FigureNumber[] => {
    const mean = expected.mean[i] as number
    const deviation = expected.deviation[i] as number
    const sample = last[i] ?? NaN
    const [wantedMean, wantedDeviation] = [numbers.mean[i] as number, numbers.deviation[i] as number]
    return [
      {
        name: { en: `mean of ${name} over all seeds`, 'zh-CN': `${name} 对所有随机种子的均值` },
        value: mean,
        decimals: meanDecimals,
        origin: 'computed',
        references: [
          {
            by: 'specification',
            value: wantedMean,
            decimals: meanDecimals,
            agrees: same(mean, wantedMean, meanDecimals),
          },
        ],
      },
      {
        name: { en: `standard deviation of ${name}`, 'zh-CN': `${name} 的标准差` },
        value: deviation,
        decimals: deviationDecimals,
        origin: 'computed',
        references: [
          {
            by: 'specification',
            value: wantedDeviation,
            decimals: deviationDecimals,
            agrees: same(deviation, wantedDeviation, deviationDecimals),
          },
        ],
      },
      {
        name: { en: `${name} with seed ${seed}`, 'zh-CN': `随机种子 ${seed} 的 ${name}` },
        value: sample,
        decimals: meanDecimals,
        origin: 'computed',
        references: [
          {
            by: 'specification',
            value: wantedMean,
            deviation: wantedDeviation,
            decimals: meanDecimals,
            agrees: Math.abs(sample - wantedMean) < 4 * wantedDeviation,
          },
        ],
      },
    ]
  })
}

const measures = {
  trainLoss: { name: { en: 'final training loss', 'zh-CN': '最终训练损失' }, decimals: 4 },
  trainAccuracy: { name: { en: 'training accuracy', 'zh-CN': '训练精度' }, decimals: accuracyDecimals },
  testAccuracy: { name: { en: 'test accuracy', 'zh-CN': '测试精度' }, decimals: accuracyDecimals },
} as const satisfies Record<keyof Outcome, { name: LocalizedText; decimals: number }>

function trainingNumbers(
  { series }: TrainingFigure,
  runs: readonly (readonly MeasuredRun[])[],
): FigureNumber[] {
  return series.flatMap(({ label, settings, numbers: { tutorial, independent } }, k) => {
    const run = runs[k]?.[0]
    const { minimumLoss } = workloads.find(({ id }) => id === settings.workload) ?? {}
    return (Object.keys(measures) as (keyof Outcome)[]).flatMap((quantity): FigureNumber[] => {
      const { name, decimals } = measures[quantity]
      const value = run?.record.final[quantity] ?? null
      const told = tutorial?.[quantity]
      const other = independent?.[quantity]
      if (value === null && told === undefined && other === undefined) return []
      const isConvex = minimumLoss !== undefined && quantity === 'trainLoss'
      return [
        {
          name:
            series.length === 1
              ? name
              : { en: `${label.en}: ${name.en}`, 'zh-CN': `${label['zh-CN']}：${name['zh-CN']}` },
          value,
          decimals,
          origin: run?.recordedOn === undefined ? 'trained' : 'recorded',
          references: [
            ...(told === undefined
              ? []
              : [
                  {
                    by: 'tutorial' as const,
                    value: told,
                    decimals: 3,
                    agrees: isConvex && value !== null ? value < told + aboveTutorial : null,
                  },
                ]),
            ...(independent === undefined || other === undefined
              ? []
              : [
                  {
                    by: 'independent' as const,
                    who: {
                      en: `${independent.by}, mean of ${independent.runs} seeds`,
                      'zh-CN': `${independent.by}，${independent.runs} 个随机种子的均值`,
                    },
                    value: other,
                    decimals: 3,
                    agrees: null,
                  },
                ]),
            ...(isConvex
              ? [
                  {
                    by: 'bound' as const,
                    who: { en: 'least-squares minimum', 'zh-CN': '最小二乘最小值' },
                    value: minimumLoss,
                    decimals: 6,
                    agrees: value === null ? null : value > minimumLoss,
                  },
                ]
              : []),
          ],
        },
      ]
    })
  })
}
