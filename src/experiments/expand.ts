import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import { workloads } from '../workloads/index.ts'
import { checkSettings } from './check.ts'
import type { Experiment, OptimizerEntry, Series } from './experiment.ts'
import { labelOf } from './label.ts'
import type { SettingMap, SettingValue } from './settings.ts'

const mostRuns = 100_000

/**
 * An experiment's series, in the file's order: every combination of workload, optimizer with its listed values,
 * schedule and batch size.
 * @throws DescentError for the first series that could not run
 */
export function expand(experiment: Experiment): Series[] {
  const series = experiment.workloads.flatMap((workloadId) => {
    const workload = lookUp(workloads, workloadId, 'workload')
    return experiment.optimizers.flatMap((given) => {
      const entry: OptimizerEntry = given
      const batches = entry.batch ?? experiment.batch ?? [workload.defaults.batch]
      return combinations(entry.set ?? {}).flatMap((set) =>
        (entry.schedules ?? experiment.schedules).flatMap((schedule) =>
          batches.map((batch): Series => {
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
            const label = entry.label ?? labelOf(settings)
            return { label, settings }
          }),
        ),
      )
    })
  })
  const runs = series.length * experiment.seeds.length
  if (runs > mostRuns)
    throw new DescentError(
      'invalid-value',
      `The experiment asks for ${runs} runs, at most ${mostRuns} are taken.`,
      'Shorten a list or use fewer seeds.',
    )
  return tellApart(series)
}

/** Every way to choose one value from each list. */
function combinations(
  set: Readonly<Record<string, SettingValue | readonly (number | boolean | string)[]>>,
): SettingMap[] {
  let chosen: SettingMap[] = [{}]
  for (const [name, value] of Object.entries(set)) {
    const values = Array.isArray(value) ? value : [value as SettingValue]
    chosen = chosen.flatMap((sofar) => values.map((one) => ({ ...sofar, [name]: one as SettingValue })))
  }
  return chosen
}

/** Adds to labels that name several series what differs between them. */
function tellApart(series: readonly Series[]): Series[] {
  const differing: [keyof Series['settings'], (settings: Series['settings']) => string][] = [
    ['batch', ({ batch }) => `batch ${batch}`],
    ['epochs', ({ epochs }) => `${epochs} epochs`],
    [
      'set',
      ({ set }) =>
        Object.entries(set)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(', '),
    ],
    ['schedule', ({ schedule }) => schedule.id],
    ['workload', ({ workload }) => workload],
  ]
  return series.map((one) => {
    const namesakes = series.filter(({ label }) => label === one.label)
    const parts = differing
      .filter(([key]) => new Set(namesakes.map(({ settings }) => JSON.stringify(settings[key]))).size > 1)
      .map(([, say]) => say(one.settings))
    return { ...one, label: [one.label, ...parts].join(' · ') }
  })
}
