import { optimizers } from '../optimizers/index.ts'
import { hyperparametersOf } from '../rules/settle.ts'
import type { RunSettings, SettingMap, SettingValue } from './settings.ts'

/** A hyperparameter as a run uses it: what was set, or the rule's default; null where it is off or the rule has none. */
export function hyperparameterOf(
  { optimizer, set }: Pick<RunSettings, 'optimizer' | 'set'>,
  name: string,
): SettingValue | null {
  const given = set[name]
  if (given !== undefined) return given
  const rule = optimizers.find(({ id }) => id === optimizer)
  const declared = rule && hyperparametersOf(rule)[name]
  return !declared || declared.kind === 'optional' ? null : declared.default
}

/** A run's schedule under the names that files and filters use, as they stand side by side with other settings. */
export const namedSchedule = ({ schedule }: Pick<RunSettings, 'schedule'>): SettingMap => ({
  schedule: schedule.id,
  ...Object.fromEntries(Object.entries(schedule.set).map(([name, value]) => [`schedule.${name}`, value])),
  'schedule.per': schedule.per,
  'schedule.offset': schedule.offset,
})

/** All hyperparameters of a run: its rule's own with what was set or their defaults, shared ones where they were set. */
export function usedHyperparameters(settings: Pick<RunSettings, 'optimizer' | 'set'>): SettingMap {
  const rule = optimizers.find(({ id }) => id === settings.optimizer)
  const own = Object.keys(rule?.hyper ?? {}).flatMap((name) => {
    const value = hyperparameterOf(settings, name)
    return value === null ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(own), ...settings.set }
}
