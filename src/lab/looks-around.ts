import { seriesKey } from '../experiments/canonical.ts'
import type { LooksAround } from '../experiments/looks.ts'
import type { RunSummary } from '../experiments/run.ts'
import type { Library } from './library/library.ts'

/** What the library remembers of the test sets that these runs are compared on; nothing of workloads that have none. */
export function looksAround(library: Library, runs: readonly RunSummary[]): LooksAround[] {
  return [...Map.groupBy(runs, ({ settings }) => settings.workload)].flatMap(([workload, own]) => {
    const settings = library.looks.settings(workload)
    if (settings === 0) return []
    const series = [...new Set(own.map((run) => seriesKey(run.settings)))]
    const before = library.looks.settingsBefore(workload, beginning(library, own), series)
    return [{ workload, settings, before }]
  })
}

/** When settings were chosen at the latest: as the experiment was submitted, or the run where it is of none. */
function beginning(library: Library, runs: readonly RunSummary[]): string {
  const ids = new Set(runs.flatMap(({ experimentId }) => experimentId ?? []))
  const began = new Map([...ids].map((id) => [id, library.experimentBegan(id)]))
  return runs
    .map(({ experimentId, createdAt }) => (experimentId && began.get(experimentId)) ?? createdAt)
    .reduce((first, moment) => (moment < first ? moment : first))
}
