import { mostSeeds, runsFor } from '../comparison/further.ts'
import { DescentError } from '../contract/errors.ts'
import { seriesKey } from '../experiments/canonical.ts'
import type { RunSummary, StudyRole } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { hasResult } from '../experiments/study.ts'
import type { Library } from './library/library.ts'

/** A run that joins an experiment, as what it repeats. */
export interface Joining {
  readonly settings: RunSettings
  readonly series: string
  readonly study?: StudyRole
  readonly added: NonNullable<RunSummary['added']>
}

/**
 * Runs with further seeds of what an experiment compares. Its file stays as it was submitted; that these came later, and
 * after how many results, stands in each of them.
 * @param asked so many seeds more of every series, or the runs themselves
 * @throws DescentError `not-found`; `conflict` while the settings compared are not known, or for a seed that is there;
 * `invalid-value` for settings that the experiment does not compare
 */
export function furtherRuns(
  library: Library,
  experimentId: string,
  asked: { readonly seeds?: number | undefined; readonly runs?: readonly RunSettings[] | undefined },
): Joining[] {
  const experiment = library.experiment(experimentId)
  if (!experiment)
    throw new DescentError(
      'not-found',
      `There is no experiment "${experimentId}".`,
      '`descent runs list` shows what there is.',
    )
  const compared = library.runsOf(experimentId).filter(({ study }) => study?.stage !== 'tuning')
  const series = [...Map.groupBy(compared, ({ settings }) => seriesKey(settings))].map(([key, runs]) => ({
    key,
    // Groups are not empty.
    first: runs[0] as RunSummary,
    settings: (runs[0] as RunSummary).settings,
    runs: runs.map((record) => ({ record })),
  }))
  if (series.length === 0)
    throw new DescentError(
      'conflict',
      `The experiment ${JSON.stringify(experiment.title)} has no runs yet that are compared.`,
      'Wait until its tuning is over, or resume it.',
    )
  const byKey = new Map(series.map((one) => [one.key, one]))
  const seen = compared.filter(({ status }) => hasResult(status)).length
  const wanted =
    asked.runs ??
    runsFor(series, mostSeeds(series) + (asked.seeds ?? 0))
      .map(({ settings }) => settings)
      // Seed by seed: whoever stops early has whole pairs.
      .sort((a, b) => a.seed - b.seed)
  const there = new Set(
    compared
      .filter(({ status }) => status !== 'failed' && status !== 'cancelled')
      .map(({ settings }) => runKey(settings)),
  )
  return wanted.map((settings) => {
    const repeated = byKey.get(seriesKey(settings))
    if (!repeated)
      throw new DescentError(
        'invalid-value',
        `The experiment ${JSON.stringify(experiment.title)} does not compare ${settings.optimizer} with these settings.`,
        'Only seeds can be added; other settings are another experiment.',
      )
    if (there.has(runKey(settings)))
      throw new DescentError(
        'conflict',
        `${repeated.first.series} has seed ${settings.seed} already.`,
        'Ask for another seed.',
      )
    there.add(runKey(settings))
    const { series: label, study } = repeated.first
    return { settings, series: label, ...(study && { study }), added: { seen } }
  })
}

const runKey = (settings: RunSettings): string => `${settings.seed} ${seriesKey(settings)}`
