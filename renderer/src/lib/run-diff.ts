import type { RunSummary } from '../../../src/experiments/run.ts'
import type { SettingValue } from '../../../src/experiments/settings.ts'
import { namedSchedule, usedHyperparameters } from '../../../src/experiments/used-settings.ts'

/** A setting in which runs differ: a value a run, null where a run has none of it. */
export interface Difference {
  readonly name: string
  readonly values: readonly (SettingValue | null)[]
}

/** What decides a run's numbers and where they came about, defaults included, under the names that files use. */
function settingsOf({ settings, provenance, study }: RunSummary): Record<string, SettingValue | undefined> {
  const { workload, optimizer, schedule: _schedule, set: _set, stop, device, ...rest } = settings
  return {
    workload,
    optimizer,
    ...usedHyperparameters(settings),
    ...namedSchedule(settings),
    ...rest,
    ...Object.fromEntries(Object.entries(stop ?? {}).map(([name, value]) => [`stop.${name}`, value])),
    stage: study?.stage,
    device: provenance?.device ?? device,
    engine: provenance?.engine,
    ...provenance?.versions,
    ...Object.fromEntries(provenance?.datasets.map(({ file, sha1 }) => [file, sha1]) ?? []),
  }
}

/** Only what is not the same in all runs, in the order of settings. */
export function differences(runs: readonly RunSummary[]): Difference[] {
  const all = runs.map(settingsOf)
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))]
  return names
    .map((name) => ({ name, values: all.map((settings) => settings[name] ?? null) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1)
}
