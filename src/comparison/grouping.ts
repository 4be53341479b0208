import type { MeasuredRun } from '../charts/comparison.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { optimizers } from '../optimizers/index.ts'
import { settingText } from './text.ts'

/**
 * What runs are averaged together. `series`: all settings but the seed, and the name, so that only seeds differ. Any
 * other puts runs of several settings into one mean, whose interval then covers those settings too.
 */
export type Grouping =
  | 'series'
  | 'run'
  | 'optimizer'
  | 'schedule'
  | 'batch'
  | 'epochs'
  | 'device'
  | `set.${string}`
  | `schedule.${string}`

export interface Group {
  /** Runs with equal keys are averaged. */
  key: string
  label: string
}

type Listed = Pick<MeasuredRun, 'record'>

/** The value by which a grouping sorts a run; undefined where the run has no such setting. */
function valueOf(settings: RunSettings, by: Grouping): unknown {
  if (by === 'optimizer' || by === 'batch' || by === 'epochs' || by === 'device') return settings[by]
  if (by === 'schedule') return settings.schedule.id
  if (by.startsWith('schedule.')) return settings.schedule.set[by.slice('schedule.'.length)]
  const name = by.slice('set.'.length)
  if (Object.hasOwn(settings.set, name)) return settings.set[name]
  const definition = optimizers.find(({ id }) => id === settings.optimizer)
  const parameter = definition?.hyper[name]
  return parameter && 'default' in parameter ? parameter.default : undefined
}

/** The groupings that tell these runs apart, besides `series` and `run`, which always can. */
export function usefulGroupings(runs: readonly Listed[]): Grouping[] {
  const names = new Set<Grouping>(['optimizer', 'schedule', 'batch', 'epochs', 'device'])
  for (const { record } of runs) {
    for (const name of Object.keys(record.settings.set)) names.add(`set.${name}`)
    for (const name of Object.keys(record.settings.schedule.set)) names.add(`schedule.${name}`)
  }
  return [...names].filter(
    (by) => new Set(runs.map(({ record }) => JSON.stringify(valueOf(record.settings, by)))).size > 1,
  )
}

/** The group that a run belongs to. Workloads are never averaged together. */
export function groupOf({ record }: Listed, by: Exclude<Grouping, 'series'>): Group {
  const { settings } = record
  if (by === 'run') return { key: record.id, label: record.name }
  const value = valueOf(settings, by)
  const key = JSON.stringify([by, settings.workload, value ?? null])
  if (by === 'optimizer')
    return { key, label: optimizers.find(({ id }) => id === settings.optimizer)?.title ?? settings.optimizer }
  if (by === 'schedule') return { key, label: settings.schedule.id }
  const name = by.replace(/^(set|schedule)\./, '')
  return { key, label: value === undefined ? `${name} –` : `${name} ${settingText(value)}` }
}
