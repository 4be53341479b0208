import type { Study } from '../../charts/comparison.ts'
import { performanceProfile, type ProfileLine } from '../../charts/performanceProfile.ts'
import { assignStyles, type SeriesStyle } from '../../charts/palette.ts'
import { isAccuracy, quantities, type Quantity } from '../../charts/quantity.ts'
import { lookUp } from '../../contract/lookup.ts'
import { expand } from '../../experiments/expand.ts'
import { targetsOn, type Series } from '../../experiments/experiment.ts'
import type { EpochResult, RunSummary } from '../../experiments/run.ts'
import { hasResult } from '../../experiments/study.ts'
import { formatDuration, formatExact, formatFixed, formatInteger } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { medianOrInfinity } from '../../math/robust.ts'
import { workloads } from '../../workloads/index.ts'
import { leastTimed, type MeasureTable } from './common.ts'
import { greatestRatio, profileAt, profileScore, timeRatios } from './profile.ts'

/** What trials take to a target: training time, as AlgoPerf has it, and steps, which do not depend on the machine. */
type Unit = 'seconds' | 'step'
type Times = Readonly<Record<Unit, number>>

/** A workload and what should be reached on it. */
interface Problem {
  readonly workload: string
  readonly quantity: Quantity
  readonly target: number
}

/** What one optimizer with its schedule comes to over all workloads. */
interface Scored {
  readonly label: string
  readonly style: SeriesStyle
  /** By problem: the median over the studies of each one's fastest trial; Infinity is a miss. */
  readonly times: Readonly<Record<Unit, readonly number[]>>
  /** By problem: studies that reached it. */
  readonly reached: readonly number[]
  /** By problem, over the fastest. */
  readonly ratios: Readonly<Record<Unit, readonly number[]>>
  readonly score: Times
}

/** AlgoPerf's score (Dahl et al. 2023, arXiv:2306.07179) of an experiment's trials: nothing but how fast they were counts. */
export interface AlgoPerf {
  readonly problems: readonly Problem[]
  readonly studies: number
  readonly scored: readonly Scored[]
}

/**
 * The time of one optimizer to one target: a study's is that of its fastest trial; the median over the studies.
 * @param studies [study][trial]; Infinity is a miss
 */
export const medianOfFastest = (studies: readonly (readonly number[])[]): number =>
  medianOrInfinity(studies.map((trials) => Math.min(...trials)))

/**
 * @param styleOf the look of a contestant's runs, where some are compared
 * @returns null without targets that trials measure, and while trials are open
 */
export function algoPerfOf(
  { experiment, runs, epochs }: Study,
  styleOf: (contestant: number) => SeriesStyle | undefined,
): AlgoPerf | null {
  const { tuning, targets } = experiment
  if (!tuning || !targets || !epochs) return null
  const series = expand(experiment).map((one, contestant) => ({ one, contestant }))
  const byWorkload = [...Map.groupBy(series, ({ one }) => one.settings.workload)]
  const validates = tuning.validation > 0 || experiment.validation !== undefined
  const problems = byWorkload.flatMap(([workload]) =>
    problemsOn(workload, targetsOn(targets, workload), validates),
  )
  const trials = Map.groupBy(
    // What has not been read yet is not known to have missed.
    runs.filter(({ id, study, status }) => study?.stage === 'tuning' && hasResult(status) && epochs.has(id)),
    ({ study }) => study?.contestant,
  )
  const studies = tuning.studies ?? 1
  const [first] = byWorkload
  if (problems.length === 0 || !first) return null
  // A workload's contestants come in the order of the file: the same place, the same contestant.
  const fallback = assignStyles(
    first[1].map(({ one: { settings } }, place) => ({ key: String(place), optimizer: settings.optimizer })),
  )
  const contestants = first[1].flatMap(({ contestant }, place) => {
    const own = byWorkload.map(([, all]) => all[place])
    const times = problems.map((problem) => {
      const at = own[byWorkload.findIndex(([workload]) => workload === problem.workload)]
      if (!at?.one.space) return null
      const ended = trials.get(at.contestant) ?? []
      const found = studyTimes(ended, problem, epochs, tuning.seeds.length)
      const isWhole = found.length === studies && found.every((one) => one.length === tuning.trials)
      return isWhole ? found : null
    })
    const known = times.filter((one) => one !== null)
    const style = (styleOf(contestant) ?? fallback.get(String(place))) as SeriesStyle // made of the same list
    const label = sharedLabel(own.flatMap((at) => (at ? [at.one] : [])))
    return known.length < times.length ? [] : [{ label, style, times: known }]
  })
  if (contestants.length < 2) return null
  const medians = (unit: Unit): number[][] =>
    contestants.map(({ times }) =>
      times.map((found) => medianOfFastest(found.map((tried) => tried.map((at) => at[unit])))),
    )
  const [seconds, step] = [medians('seconds'), medians('step')]
  const ratios = { seconds: timeRatios(seconds), step: timeRatios(step) }
  return {
    problems,
    studies,
    scored: contestants.map(({ label, style, times }, row) => {
      const own = { seconds: ratios.seconds[row] as number[], step: ratios.step[row] as number[] }
      return {
        label,
        style,
        times: { seconds: seconds[row] as number[], step: step[row] as number[] },
        reached: times.map(
          (found) => found.filter((tried) => tried.some(({ step: at }) => at < Infinity)).length,
        ),
        ratios: own,
        score: { seconds: profileScore(own.seconds), step: profileScore(own.step) },
      }
    }),
  }
}

/** Those that trials measure: never on the test set, and what nothing can reach would only lower every score. */
function problemsOn(workload: string, targets: ReturnType<typeof targetsOn>, validates: boolean): Problem[] {
  const { classes } = lookUp(workloads, workload, 'workload').network
  return quantities
    .filter((quantity) => !quantity.startsWith('test') && (validates || !quantity.startsWith('validation')))
    .filter((quantity) => classes !== null || !isAccuracy(quantity))
    .flatMap((quantity) => (targets?.[quantity] ?? []).map((target) => ({ workload, quantity, target })))
}

/** [study][trial]: the median over the trial's seeds, of its longest training where halving trained it again. */
function studyTimes(
  runs: readonly RunSummary[],
  problem: Problem,
  epochs: ReadonlyMap<string, readonly EpochResult[]>,
  seeds: number,
): Times[][] {
  const byStudy = Map.groupBy(runs, ({ study }) => study?.study ?? 0)
  return [...byStudy.values()].map((own) =>
    [...Map.groupBy(own, ({ study }) => study?.trial).values()].flatMap((all): Times[] => {
      const byRung = [...Map.groupBy(all, ({ study }) => study?.rung ?? 0)].sort(([a], [b]) => b - a)
      const last = byRung.find(([, ended]) => ended.length === seeds)?.[1]
      if (!last) return []
      const times = last.map((run) => timeOf(run, problem, epochs.get(run.id) ?? []))
      const middle = (unit: Unit): number => medianOrInfinity(times.map((one) => one[unit]))
      return [{ seconds: middle('seconds'), step: middle('step') }]
    }),
  )
}

/** The first epoch after which a run is at the target or better. */
function timeOf(
  { totalSteps, settings }: RunSummary,
  { quantity, target }: Problem,
  epochs: readonly EpochResult[],
): Times {
  const found = epochs.find((epoch) => {
    const value = epoch[quantity]
    return typeof value === 'number' && (isAccuracy(quantity) ? value >= target : value <= target)
  })
  if (!found) return { seconds: Infinity, step: Infinity }
  return { seconds: found.seconds, step: ((found.epoch + 1) * totalSteps) / settings.epochs }
}

/** What a contestant is called on every workload: without the workload, and a batch size that is the workload's own. */
function sharedLabel(own: readonly Series[]): string {
  const [first = [], ...others] = own.map(({ label, space }) =>
    label.split(' · ').filter((part) => part !== `${Object.keys(space ?? {}).join(', ')} tuned`),
  )
  return first.filter((part) => others.every((parts) => parts.includes(part))).join(' · ')
}

/** As a table has room for it. */
const shortened = (target: number): number => Number(target.toPrecision(6))

/** What the score is read in: training time, unless some median is too short to be measured. */
function leadingUnit({ scored }: AlgoPerf): Unit {
  const times = scored.flatMap((one) => one.times.seconds).filter(Number.isFinite)
  return Math.min(...times) < leastTimed ? 'step' : 'seconds'
}

const taus = [1, 1.5, 2, greatestRatio]

/** The score with the profile it is the area of, and the times that it is made of. */
export function algoPerfTables(found: AlgoPerf | null, locale: Locale): MeasureTable[] {
  if (!found) return []
  const { problems, studies } = found
  const unit = leadingUnit(found)
  const scored = [...found.scored].sort((a, b) => b.score[unit] - a.score[unit])
  const isReached = scored.some(({ times }) => times.step.some(Number.isFinite))
  const lines = scored.map(({ label, style, ratios, score }): ProfileLine => ({
    label,
    style,
    score: score[unit],
    points: [...new Set([1, ...ratios[unit].filter((ratio) => ratio < greatestRatio), greatestRatio])]
      .sort((a, b) => a - b)
      .map((tau) => ({ tau, share: profileAt(ratios[unit], tau) })),
  }))
  const head = (names: readonly Parameters<typeof columnTitle>[1][]): string[] =>
    names.map((name) => columnTitle(locale, name))
  const missed = message(locale, 'verdict.none')
  return [
    {
      id: 'algoperf',
      title: message(locale, 'measure.algoperf'),
      caption: [
        message(locale, 'measure.algoperf.caption', { count: problems.length, studies }),
        message(locale, unit === 'seconds' ? 'measure.algoperf.byTime' : 'measure.algoperf.bySteps'),
        ...(isReached ? [] : [message(locale, 'measure.algoperf.none')]),
      ].join(message(locale, 'sentence.join')),
      table: {
        head: [
          ...head(['series', 'scoreTime', 'scoreSteps']),
          ...taus.map((tau) => `ρ(${formatExact(tau)})`),
        ],
        rows: scored.map(({ label, ratios, score }) => [
          label,
          formatFixed(score.seconds, 3),
          formatFixed(score.step, 3),
          ...taus.map((tau) => formatFixed(profileAt(ratios[unit], tau), 2)),
        ]),
        numeric: [false, true, true, ...taus.map(() => true)],
      },
      ...(isReached && {
        chart: (options) =>
          performanceProfile(lines, {
            ...options,
            of: unit === 'seconds' ? 'time' : 'steps',
            problems: 'targets',
          }),
        points: () =>
          lines.map(({ label, style, points }) => ({
            label,
            style,
            points: points.map(({ tau, share }) => ({ x: tau, y: share, low: NaN, high: NaN })),
          })),
      }),
    },
    {
      id: 'algoperf-times',
      title: message(locale, 'measure.algoperf.times'),
      caption: message(locale, 'measure.algoperf.timesCaption', { studies }),
      table: {
        head: head(['workload', 'target', 'series', 'reachedStudies', 'seconds', 'steps']),
        rows: problems.flatMap(({ workload, quantity, target }, problem) =>
          scored.map(({ label, times, reached }) => {
            const write = (unit: Unit, text: (value: number) => string): string => {
              const value = times[unit][problem] as number
              return Number.isFinite(value) ? text(value) : missed
            }
            return [
              workload,
              `${message(locale, `chart.quantity.${quantity}`)} ${isAccuracy(quantity) ? '≥' : '≤'} ${formatExact(shortened(target))}`,
              label,
              `${reached[problem] as number}/${studies}`,
              write('seconds', (value) => formatDuration(locale, value)),
              write('step', formatInteger),
            ]
          }),
        ),
        numeric: [false, false, false, true, true, true],
      },
    },
  ]
}

const columnTitle = (
  locale: Locale,
  name:
    'series' | 'scoreTime' | 'scoreSteps' | 'workload' | 'target' | 'reachedStudies' | 'seconds' | 'steps',
): string => message(locale, `measure.column.${name}`)

/** The same as data, for `compare --json`; a miss is null. */
export function algoPerfRecord(found: AlgoPerf | null) {
  if (!found) return null
  const finite = (values: readonly number[]): (number | null)[] =>
    values.map((value) => (Number.isFinite(value) ? value : null))
  return {
    studies: found.studies,
    read_in: leadingUnit(found) === 'seconds' ? 'seconds' : 'steps',
    problems: found.problems,
    scores: found.scored.map(({ label, times, reached, score }) => ({
      label,
      score: score.seconds,
      score_steps: score.step,
      seconds: finite(times.seconds),
      steps: finite(times.step),
      reached,
    })),
  }
}
