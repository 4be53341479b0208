import type { MeasuredRun } from '../charts/comparison.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { optimizers } from '../optimizers/index.ts'
import { settingText } from './text.ts'

/**
 * What runs are averaged together. `series`: all settings but the seed, and the name, so that only seeds differ. Any
 * other puts runs of several settings into one mean, whose interval then covers those settings too. By `tag` a run is in the
 * group of each of its tags.
 */
export type Grouping =
  | 'series'
  | 'run'
  | 'optimizer'
  | 'schedule'
  | 'batch'
  | 'epochs'
  | 'device'
  | 'tag'
  | `set.${string}`
  | `schedule.${string}`

export interface Group {
  /** Runs with equal keys are averaged. */
  key: string
  label: string
}

type Listed = Pick<MeasuredRun, 'record'>

/** The groupings that are a setting, which a run has one value of. */
export type Setting = Exclude<Grouping, 'series' | 'run' | 'tag'>

/** The value of a setting; undefined where the run has no such setting. */
export function settingOf(settings: RunSettings, by: Setting): unknown {
  if (by === 'optimizer' || by === 'batch' || by === 'epochs' || by === 'device') return settings[by]
  if (by === 'schedule') return settings.schedule.id
  if (by.startsWith('schedule.')) return settings.schedule.set[by.slice('schedule.'.length)]
  const name = by.slice('set.'.length)
  if (Object.hasOwn(settings.set, name)) return settings.set[name]
  const definition = optimizers.find(({ id }) => id === settings.optimizer)
  const parameter = definition?.hyper[name]
  return parameter && 'default' in parameter ? parameter.default : undefined
}

/** The settings in which these runs differ. */
export function differingSettings(runs: readonly Listed[]): Setting[] {
  const names = new Set<Setting>(['optimizer', 'schedule', 'batch', 'epochs', 'device'])
  for (const { record } of runs) {
    for (const name of Object.keys(record.settings.set)) names.add(`set.${name}`)
    for (const name of Object.keys(record.settings.schedule.set)) names.add(`schedule.${name}`)
  }
  return [...names].filter(
    (by) => new Set(runs.map(({ record }) => JSON.stringify(settingOf(record.settings, by)))).size > 1,
  )
}

/** The groupings that tell these runs apart, besides `series` and `run`, which always can. */
export function usefulGroupings(runs: readonly Listed[]): Grouping[] {
  const sets = new Set(runs.map(({ record }) => JSON.stringify(record.tags)))
  return [...differingSettings(runs), ...(sets.size > 1 ? (['tag'] as const) : [])]
}

/** The groups that a run belongs to: one, but by `tag` as many as it has. Workloads are never averaged together. */
export function groupsOf(run: Listed, by: Exclude<Grouping, 'series'>): Group[] {
  if (by !== 'tag') return [groupOf(run, by)]
  const { settings, tags } = run.record
  const own: readonly (string | null)[] = tags.length > 0 ? [...new Set(tags)] : [null]
  return own.map((tag) => ({ key: JSON.stringify([by, settings.workload, tag]), label: tag ?? 'tag –' }))
}

function groupOf({ record }: Listed, by: Exclude<Grouping, 'series' | 'tag'>): Group {
  const { settings } = record
  if (by === 'run') return { key: record.id, label: record.name }
  const value = settingOf(settings, by)
  const key = JSON.stringify([by, settings.workload, value ?? null])
  return {
    key,
    label:
      by === 'optimizer' || by === 'schedule'
        ? settingName(by, value)
        : `${by.replace(/^(set|schedule)\./, '')} ${settingName(by, value)}`,
  }
}

/** A value of a setting as it is read. */
export function settingName(by: Setting, value: unknown): string {
  if (value === undefined) return '–'
  if (by === 'optimizer') return optimizers.find(({ id }) => id === value)?.title ?? settingText(value)
  return settingText(value)
}
