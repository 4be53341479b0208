import type { ComparisonSummary } from './summary.ts'

/** Tuning as data, for `compare --json`; null where nothing was tuned. Names in the style of the CSV's. */
export function tuningRecord({ tuning }: ComparisonSummary) {
  if (!tuning) return null
  const { plan, metric, contestants, untuned } = tuning
  return {
    sampler: plan.sampler,
    sampler_seed: plan.seed,
    trials: plan.trials,
    studies: plan.studies ?? 1,
    seeds: plan.seeds,
    validation: plan.validation,
    metric,
    halving: plan.halving ?? null,
    untuned,
    contestants: contestants.map((one) => ({
      label: one.label,
      workload: one.workload,
      batch: one.batch,
      optimizer: one.optimizer,
      search: one.space,
      set: one.chosen?.set ?? null,
      value: one.chosen?.value ?? null,
      study: one.chosen?.study ?? null,
      trial: one.chosen?.trial ?? null,
      boundary: one.boundary,
      diverged: one.diverged,
      runs: one.runs,
      epochs: one.epochs,
      trials: one.trials.map(({ study, trial, set, value, epochs }) => ({
        study,
        trial,
        set,
        value,
        epochs,
      })),
    })),
  }
}

/** A trial as a row of the CSV; `value` is null where it diverged. */
export function trialRecords({ tuning }: Pick<ComparisonSummary, 'tuning'>) {
  if (!tuning) return []
  return tuning.contestants.flatMap((one) =>
    one.trials.map(({ study, trial, set, value, epochs }) => ({
      workload: one.workload,
      batch: one.batch,
      label: one.label,
      optimizer: one.optimizer,
      study,
      trial,
      settings: JSON.stringify(set),
      metric: tuning.metric,
      value,
      epochs,
      chosen: one.chosen?.study === study && one.chosen.trial === trial ? 1 : 0,
    })),
  )
}
