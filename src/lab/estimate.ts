import { parse, stringify } from 'yaml'
import { lookUp } from '../contract/lookup.ts'
import { expand } from '../experiments/expand.ts'
import type { Experiment, Series } from '../experiments/experiment.ts'
import { changesOf, fitTime, fittedFile, type Changes } from '../experiments/fit-time.ts'
import { readExperiment } from '../experiments/read.ts'
import { costOf } from '../experiments/study.ts'
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
  library: Pick<Library, 'stepTimes'>,
): Estimate & { series: Series[]; runs: number; workloads: (Estimate & { id: string })[] } {
  const series = expand(experiment)
  const ofWorkloads = [...Map.groupBy(series, ({ settings }) => settings.workload)].map(([id, own]) => {
    const { examples } = lookUp(workloads, id, 'workload')
    const known = library.stepTimes(id)
    let steps = 0
    let runs = 0
    let seconds: number | null = 0
    for (const one of own) {
      const cost = costOf(experiment, one, examples)
      const each = secondsPerStep(known, one.settings.batch)
      steps += cost.steps
      runs += cost.runs
      seconds = seconds === null || each === null ? null : seconds + cost.steps * each
    }
    return { id, steps, runs, estimatedSeconds: seconds === null ? null : seconds + runs * secondsPerRun }
  })
  return {
    series,
    runs: ofWorkloads.reduce((sum, { runs }) => sum + runs, 0),
    steps: ofWorkloads.reduce((sum, { steps }) => sum + steps, 0),
    estimatedSeconds: ofWorkloads.reduce<number | null>(
      (sum, { estimatedSeconds: own }) => (sum === null || own === null ? null : sum + own),
      0,
    ),
    workloads: ofWorkloads.map(({ id, steps, estimatedSeconds }) => ({ id, steps, estimatedSeconds })),
  }
}

/**
 * An experiment cut to a time at the speed seen so far; null where that is not known.
 * @param text the file's
 * @throws DescentError the file's first fault
 */
export function fittedTo(
  minutes: number,
  text: string,
  name: string,
  library: Pick<Library, 'stepTimes'>,
): { text: string; seconds: number; fits: boolean; changes: Changes } | null {
  const whole = readExperiment(text, name)
  // Asked once: what has run by then is what all are measured by.
  const known = new Map(whole.workloads.map((id) => [id, library.stepTimes(id)]))
  const seconds = (experiment: Experiment): number =>
    estimate(experiment, { stepTimes: (id) => known.get(id) ?? [] }).estimatedSeconds ?? NaN
  if (Number.isNaN(seconds(whole))) return null
  const fitted = fitTime(whole, 60 * minutes, seconds)
  const changes = changesOf(whole, fitted)
  const isCut = Object.keys(changes).length > 0
  const raw = parse(text) as Readonly<Record<string, unknown>>
  return {
    text: isCut ? stringify(fittedFile(raw, fitted, whole, minutes)) : text,
    seconds: fitted.seconds,
    fits: fitted.fits,
    changes,
  }
}

/**
 * From the batch size nearest to this one by their ratio. A step costs something between as much as another one, which
 * is so of small models, and as much as its examples: the root of the ratio is never far from either.
 */
function secondsPerStep(known: readonly { batch: number; seconds: number }[], batch: number): number | null {
  const away = (other: { batch: number }): number => Math.abs(Math.log(other.batch / batch))
  const [first, ...others] = known
  if (!first) return null
  const nearest = others.reduce((best, next) => (away(next) < away(best) ? next : best), first)
  return nearest.seconds * Math.sqrt(batch / nearest.batch)
}
