import { lookUp } from '../contract/lookup.ts'
import { expand } from '../experiments/expand.ts'
import type { Experiment, Series } from '../experiments/experiment.ts'
import { workloads } from '../workloads/index.ts'
import type { Library } from './library/library.ts'

/** What a run costs besides its steps: hand-over, evaluation, a share of a commit. Measured with 1,000 airfoil runs. */
const secondsPerRun = 0.001

/** How much an experiment is, and how long it would take one worker at the speed seen so far. */
export function estimate(
  experiment: Experiment,
  library: Pick<Library, 'secondsPerStep'>,
): { series: Series[]; runs: number; steps: number; estimatedSeconds: number | null } {
  const series = expand(experiment)
  const speeds = new Map<string, number | null>()
  let steps = 0
  let seconds: number | null = 0
  for (const { settings } of series) {
    const { examples } = lookUp(workloads, settings.workload, 'workload')
    const own = Math.ceil(examples / settings.batch) * settings.epochs * experiment.seeds.length
    if (!speeds.has(settings.workload))
      speeds.set(settings.workload, library.secondsPerStep(settings.workload))
    const speed = speeds.get(settings.workload) ?? null
    steps += own
    seconds =
      seconds === null || speed === null
        ? null
        : seconds + own * speed + experiment.seeds.length * secondsPerRun
  }
  return { series, runs: series.length * experiment.seeds.length, steps, estimatedSeconds: seconds }
}
