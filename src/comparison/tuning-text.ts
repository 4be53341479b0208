import { widenedRange } from '../experiments/widen.ts'
import type { Dimension } from '../search/dimension.ts'
import {
  formatAccuracy,
  formatExact,
  formatInteger,
  formatList,
  formatNumber,
  formatPercent,
  formatRanges,
} from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import { setText } from './present.ts'
import type { SectionSummary } from './summary.ts'
import type { TextTable } from './text-table.ts'
import type { ContestantTuning, TuningSummary } from './tuning.ts'

/** A value of the metric that trials were judged by. */
export const metricText = ({ metric }: TuningSummary, value: number): string =>
  metric === 'validationAccuracy' ? formatAccuracy(value) : formatNumber(value)

/** `1e-5 – 100, log`. */
export function rangeText(dimension: Dimension, locale: Locale): string {
  if ('values' in dimension)
    return dimension.values
      .map((value) => (typeof value === 'number' ? formatExact(value) : String(value)))
      .join(message(locale, 'list.comma'))
  const [[low, high], name] =
    'log' in dimension
      ? ([dimension.log, 'log'] as const)
      : 'uniform' in dimension
        ? ([dimension.uniform, 'uniform'] as const)
        : ([dimension.logOneMinus, 'logOneMinus'] as const)
  return message(locale, `tuning.range.${name}`, { low: formatExact(low), high: formatExact(high) })
}

const spaceText = ({ space }: ContestantTuning, locale: Locale): string =>
  Object.entries(space)
    .map(([name, dimension]) => `${name}: ${rangeText(dimension, locale)}`)
    .join(message(locale, 'list.semicolon'))

/** Those whose runs a section compares; all of its workload where it is not split by batch size. */
export const tunedIn = (
  { contestants }: TuningSummary,
  { workload, batch }: Pick<SectionSummary, 'workload' | 'batch'>,
): ContestantTuning[] =>
  contestants.filter((one) => one.workload === workload && (batch === null || one.batch === batch))

/** A row an optimizer: what was searched, what was found, what it cost. */
export function tuningTable(
  tuning: TuningSummary,
  contestants: readonly ContestantTuning[],
  locale: Locale,
): TextTable {
  const columns = ['optimizer', 'space', 'best', 'value', 'trials', 'diverged', 'runs', 'epochs'] as const
  const rows = contestants.map((one) => [
    one.label,
    spaceText(one, locale),
    one.chosen
      ? `${setText(one.chosen.set, locale)}${one.boundary.length > 0 ? ` ${message(locale, 'tuning.atEnd')}` : ''}`
      : message(locale, 'verdict.none'),
    one.chosen && one.chosen.value !== null
      ? metricText(tuning, one.chosen.value)
      : message(locale, 'verdict.none'),
    formatInteger(one.trials.length),
    formatInteger(one.diverged),
    formatInteger(one.runs),
    formatInteger(one.epochs),
  ])
  return {
    head: columns.map((name) =>
      name === 'value'
        ? message(locale, `tuning.metric.${tuning.metric}`)
        : message(locale, `tuning.column.${name}`),
    ),
    rows,
    numeric: columns.map((name) => !['optimizer', 'space', 'best'].includes(name)),
  }
}

/** What was searched how: sampler, budget, what trials were judged by. */
export function tuningSentences(tuning: TuningSummary, locale: Locale): string[] {
  const { plan, metric, contestants } = tuning
  const { sampler, trials, seeds, seed, validation, halving, studies = 1 } = plan
  return [
    message(locale, 'tuning.plan', {
      sampler:
        sampler === 'grid'
          ? message(locale, 'tuning.sampler.grid')
          : message(locale, `tuning.sampler.${sampler}`, { seed }),
      trials: formatInteger(trials),
      seeds: formatRanges(seeds),
      count: seeds.length,
      metric: message(locale, `tuning.metricName.${metric}`),
    }),
    ...(studies > 1 ? [message(locale, 'tuning.studies', { count: studies })] : []),
    ...(halving
      ? [message(locale, 'tuning.halving', { factor: halving.factor, from: formatInteger(halving.from) })]
      : []),
    message(locale, 'tuning.spent', {
      runs: formatInteger(contestants.reduce((sum, { runs }) => sum + runs, 0)),
      epochs: formatInteger(contestants.reduce((sum, { epochs }) => sum + epochs, 0)),
    }),
    validation > 0
      ? message(locale, tuning.isSealed ? 'tuning.splitAll' : 'tuning.split', {
          share: formatPercent(locale, validation, 0),
        })
      : message(locale, 'tuning.noSplit'),
  ]
}

/** What makes a comparison of tuned optimizers unfair, or its winner a matter of where the ranges end. */
export function tuningThreats(tuning: TuningSummary, locale: Locale): string[] {
  return [
    ...unequalBudgets(tuning, locale),
    ...(tuning.plan.seeds.length === 1 ? [message(locale, 'threat.tuningSeed')] : []),
    ...(tuning.plan.validation > 0 ? [] : [message(locale, 'threat.tuningNoSplit')]),
    ...boundaryGroups(tuning.contestants, locale).map(({ words }) => words),
  ]
}

/** Optimizers were not tuned alike: in trials, or in epochs. */
export function unequalBudgets({ contestants, untuned }: TuningSummary, locale: Locale): string[] {
  const counted = (count: (one: ContestantTuning) => number, others: boolean): string | null => {
    const counts = [
      ...contestants.map((one) => ({ label: one.label, count: count(one) })),
      ...(others ? untuned.map((label) => ({ label, count: 0 })) : []),
    ]
    if (new Set(counts.map((one) => one.count)).size < 2) return null
    return counts.map((one) => `${one.label} ${formatInteger(one.count)}`).join(message(locale, 'list.comma'))
  }
  const trials = counted((one) => one.trials.length, true)
  if (trials !== null) return [message(locale, 'threat.tuningTrials', { list: trials })]
  const epochs = counted((one) => one.epochs, false)
  return epochs === null ? [] : [message(locale, 'threat.tuningEpochs', { list: epochs })]
}

/** Optimizers whose best value of a parameter lies at the same end of the same range. */
export interface BoundaryGroup {
  /** That it does, and what range would show more. */
  words: string
  /** Each with this boundary alone. */
  found: readonly ContestantTuning[]
  canWiden: boolean
}

export function boundaryGroups(contestants: readonly ContestantTuning[], locale: Locale): BoundaryGroup[] {
  const found = contestants.flatMap((one) => one.boundary.map((at) => ({ ...one, boundary: [at], at })))
  const alike = Map.groupBy(found, ({ at, space }) => JSON.stringify([at, space[at.name]]))
  return [...alike.values()].flatMap((group) => {
    const [first] = group
    const dimension = first?.space[first.at.name]
    if (!first || !dimension) return []
    const wider = widenedRange(first, first.at)
    const said = message(locale, first.at.end === 'low' ? 'threat.tuningLow' : 'threat.tuningHigh', {
      list: formatList(
        locale,
        group.map(({ label }) => label),
      ),
      name: first.at.name,
      range: rangeText(dimension, locale),
    })
    const range = wider && message(locale, 'tuning.widen', { range: rangeText(wider, locale) })
    return [
      {
        words: range ? [said, range].join(message(locale, 'sentence.join')) : said,
        found: group,
        canWiden: wider !== null,
      },
    ]
  })
}

/** The tuning in words for whoever does not see the picture. */
export function describeTuning(
  tuning: TuningSummary,
  contestants: readonly ContestantTuning[],
  locale: Locale,
): string {
  return formatList(
    locale,
    contestants.map((one) =>
      one.chosen && one.chosen.value !== null
        ? message(locale, 'tuning.describe', {
            label: one.label,
            set: setText(one.chosen.set, locale),
            value: metricText(tuning, one.chosen.value),
          })
        : message(locale, 'report.describe.diverged', { label: one.label }),
    ),
  )
}
