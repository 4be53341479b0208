import { lookUp } from '../contract/lookup.ts'
import { expand } from '../experiments/expand.ts'
import type { Experiment, Series } from '../experiments/experiment.ts'
import { workloads } from '../workloads/index.ts'
import type { Library } from './library/library.ts'

/** What a run costs besides its steps: hand-over, evaluation, a share of a commit. Measured with 1,000 airfoil runs. */
const secondsPerRun = 0.001

interface Estimate {
  steps: number
  /** Null before anything like it has run. */
  estimatedSeconds: number | null
}

/** How much an experiment is, and how long it would take one worker at the speed seen so far. */
export function estimate(
  experiment: Experiment,
  library: Pick<Library, 'secondsPerStep'>,
): Estimate & { series: Series[]; runs: number; workloads: (Estimate & { id: string })[] } {
  const series = expand(experiment)
  const seeds = experiment.seeds.length
  const ofWorkloads = [...Map.groupBy(series, ({ settings }) => settings.workload)].map(([id, own]) => {
    const { examples } = lookUp(workloads, id, 'workload')
    const steps = own.reduce(
      (sum, { settings }) => sum + Math.ceil(examples / settings.batch) * settings.epochs * seeds,
      0,
    )
    const speed = library.secondsPerStep(id)
    return {
      id,
      steps,
      estimatedSeconds: speed === null ? null : steps * speed + own.length * seeds * secondsPerRun,
    }
  })
  return {
    series,
    runs: series.length * seeds,
    steps: ofWorkloads.reduce((sum, { steps }) => sum + steps, 0),
    estimatedSeconds: ofWorkloads.reduce<number | null>(
      (sum, { estimatedSeconds: own }) => (sum === null || own === null ? null : sum + own),
      0,
    ),
    workloads: ofWorkloads,
  }
}
