import { isDiverged } from '../charts/average.ts'
import type { MeasuredRun } from '../charts/comparison.ts'
import {
  formatDuration,
  formatExact,
  formatInteger,
  formatList,
  formatPercent,
  formatRanges,
} from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import { medianOrInfinity } from '../math/robust.ts'
import { leastTimed } from './measures/common.ts'
import type { SectionSummary, SeriesSummary } from './summary.ts'
import { fewestPairs, level } from './verdict.ts'

/**
 * What could make the numbers of a section say something else than the truth, found in the runs themselves.
 * @param mark how labels are set off from the sentence around them
 */
export function threatsTo(
  section: SectionSummary,
  locale: Locale,
  mark: (label: string) => string = (label) => label,
): string[] {
  const { series } = section
  if (series.length < 2) return [...clock(series, locale)]
  return [
    ...tooFewSeeds(section, locale),
    ...unpaired(section, locale),
    ...addedLater(series, locale),
    ...mixed(series, locale, mark),
    ...unequalEpochs(series, locale, mark),
    ...unequalSplits(series, locale, mark),
    ...cutDown(section, locale),
    ...stoppedEarly(series, locale),
    ...unequalTries(series, locale),
    ...boundaries(series, locale),
    ...diverged(series, locale),
    ...machines(series, locale),
    ...tooShort(series, locale, mark),
    ...clock(series, locale),
  ]
}

/** Each once: one with several tags is in several series. */
const runsOf = (series: readonly SeriesSummary[]): MeasuredRun[] => [
  ...new Set(series.flatMap(({ runs }) => runs)),
]

function tooFewSeeds({ verdicts: { pairs } }: SectionSummary, locale: Locale): string[] {
  const few = pairs.filter(({ seeds }) => seeds.length < fewestPairs)
  if (few.length === 0) return []
  const counts = formatRanges(few.map(({ seeds }) => seeds.length))
  return [
    message(locale, few.length === pairs.length ? 'threat.seedsAll' : 'threat.seeds', {
      count: few.length,
      pairs: pairs.length,
      seeds: counts,
      least: fewestPairs,
    }),
  ]
}

function unpaired({ verdicts: { pairs } }: SectionSummary, locale: Locale): string[] {
  const most = Math.max(0, ...pairs.map((pair) => pair.unpaired))
  return most > 0 ? [message(locale, 'threat.unpaired', { count: most })] : []
}

/** Whether there are enough seeds was judged by results: every look is another chance to be wrong. */
function addedLater(series: readonly SeriesSummary[], locale: Locale): string[] {
  const later = runsOf(series)
    .map(({ record }) => record)
    .filter(({ added }) => added !== undefined && added.seen > 0)
  if (later.length === 0) return []
  const rounds = new Set(later.map(({ experimentId, added }) => `${experimentId} ${added?.seen}`)).size
  return [
    message(locale, 'threat.added', {
      seeds: formatRanges(later.map(({ settings }) => settings.seed)),
      count: rounds,
      level: formatPercent(locale, level, 0),
    }),
  ]
}

function mixed(series: readonly SeriesSummary[], locale: Locale, mark: (label: string) => string): string[] {
  const labels = series.filter(({ isMixed }) => isMixed).map(({ label }) => mark(label))
  return labels.length > 0
    ? [message(locale, 'threat.mixed', { list: listed(labels, locale), count: labels.length })]
    : []
}

function unequalEpochs(
  series: readonly SeriesSummary[],
  locale: Locale,
  mark: (label: string) => string,
): string[] {
  const byEpochs = Map.groupBy(series, ({ settings }) => settings.epochs)
  if (byEpochs.size < 2) return []
  const parts = [...byEpochs]
    .sort(([a], [b]) => a - b)
    .map(([epochs, group]) =>
      message(locale, 'threat.epochsOf', {
        count: epochs,
        list: listed(
          group.map(({ label }) => mark(label)),
          locale,
        ),
      }),
    )
  return [message(locale, 'threat.epochs', { list: parts.join(message(locale, 'list.semicolon')) })]
}

/** What is set aside is not trained on. */
function unequalSplits(
  series: readonly SeriesSummary[],
  locale: Locale,
  mark: (label: string) => string,
): string[] {
  const byShare = Map.groupBy(series, ({ settings }) => settings.validation ?? 0)
  if (byShare.size < 2) return []
  const parts = [...byShare]
    .sort(([a], [b]) => a - b)
    .map(([share, group]) =>
      message(locale, 'threat.splitOf', {
        share: formatPercent(locale, share, 0),
        list: listed(
          group.map(({ label }) => mark(label)),
          locale,
        ),
      }),
    )
  return [message(locale, 'threat.split', { list: parts.join(message(locale, 'list.semicolon')) })]
}

function cutDown({ cutFrom }: SectionSummary, locale: Locale): string[] {
  if (!cutFrom) return []
  const { minutes, seeds, trials, epochs } = cutFrom
  const parts = [
    ...(seeds === undefined ? [] : [message(locale, 'cut.seeds', { count: seeds })]),
    ...(trials === undefined ? [] : [message(locale, 'cut.trials', { count: trials })]),
    ...(epochs === undefined ? [] : [message(locale, 'cut.epochs', { count: epochs })]),
  ]
  if (parts.length === 0) return []
  return [
    message(locale, 'threat.cut', {
      time: formatDuration(locale, 60 * minutes),
      list: parts.join(message(locale, 'list.comma')),
    }),
  ]
}

function stoppedEarly(series: readonly SeriesSummary[], locale: Locale): string[] {
  const runs = runsOf(series)
  const early = runs.flatMap(({ record: { stopped } }) => stopped ?? [])
  if (early.length === 0) return []
  const lengths = early.map(({ epoch }) => epoch + 1)
  return [
    message(locale, 'threat.stopped', {
      count: early.length,
      total: runs.length,
      epochs: [...new Set([Math.min(...lengths), Math.max(...lengths)])].join('–'),
    }),
  ]
}

/** The best of many settings is lower than the best of one by chance alone. */
function unequalTries(series: readonly SeriesSummary[], locale: Locale): string[] {
  const byOptimizer = Map.groupBy(series, ({ settings }) => settings.optimizer)
  const counts = [...byOptimizer].map(([optimizer, group]) => ({ optimizer, count: group.length }))
  if (new Set(counts.map(({ count }) => count)).size < 2) return []
  return [
    message(locale, 'threat.tries', {
      list: counts.map(({ optimizer, count }) => `${optimizer} ${count}`).join(message(locale, 'list.comma')),
    }),
  ]
}

/** Series that differ in one number alone, and whose best has the least or the greatest value tried. */
function boundaries(series: readonly SeriesSummary[], locale: Locale): string[] {
  return gridsOf(series).flatMap(({ optimizer, name, points }) => {
    const [best] = points.filter(({ mean }) => mean !== null).sort((a, b) => (a.mean ?? 0) - (b.mean ?? 0))
    if (!best || points.length < 3) return []
    const isLeast = best === points[0]
    if (!isLeast && best !== points.at(-1)) return []
    return [
      message(locale, isLeast ? 'threat.boundaryLow' : 'threat.boundaryHigh', {
        optimizer,
        name,
        value: formatExact(best.value),
        count: points.length,
      }),
    ]
  })
}

/** A hyperparameter that was listed: series equal in all else, by its value. */
export interface Grid {
  optimizer: string
  name: string
  /** Ascending by value. */
  points: readonly { value: number; mean: number | null; series: SeriesSummary }[]
}

/** The one-dimensional grids among the series: at least two of them, equal but for one number of their settings. */
export function gridsOf(series: readonly SeriesSummary[]): Grid[] {
  const names = new Set(series.flatMap(({ settings }) => Object.keys(settings.set)))
  return [...names].flatMap((name) => {
    const having = series.filter(({ settings }) => typeof settings.set[name] === 'number')
    const alike = Map.groupBy(having, ({ settings: { set, ...others } }) => {
      const { [name]: _value, ...rest } = set
      return JSON.stringify([Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)), others])
    })
    return [...alike.values()]
      .filter((group) => group.length > 1)
      .map((group) => ({
        optimizer: group[0]?.settings.optimizer ?? '',
        name,
        points: group
          .map((one) => ({
            value: one.settings.set[name] as number,
            // The few seeds that a value left alive say nothing for it.
            mean: one.middles?.median === Infinity ? null : (one.final?.mean ?? null),
            series: one,
          }))
          .sort((a, b) => a.value - b.value),
      }))
  })
}

function diverged(series: readonly SeriesSummary[], locale: Locale): string[] {
  const runs = runsOf(series)
  const count = runs.filter(({ record }) => isDiverged(record)).length
  return count > 0 ? [message(locale, 'threat.diverged', { count, total: runs.length })] : []
}

/** Where series, and not only runs within one, had different machines or programs. */
function machines(series: readonly SeriesSummary[], locale: Locale): string[] {
  const of = (runs: readonly MeasuredRun[]) =>
    [
      ...new Set(
        runs.flatMap(({ record: { provenance } }) =>
          provenance ? [`${provenance.engine}, ${provenance.device}`] : [],
        ),
      ),
    ].sort()
  const known = series.map(({ runs }) => of(runs)).filter((list) => list.length > 0)
  if (new Set(known.map((list) => list.join())).size < 2) return []
  const all = [...new Set(known.flat())]
  return [message(locale, 'threat.machines', { list: all.join(message(locale, 'list.semicolon')) })]
}

/** Training of a few milliseconds is mostly what a program does when it starts. */
function tooShort(
  series: readonly SeriesSummary[],
  locale: Locale,
  mark: (label: string) => string,
): string[] {
  const timed = series.flatMap(({ label, runs }) => {
    const seconds = runs.flatMap(({ record }) =>
      record.status === 'done' && record.seconds > 0 ? record.seconds : [],
    )
    return seconds.length > 0 ? [{ label: mark(label), median: medianOrInfinity(seconds) }] : []
  })
  const short = timed.filter(({ median }) => median < leastTimed)
  if (short.length === 0 || timed.length < 2) return []
  return [
    message(locale, short.length === timed.length ? 'threat.shortAll' : 'threat.short', {
      list: listed(
        short.map(({ label }) => label),
        locale,
      ),
      time: formatDuration(locale, Math.max(...short.map(({ median }) => median))),
    }),
  ]
}

/** Runs that trained at once slowed each other down; only that they did is known, not by how much. */
function clock(series: readonly SeriesSummary[], locale: Locale): string[] {
  const most = atOnce(runsOf(series))
  return most > 1 ? [message(locale, 'threat.clock', { count: formatInteger(most) })] : []
}

function atOnce(runs: readonly MeasuredRun[]): number {
  const moments = runs.flatMap(({ record: { startedAt, finishedAt } }) => {
    const [start, end] = [Date.parse(startedAt ?? ''), Date.parse(finishedAt ?? '')]
    return end > start
      ? [
          { at: start, change: 1 },
          { at: end, change: -1 },
        ]
      : []
  })
  // One that starts as another ends did not run beside it.
  moments.sort((a, b) => a.at - b.at || a.change - b.change)
  let now = 0
  let most = 0
  for (const { change } of moments) most = Math.max(most, (now += change))
  return most
}

const namedAtMost = 4

function listed(labels: readonly string[], locale: Locale): string {
  return labels.length <= namedAtMost
    ? formatList(locale, labels)
    : `${labels.slice(0, namedAtMost - 1).join(message(locale, 'list.comma'))} …`
}
