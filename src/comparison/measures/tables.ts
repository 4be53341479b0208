import { countCurves, type CountLine } from '../../charts/countCurves.ts'
import { assignStyles, type SeriesStyle } from '../../charts/palette.ts'
import { performanceProfile, type ProfileLine } from '../../charts/performanceProfile.ts'
import { isAccuracy, quantities, type Quantity } from '../../charts/quantity.ts'
import {
  formatDuration,
  formatExact,
  formatFixed,
  formatInteger,
  formatList,
  formatNumber,
} from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { medianOrInfinity } from '../../math/robust.ts'
import { costsBySeed } from '../outcomes.ts'
import { endingOf, type ComparisonSummary, type SectionSummary, type SeriesSummary } from '../summary.ts'
import { gridsOf } from '../threats.ts'
import { algoPerfTables } from './algoperf.ts'
import { medianCost, quantityOf, rankedSeries, type MeasureTable } from './common.ts'
import { costTable } from './cost.ts'
import { targetsTable } from './derived-targets.ts'
import { greatestRatio, profileAt, profileScore, timeRatios } from './profile.ts'
import { crossTable } from './cross-table.ts'
import { ranksTable } from './ranks.ts'
import { robustnessTable } from './robustness.ts'
import { basinOf } from './sensitivity.ts'
import { timeToTarget, type Reached } from './time-to-target.ts'
import { expectedBest, expectedBestInterval } from './tunability.ts'

/** Costs within this share of the best are in the basin. */
const basinShare = 0.1

/** The measures for which a section has the runs. */
export function measuresOf(section: SectionSummary, locale: Locale): MeasureTable[] {
  return [
    ...crossTable(section, locale),
    ...robustnessTable(section, locale),
    ...timeTable(section, locale),
    ...ranksTable(section, locale),
    ...sensitivityTable(section, locale),
    ...tunabilityTable(section, locale),
    ...costTable(section, locale),
  ]
}

/** What the trials of an experiment that tuned come to: AlgoPerf's score, and targets for later experiments. */
export const trialTables = (summary: ComparisonSummary, locale: Locale): MeasureTable[] => [
  ...algoPerfTables(summary.algoPerf, locale),
  ...targetsTable(summary, locale),
]

interface Goal {
  quantity: Quantity
  target: number
}

/** What is to be reached first, as the file says it; null where these runs measure none of that. */
function givenGoals({ series, targets }: SectionSummary): Goal[] | null {
  const goals = quantities
    .filter((quantity) => series.some((one) => endingOf(one, quantity)))
    .flatMap((quantity) => (targets?.[quantity] ?? []).map((target) => ({ quantity, target })))
  return goals.length > 0 ? goals : null
}

/**
 * What three quarters of the seeds of the best, the middle and the last series end at: harder and easier to reach, and
 * not so hard that the series which set it misses it with half of its seeds.
 */
function targetsOf(series: readonly SeriesSummary[], quantity: Quantity): number[] {
  const sign = quantity === 'testAccuracy' ? -1 : 1
  const costs = series
    .flatMap(({ runs }) => {
      const sorted = [...(costsBySeed(runs, quantity)?.values() ?? [])].sort((a, b) => a - b)
      return sorted[Math.ceil(sorted.length * 0.75) - 1] ?? []
    })
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const [best, middle, last] = [costs[0], costs[(costs.length - 1) >> 1], costs.at(-1)]
  return [...new Set([best, middle, last])].flatMap((cost) => (cost === undefined ? [] : [sign * cost]))
}

function timeTable(section: SectionSummary, locale: Locale): MeasureTable[] {
  const usual = quantityOf(section)
  const ranked = rankedSeries(section, usual)
  if (ranked.length === 0) return []
  const given = givenGoals(section)
  const goals = given ?? targetsOf(ranked, usual).map((target) => ({ quantity: usual, target }))
  const nameOf = (quantity: Quantity): string => message(locale, `chart.quantity.${quantity}`)
  const rows = goals.flatMap(({ quantity, target }) =>
    ranked.map((one) => {
      const ended = one.runs.filter(({ record }) => record.status === 'done' || record.status === 'diverged')
      const reached = ended.map((run) => timeToTarget(run, quantity, target))
      const middle = (unit: keyof Reached, write: (value: number) => string): string => {
        const value =
          reached.length > 0 ? medianOrInfinity(reached.map((at) => at?.[unit] ?? Infinity)) : Infinity
        return Number.isFinite(value) ? write(value) : message(locale, 'verdict.none')
      }
      return [
        [
          ...(new Set(goals.map((goal) => goal.quantity)).size > 1 ? [nameOf(quantity)] : []),
          isAccuracy(quantity) ? '≥' : '≤',
          given ? formatExact(target) : formatNumber(target),
        ].join(' '),
        one.label,
        `${reached.filter((at) => at !== null).length}/${ended.length}`,
        middle('step', formatInteger),
        middle('epoch', (value) => formatFixed(value, 2)),
        middle('examples', formatInteger),
        middle('seconds', (value) => formatDuration(locale, value)),
      ]
    }),
  )
  if (rows.length === 0) return []
  const columns = ['target', 'series', 'reached', 'steps', 'epochs', 'examples', 'seconds'] as const
  return [
    {
      id: 'time',
      title: message(locale, 'measure.time'),
      caption: [
        message(locale, 'measure.time.caption', {
          quantity: formatList(locale, [...new Set(goals.map(({ quantity }) => nameOf(quantity)))]),
        }),
        message(locale, given ? 'measure.time.given' : 'measure.time.derived'),
        message(locale, 'measure.time.missed'),
      ].join(message(locale, 'sentence.join')),
      table: {
        head: columns.map((name) => message(locale, `measure.column.${name}`)),
        rows,
        numeric: columns.map((name) => name !== 'target' && name !== 'series'),
      },
    },
  ]
}

function sensitivityTable({ series }: SectionSummary, locale: Locale): MeasureTable[] {
  const rows = gridsOf(series).flatMap(({ optimizer, name, points }) => {
    const tried = points
      .filter(({ value }) => value > 0)
      .map((point) => ({
        value: point.value,
        cost: medianCost(point.series, 'trainLoss') ?? Infinity,
        diverged: point.series.diverged.length,
      }))
    const basin = tried.length < 3 ? null : basinOf(tried, basinShare)
    if (!basin) return []
    return [
      [
        optimizer,
        name,
        String(tried.length),
        formatExact(basin.best),
        `${formatNumber(basin.low, 2)} – ${formatNumber(basin.high, 2)}`,
        `${basin.isOpen ? '≥ ' : ''}${formatFixed(basin.decades, 2)}`,
        basin.edge === null ? message(locale, 'verdict.none') : formatExact(basin.edge),
      ],
    ]
  })
  if (rows.length === 0) return []
  const columns = ['optimizer', 'setting', 'tried', 'best', 'basin', 'decades', 'edge'] as const
  return [
    {
      id: 'sensitivity',
      title: message(locale, 'measure.sensitivity'),
      caption: message(locale, 'measure.sensitivity.caption', { percent: formatExact(basinShare * 100) }),
      table: {
        head: columns.map((name) => message(locale, `measure.column.${name}`)),
        rows,
        numeric: columns.map((name) => name !== 'optimizer' && name !== 'setting'),
      },
    },
  ]
}

function tunabilityTable({ series }: SectionSummary, locale: Locale): MeasureTable[] {
  const byOptimizer = [...Map.groupBy(series, ({ settings }) => settings.optimizer)].flatMap(
    ([optimizer, group]) => {
      const costs = group.flatMap((one) => medianCost(one, 'trainLoss') ?? [])
      return costs.length >= 3 ? [{ optimizer, costs }] : []
    },
  )
  if (byOptimizer.length === 0) return []
  const most = Math.max(...byOptimizer.map(({ costs }) => costs.length))
  const tries = [...new Set([1, 2, 4, 8, 16, 32, 64, most])].filter((count) => count <= most)
  const write = (value: number): string =>
    Number.isFinite(value) ? formatNumber(value) : message(locale, 'status.diverged')
  const styles = stylesOf(byOptimizer.map(({ optimizer }) => optimizer))
  // Intervals of every count take a while, so they are drawn when somebody looks, and once.
  let known: CountLine[] | undefined
  const lines = (): CountLine[] =>
    (known ??= byOptimizer.map(({ optimizer, costs }) => ({
      label: optimizer,
      style: styles(optimizer),
      points: costs.map((_, index) => ({
        x: index + 1,
        y: expectedBest(costs, index + 1),
        ...expectedBestInterval(costs, index + 1),
      })),
    })))
  const rows = byOptimizer.map(({ optimizer, costs }) => [
    optimizer,
    ...tries.map((count) => {
      if (count > costs.length) return message(locale, 'verdict.none')
      const value = write(expectedBest(costs, count))
      // All of them are one choice, which has no chance in it.
      if (count === costs.length) return value
      const { low, high } = expectedBestInterval(costs, count)
      return `${value} [${write(low)}, ${write(high)}]`
    }),
  ])
  return [
    {
      id: 'tunability',
      title: message(locale, 'measure.tunability'),
      caption: message(locale, 'measure.tunability.caption'),
      table: {
        head: [
          message(locale, 'measure.column.optimizer'),
          ...tries.map((count) => message(locale, 'measure.column.tries', { count })),
        ],
        rows,
        numeric: [false, ...tries.map(() => true)],
      },
      points: lines,
      chart: (options) =>
        countCurves(lines(), {
          ...options,
          x: { title: message(options.locale, 'chart.axis.trials'), scale: 'log' },
          y: {
            title: message(options.locale, 'chart.final.trainLoss'),
            scale: lines().every(({ points }) => points.every(({ low }) => low > 0)) ? 'log' : 'linear',
          },
          note: message(options.locale, 'chart.note.bootstrap'),
        }),
    },
  ]
}

/** Pictures of optimizers, not of series, have the optimizers' own looks. */
function stylesOf(optimizers: readonly string[]): (optimizer: string) => SeriesStyle {
  const styles = assignStyles(optimizers.map((optimizer) => ({ key: optimizer, optimizer })))
  return (optimizer) => styles.get(optimizer) as SeriesStyle // made of the same list
}

/** A performance profile with the lines it is drawn from, for where τ is dragged. */
export interface ProfileMeasure extends MeasureTable {
  lines: readonly ProfileLine[]
}

/** How often, over several workloads, each optimizer is nearly the fastest; null where fewer than two share two of them. */
export function profileTable(sections: readonly SectionSummary[], locale: Locale): ProfileMeasure | null {
  const bests = sections.map((section) => {
    const quantity = quantityOf(section)
    const best = new Map<string, { one: SeriesSummary; cost: number }>()
    for (const one of section.series) {
      const cost = medianCost(one, quantity)
      const known = best.get(one.settings.optimizer)
      if (cost !== null && (!known || cost < known.cost)) best.set(one.settings.optimizer, { one, cost })
    }
    return { quantity, best }
  })
  const shared = [...(bests[0]?.best.keys() ?? [])].filter((id) => bests.every(({ best }) => best.has(id)))
  if (sections.length < 2 || shared.length < 2) return null
  // A workload and a target on it are a problem.
  const problems = bests.flatMap(({ quantity, best }, index) => {
    const given = givenGoals(sections[index] as SectionSummary)
    if (given) return given.map((goal) => ({ best, ...goal }))
    const costs = [...best.values()].map(({ cost }) => cost).sort((a, b) => a - b)
    const middle = costs[(costs.length - 1) >> 1] as number // shared optimizers are among them
    return [{ best, quantity, target: quantity === 'testAccuracy' ? -middle : middle }]
  })
  const times = shared.map((id) =>
    problems.map(({ quantity, best, target }) => {
      const runs = best.get(id)?.one.runs ?? []
      return medianOrInfinity(runs.map((run) => timeToTarget(run, quantity, target)?.step ?? Infinity))
    }),
  )
  const profiles = timeRatios(times)
    .map((ratios, index) => ({ id: shared[index] as string, ratios, score: profileScore(ratios) }))
    .sort((a, b) => b.score - a.score)
  const styles = stylesOf(shared)
  const lines = profiles.map(({ id, ratios, score }): ProfileLine => ({
    label: id,
    style: styles(id),
    score,
    points: [...new Set([1, ...ratios.filter((ratio) => ratio < greatestRatio), greatestRatio])]
      .sort((a, b) => a - b)
      .map((tau) => ({ tau, share: profileAt(ratios, tau) })),
  }))
  const rows = profiles.map(({ id, ratios, score }) => [
    id,
    formatFixed(score, 3),
    ...[1, 1.5, 2, greatestRatio].map((tau) => formatFixed(profileAt(ratios, tau), 2)),
  ])
  return {
    id: 'profile',
    title: message(locale, 'measure.profile'),
    caption: message(
      locale,
      sections.some(givenGoals) ? 'measure.profile.given' : 'measure.profile.caption',
      { count: problems.length },
    ),
    table: {
      head: [
        message(locale, 'measure.column.optimizer'),
        message(locale, 'measure.column.score'),
        ...[1, 1.5, 2, greatestRatio].map((tau) => `ρ(${formatExact(tau)})`),
      ],
      rows,
      numeric: [false, true, true, true, true, true],
    },
    lines,
    points: () =>
      lines.map(({ label, style, points }) => ({
        label,
        style,
        points: points.map(({ tau, share }) => ({ x: tau, y: share, low: NaN, high: NaN })),
      })),
    chart: (options) => performanceProfile(lines, options),
  }
}
