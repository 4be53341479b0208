import { planRun } from '../../src/engine/direct/plan.ts'
import { Training } from '../../src/engine/direct/training.ts'
import { airfoil } from '../../src/workloads/airfoil.ts'
import { airfoilProblem, settings } from './airfoil.ts'
import { bits } from './columns.ts'

/** What `measured` gives for a run that nothing happened to, trained here and now without a lab. */
export function undisturbed(given: Parameters<typeof settings>[0]) {
  const planned = planRun(settings(given), airfoil, airfoilProblem(), () => 0)
  const training = new Training(planned.plan, planned.start())
  const outcome = training.advance(Infinity)
  if (outcome.status !== 'done') throw new Error(`the run ended as ${outcome.status}`)
  const { epoch, trainLoss } = training.epochs.take()
  return {
    status: 'done',
    steps: planned.totalSteps,
    final: { trainLoss: outcome.trainLoss },
    best: training.state.best,
    epochs: Array.from(epoch, (number, i) => [number, trainLoss[i]]),
    points: bits(training.points.take()),
  }
}
