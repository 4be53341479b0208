import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import { workloads } from '../workloads/index.ts'
import { checkSettings } from './check.ts'
import type { Experiment, OptimizerEntry, Series } from './experiment.ts'
import { labelOf, valueText } from './label.ts'
import type { SettingMap } from './settings.ts'

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
            }
            checkSettings({ ...settings, seed: 0 })
            return { label: entry.label ?? labelOf(settings), settings }
          }),
        ),
      ),
    )
  })
  return tellApart(series)
}

/** Counted before they are made: lists multiply. */
function refuseTooMany({ workloads, optimizers, schedules, batch, seeds }: Experiment): void {
  const series = optimizers.map((entry: OptimizerEntry) =>
    Object.values(entry.set ?? {})
      .map((value) => (Array.isArray(value) ? value.length : 1))
      .concat((entry.schedules ?? schedules).length, (entry.batch ?? batch ?? [0]).length)
      .reduce((product, length) => product * length),
  )
  const runs = series.reduce((a, b) => a + b) * workloads.length * seeds.length
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
    const parts = same.map(({ settings }) => partsOf(settings))
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

/** Everything in which two series may differ, each as a label would say it. */
function partsOf({
  workload,
  optimizer,
  set,
  schedule,
  batch,
  epochs,
}: Series['settings']): Map<string, string> {
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
    ['schedule', schedule.id],
    ...named('schedule', schedule.set),
    ['per', `per ${schedule.per}`],
    ['offset', `offset ${schedule.offset}`],
    ['workload', workload],
  ])
}
