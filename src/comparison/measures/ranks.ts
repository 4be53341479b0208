import { stepsPerEpoch } from '../../charts/average.ts'
import type { MeasuredRun } from '../../charts/comparison.ts'
import { isAccuracy, quantityColumns, type Quantity } from '../../charts/quantity.ts'
import { rankCurves, type RankLine } from '../../charts/rankCurves.ts'
import { formatAccuracy, formatFixed, formatNumber } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { medianOrInfinity } from '../../math/robust.ts'
import type { SectionSummary } from '../summary.ts'
import { quantityOf, rankedSeries, type MeasureTable } from './common.ts'

/** Targets between the easiest and the hardest. */
const targetCount = 21

/** Who is first at each of many targets of growing difficulty. */
export function ranksTable(section: SectionSummary, locale: Locale): MeasureTable[] {
  const quantity = quantityOf(section)
  const ranked = rankedSeries(section, quantity)
  const progress = ranked.map(({ runs }) =>
    runs
      .filter(({ record }) => record.status === 'done' || record.status === 'diverged')
      .map((run) => progressOf(run, quantity)),
  )
  const targets = targetsBetween(progress)
  if (ranked.length < 2 || targets.length < 3) return []
  const ranks = ranksAt(progress, targets)
  const sign = isAccuracy(quantity) ? -1 : 1
  const write = (cost: number): string =>
    isAccuracy(quantity) ? formatAccuracy(sign * cost) : formatNumber(sign * cost)
  const lines = ranked.map(({ label, style }, index): RankLine => ({
    label,
    style,
    ranks: ranks.map((row) => row[index] ?? null),
  }))
  const quarters = [
    ...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (targets.length - 1)))),
  ]
  return [
    {
      id: 'ranks',
      title: message(locale, 'measure.ranks'),
      caption: message(locale, 'measure.ranks.caption', {
        quantity: message(locale, `chart.quantity.${quantity}`),
        count: targets.length,
      }),
      table: {
        head: [
          message(locale, 'measure.column.series'),
          ...quarters.map((k) => `${sign < 0 ? '≥' : '≤'} ${write(targets[k] as number)}`),
        ],
        rows: lines.map(({ label, ranks: own }) => [
          label,
          ...quarters.map((k) => {
            const rank = own[k] ?? null
            return rank === null
              ? message(locale, 'chart.rank.missed')
              : formatFixed(rank, Number.isInteger(rank) ? 0 : 1)
          }),
        ]),
        numeric: [false, ...quarters.map(() => true)],
      },
      chart: (options) =>
        rankCurves(lines, {
          ...options,
          targets: targets.map(write),
          x: message(options.locale, 'chart.axis.target', {
            quantity: message(options.locale, `chart.quantity.${quantity}`),
          }),
        }),
      points: () =>
        lines.map(({ label, style, ranks: own }) => ({
          label,
          style,
          points: targets.map((target, k) => ({ x: sign * target, y: own[k] ?? NaN, low: NaN, high: NaN })),
        })),
    },
  ]
}

/** Where a run got better than ever before: the costs fall, the steps rise. */
interface Progress {
  cost: number[]
  step: number[]
}

function progressOf({ record, metrics }: MeasuredRun, quantity: Quantity): Progress {
  const sign = isAccuracy(quantity) ? -1 : 1
  const { step, value } = quantityColumns(quantity, metrics, record.epochs, stepsPerEpoch(record))
  const progress: Progress = { cost: [], step: [] }
  let best = Infinity
  for (let i = 0; i < value.length; i++) {
    const cost = sign * (value[i] as number)
    if (!(cost < best)) continue
    best = cost
    progress.cost.push(cost)
    progress.step.push(step[i] as number)
  }
  return progress
}

/** Steps until a cost; Infinity for a miss. */
function stepsTo({ cost, step }: Progress, target: number): number {
  let low = 0
  let high = cost.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cost[middle] as number) <= target) high = middle
    else low = middle + 1
  }
  return step[low] ?? Infinity
}

/**
 * Costs from what is nearly at once reached to the lowest that the median of any series comes to, equally spaced among the
 * values that runs pass on their way: even steps of the quantity would leave most of training to the last of them.
 */
function targetsBetween(bySeries: readonly (readonly Progress[])[]): number[] {
  const all = bySeries.flat()
  const hardest = Math.min(
    // The upper one of two middles: at the lower one half of the seeds would miss.
    ...bySeries.flatMap(
      (runs) => runs.map(({ cost }) => cost.at(-1) ?? Infinity).sort((a, b) => a - b)[runs.length >> 1] ?? [],
    ),
  )
  const starts = all.flatMap(({ cost }) => cost[0] ?? [])
  if (!Number.isFinite(hardest) || starts.length === 0) return []
  const easiest = Math.min(...starts)
  const passed = all
    .flatMap(({ cost }) =>
      Array.from({ length: 41 }, (_, k) => cost[Math.round((k / 40) * (cost.length - 1))] ?? NaN),
    )
    .filter((cost) => cost < easiest && cost >= hardest)
    .sort((a, b) => b - a)
  if (passed.length === 0) return []
  const picked = Array.from(
    { length: targetCount },
    (_, k) => passed[Math.round((k / (targetCount - 1)) * (passed.length - 1))] as number,
  )
  return [...new Set([...picked.slice(0, -1), hardest])]
}

/** [target][series]; equals share the mean of their places, a median that misses has none. */
function ranksAt(
  progress: readonly (readonly Progress[])[],
  targets: readonly number[],
): (number | null)[][] {
  return targets.map((target) => {
    const times = progress.map((runs) =>
      runs.length > 0 ? medianOrInfinity(runs.map((run) => stepsTo(run, target))) : Infinity,
    )
    return times.map((time) => {
      if (time === Infinity) return null
      const before = times.filter((other) => other < time).length
      const equal = times.filter((other) => other === time).length
      return before + (equal + 1) / 2
    })
  })
}
