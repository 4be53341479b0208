import { placeAndStart } from '../../../src/comparison/present.ts'
import type { RunSettings, SettingValue } from '../../../src/experiments/settings.ts'

/** The command line that repeats a run. */
export function repeatCommand(settings: RunSettings): string {
  const { workload, optimizer, set, schedule, batch, epochs, seed } = settings
  const write = (value: SettingValue): string => (Array.isArray(value) ? value.join(',') : String(value))
  const assignments = (flag: string, map: Readonly<Record<string, SettingValue>>): string[] =>
    Object.entries(map).map(([name, value]) => `${flag} ${name}=${write(value)}`)
  const constant = schedule.id === 'constant' && Object.keys(schedule.set).length === 0
  return [
    `descent train ${workload} --optimizer ${optimizer}`,
    ...assignments('--set', set),
    ...(constant
      ? []
      : [
          `--schedule ${schedule.id}`,
          ...assignments('--schedule-set', schedule.set),
          ...(schedule.per === 'epoch' ? [] : [`--schedule-per ${schedule.per}`]),
          ...(schedule.offset === 0 ? [] : [`--schedule-offset ${schedule.offset}`]),
        ]),
    `--batch ${batch} --epochs ${epochs} --seed ${seed}`,
    ...placeAndStart(settings),
  ].join(' ')
}
