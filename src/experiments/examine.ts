import { DescentError } from '../contract/errors.ts'
import { lookUp, suggestion } from '../contract/lookup.ts'
import { optimizers } from '../optimizers/index.ts'
import { settleHyperparameters } from '../rules/settle.ts'
import { schedules } from '../schedules/index.ts'
import { endsOf } from '../search/space.ts'
import { settleSchedule } from '../schedules/schedule.ts'
import { workloads } from '../workloads/index.ts'
import { checkBatch, checkDevice, checkStop, startOf } from './check.ts'
import type { Experiment, OptimizerEntry } from './experiment.ts'
import type { ScheduleSettings } from './settings.ts'

/** Where in the file something stands: `['optimizers', 1, 'set', 'lr', 0]`. */
type Path = readonly (string | number)[]

/** Does some work on the part of the file that stands there; what it throws is that part's fault. */
type At = <T>(path: Path, work: () => T) => T

/** Tries every id and value of an experiment by itself, so that each fault is known with its place. */
export function examineValues(experiment: Experiment, at: At): void {
  const trained = experiment.workloads.map((id, index) =>
    at(['workloads', index], () => lookUp(workloads, id, 'workload')),
  )
  const examineShared = (
    here: Path,
    { batch = [], schedules = [] }: Pick<OptimizerEntry, 'batch' | 'schedules'>,
  ): void => {
    batch.forEach((size, index) =>
      at([...here, 'batch', index], () => trained.forEach((workload) => checkBatch(size, workload))),
    )
    schedules.forEach((schedule, index) => examineSchedule([...here, 'schedules', index], schedule, at))
  }
  at(['device'], () => checkDevice(experiment.device))
  at(['initialiser'], () => trained.forEach((workload) => startOf(workload, experiment.initialiser)))
  for (const id of ofWorkloads(experiment.targets))
    at(['targets', id], () => {
      if (experiment.workloads.includes(id)) return
      throw new DescentError(
        'not-found',
        `There are targets for ${id}, which the experiment does not train.`,
        `${suggestion(id, experiment.workloads)}Name one of its workloads, or remove them.`,
      )
    })
  at(['stop', 'metric'], () =>
    trained.forEach((workload) => checkStop(experiment.stop, workload, experiment.validation)),
  )
  examineShared([], experiment)
  experiment.optimizers.forEach((entry: OptimizerEntry, index) => {
    const here = ['optimizers', index]
    const rule = at([...here, 'id'], () => lookUp(optimizers, entry.id, 'optimizer'))
    for (const [name, given] of Object.entries(entry.set ?? {}))
      [given].flat().forEach((value, k) => {
        const place = Array.isArray(given) ? [name, k] : [name]
        at([...here, 'set', ...place], () => settleHyperparameters(rule, { [name]: value }))
      })
    for (const [name, dimension] of Object.entries(entry.search ?? {}))
      at([...here, 'search', name], () => {
        const ends = 'values' in dimension ? dimension.values : endsOf(dimension)
        for (const value of ends) settleHyperparameters(rule, { [name]: value })
      })
    examineShared(here, entry)
  })
}

/** Workloads that targets are given for, one by one. */
const ofWorkloads = (targets: Experiment['targets']): string[] =>
  Object.entries(targets ?? {}).flatMap(([name, given]) => (Array.isArray(given) ? [] : [name]))

function examineSchedule(here: Path, { id, set }: ScheduleSettings, at: At): void {
  const definition = at([...here, 'id'], () => lookUp(schedules, id, 'schedule'))
  const complaint = (given: typeof set): DescentError | null => {
    try {
      settleSchedule(definition, given, 1)
      return null
    } catch (error) {
      return DescentError.from(error)
    }
  }
  const whole = complaint(set)
  if (!whole) return
  // What only some parameters together make wrong, perhaps with an optimizer's lr, is found when they meet.
  for (const [name, value] of Object.entries(set)) {
    const own = complaint({ [name]: value })
    if (own?.message === whole.message)
      at([...here, 'set', name], () => {
        throw own
      })
  }
}
