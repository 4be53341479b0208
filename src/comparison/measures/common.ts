import type { EChartsOption } from 'echarts'
import type { CountLine } from '../../charts/countCurves.ts'
import type { ChartOptions } from '../../charts/frame.ts'
import type { Quantity } from '../../charts/quantity.ts'
import { medianOrInfinity } from '../../math/robust.ts'
import { costsBySeed } from '../outcomes.ts'
import type { SectionSummary, SeriesSummary } from '../summary.ts'
import type { TextTable } from '../text-table.ts'

export const measureIds = [
  'cross',
  'time',
  'ranks',
  'cost',
  'robustness',
  'sensitivity',
  'tunability',
  'profile',
  'algoperf',
  'algoperf-times',
  'targets',
] as const

/** A measure of a section as page, report and Markdown show it. */
export interface MeasureTable {
  id: (typeof measureIds)[number]
  title: string
  caption: string
  table: TextTable
  /** The same as a picture. */
  chart?: (options: ChartOptions) => EChartsOption
  /** Pixels that the picture needs, where it is not as tall as others. */
  height?: number
  /** What the picture draws. */
  points?: () => readonly CountLine[]
}

/** In seconds: shorter ones are the clock's, the program's start, and what else the machine did. */
export const leastTimed = 0.1

/** Series of which times are listed; of more, those that ended lowest. */
export const mostListed = 12

/** What time to a target is measured by. */
export const quantityOf = ({ series }: SectionSummary): Quantity =>
  series.some(({ endings }) => endings.testAccuracy) ? 'testAccuracy' : 'trainLoss'

/** Median over the seeds, a diverged one worst; null where none ended. Lower is better. */
export function medianCost({ runs }: SeriesSummary, quantity: Quantity): number | null {
  const costs = costsBySeed(runs, quantity)
  return costs && costs.size > 0 ? medianOrInfinity([...costs.values()]) : null
}

/** The best of a section's series, the lowest median first; none where no evaluation lies on the way to a target. */
export function rankedSeries(section: SectionSummary, quantity: Quantity): SeriesSummary[] {
  const ranked = section.series
    .map((one) => ({ one, cost: medianCost(one, quantity) ?? Infinity }))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, mostListed)
    .map(({ one }) => one)
  // Without evaluations on the way there is nothing to be first at.
  return ranked.length < 2 || ranked.every(({ runs }) => runs.every(({ metrics }) => metrics.step.length < 2))
    ? []
    : ranked
}
