import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import { checkGrid } from '../search/grid.ts'
import type { Dimension } from '../search/dimension.ts'
import { endsOf, pointAt } from '../search/space.ts'
import { workloads } from '../workloads/index.ts'
import { checkSettings, checkStop, startOf } from './check.ts'
import type { Experiment, OptimizerEntry, Series } from './experiment.ts'
import { labelOf, searchLabel, valueText } from './label.ts'
import type { SettingMap } from './settings.ts'
import { metricOf } from './study.ts'
import type { Tuning } from './tuning.ts'

const mostRuns = 100_000

/**
 * An experiment's series, in the file's order: every combination of workload, optimizer with its listed values,
 * schedule and batch size.
 * @throws DescentError for the first series that could not run, or is there twice
 */
export function expand(experiment: Experiment): Series[] {
  refuseTooMany(experiment)
  const series = experiment.workloads.flatMap((workloadId) => {
    const workload = lookUp(workloads, workloadId, 'workload')
    checkStop(experiment.stop, workload, experiment.validation)
    return experiment.optimizers.flatMap((entry: OptimizerEntry) =>
      combinations(entry.set ?? {}).flatMap((set) =>
        (entry.schedules ?? experiment.schedules).flatMap((schedule) =>
          (entry.batch ?? experiment.batch ?? [workload.defaults.batch]).map((batch): Series => {
            const settings = {
              workload: workloadId,
              optimizer: entry.id,
              set,
              schedule,
              batch,
              epochs: entry.epochs ?? experiment.epochs ?? workload.defaults.epochs,
              device: experiment.device,
              ...startOf(workload, experiment.initialiser),
              ...(experiment.validation !== undefined && { validation: experiment.validation }),
              ...(experiment.stop && { stop: experiment.stop }),
            }
            const { search } = entry
            if (!search) {
              checkSettings({ ...settings, seed: 0 })
              return { label: entry.label ?? labelOf(settings), settings }
            }
            checkSearch(experiment, entry, settings)
            const label = entry.label ?? searchLabel(settings, Object.keys(search))
            return { label, settings, space: search }
          }),
        ),
      ),
    )
  })
  return tellApart(series)
}

/** The whole of a search space can be tried, corner by corner. */
function checkSearch(
  { tuning }: Experiment,
  { id, set, search = {} }: OptimizerEntry,
  settings: Series['settings'],
): void {
  if (!tuning)
    throw new DescentError(
      'usage',
      `${id} has a search space, but the experiment says nothing about tuning.`,
      'Add `tuning: { trials: 20 }`, or give fixed values with `set`.',
    )
  const twice = Object.keys(search).find((name) => set && Object.hasOwn(set, name))
  if (twice !== undefined)
    throw new DescentError('usage', `${id} both sets ${twice} and searches it.`, 'Remove one of them.')
  if (tuning.sampler === 'grid') checkGrid(search, tuning.trials)
  checkMetric(tuning, settings.workload)
  const { validation } = tuning
  for (const end of [0, 1]) {
    const corner = pointAt(
      search,
      Object.keys(search).map(() => end),
    )
    const set = { ...settings.set, ...corner }
    checkSettings({ ...settings, set, seed: 0, ...(validation > 0 && { validation }) })
  }
}

/** What settings are judged by is measured at all: otherwise every one would count as diverged. */
function checkMetric(tuning: Tuning, workloadId: string): void {
  const metric = metricOf(tuning)
  if (metric === 'trainLoss') return
  if (tuning.validation === 0)
    throw new DescentError(
      'usage',
      `The tuning goes by ${metric}, but sets no examples aside to measure it on.`,
      'Give a validation above 0, such as 0.2, or metric: trainLoss.',
    )
  if (metric === 'validationAccuracy' && !lookUp(workloads, workloadId, 'workload').network.classes)
    throw new DescentError(
      'usage',
      `The tuning goes by validationAccuracy, but ${workloadId} has no classes.`,
      'Give metric: validationLoss.',
    )
}

/** Counted before they are made: lists multiply. */
function refuseTooMany({ workloads, optimizers, schedules, batch, seeds, tuning }: Experiment): void {
  // The rounds of a halving together ask for less than twice the first.
  const trials = tuning
    ? (tuning.halving ? 2 : 1) * tuning.trials * tuning.seeds.length * (tuning.studies ?? 1)
    : 0
  const series = optimizers.map((entry: OptimizerEntry) =>
    Object.values(entry.set ?? {})
      .map((value) => (Array.isArray(value) ? value.length : 1))
      .concat((entry.schedules ?? schedules).length, (entry.batch ?? batch ?? [0]).length)
      .reduce((product, length) => product * length, seeds.length + (entry.search ? trials : 0)),
  )
  const runs = series.reduce((a, b) => a + b) * workloads.length
  if (runs > mostRuns)
    throw new DescentError(
      'invalid-value',
      `The experiment asks for ${runs} runs, at most ${mostRuns} are taken.`,
      'Shorten a list or use fewer seeds.',
    )
}

/** Every way to choose one value from each list. */
function combinations(set: NonNullable<OptimizerEntry['set']>): SettingMap[] {
  let chosen: SettingMap[] = [{}]
  for (const [name, value] of Object.entries(set))
    chosen = chosen.flatMap((sofar) => [value].flat().map((one) => ({ ...sofar, [name]: one })))
  return chosen
}

/**
 * Adds to labels that name several series what differs between them.
 * @throws DescentError where two do not differ: their runs would be the same numbers, counted twice
 */
function tellApart(series: readonly Series[]): Series[] {
  const namesakes = Map.groupBy(series, ({ label }) => label)
  const labels = new Map<Series, string>()
  for (const [label, same] of namesakes) {
    const parts = same.map(partsOf)
    const names = [...new Set(parts.flatMap((part) => [...part.keys()]))]
    const telling = names.filter((name) => new Set(parts.map((part) => part.get(name))).size > 1)
    const different = new Set(parts.map((part) => JSON.stringify(names.map((name) => part.get(name)))))
    if (different.size < same.length)
      throw new DescentError(
        'usage',
        `The series ${JSON.stringify(label)} is asked for twice with the same settings.`,
        'Remove one of them; more seeds are what repeats a series.',
      )
    same.forEach((one, index) =>
      labels.set(one, [label, ...telling.flatMap((name) => parts[index]?.get(name) ?? [])].join(' · ')),
    )
  }
  return series.map((one) => ({ ...one, label: labels.get(one) ?? one.label }))
}

/** `log 1e-4 … 1`, `0.9 | 0.99`. */
function rangeText(dimension: Dimension): string {
  if ('values' in dimension) return dimension.values.map(valueText).join(' | ')
  return `${Object.keys(dimension).join('')} ${endsOf(dimension).map(valueText).join(' … ')}`
}

/** Everything in which two series may differ, each as a label would say it. */
function partsOf({ settings, space = {} }: Series): Map<string, string> {
  const { workload, optimizer, set, schedule, batch, epochs } = settings
  const named = (prefix: string, map: SettingMap) =>
    Object.entries(map).map(([name, value]): [string, string] => [
      `${prefix}.${name}`,
      `${name} ${valueText(value)}`,
    ])
  return new Map([
    ['optimizer', optimizer],
    ['batch', `batch ${batch}`],
    ['epochs', `${epochs} epochs`],
    ...named('set', set),
    ...Object.entries(space).map(([name, range]): [string, string] => [
      `search.${name}`,
      `${name} ${rangeText(range)}`,
    ]),
    ['schedule', schedule.id],
    ...named('schedule', schedule.set),
    ['per', `per ${schedule.per}`],
    ['offset', `offset ${schedule.offset}`],
    ['workload', workload],
  ])
}
