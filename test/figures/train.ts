import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { MeasuredRun } from '../../src/charts/comparison.ts'
import { planRun } from '../../src/engine/direct/plan.ts'
import { Training } from '../../src/engine/direct/training.ts'
import type { RunSettings } from '../../src/experiments/settings.ts'
import { readRecorded } from '../../src/figures/recorded.ts'
import { runsOf, type FigureData } from '../../src/figures/compute.ts'
import type { TrainingFigure } from '../../src/figures/figure.ts'
import { airfoil } from '../../src/workloads/airfoil.ts'
import { airfoilProblem, resources } from '../support/airfoil.ts'
import { queuedRun } from '../support/run.ts'

const problem = airfoilProblem()

/** A training figure's data, trained here instead of in a lab, by a clock that counts its looks. */
export const trainFigure = (figure: TrainingFigure): FigureData => ({
  kind: 'training',
  figure,
  runs: runsOf(figure).map((list) => list.map(train)),
})

/** LeNet's figures, of the real runs that come with the program. */
export function recordedFigure(figure: TrainingFigure): FigureData {
  const known = readRecorded(readFileSync(`${resources}/recorded/lenet-fashion-mnist.json`, 'utf8'))
  const runs = runsOf(figure).map((list) =>
    list.map((wanted) => {
      const run = known.find(({ record }) => isDeepStrictEqual(record.settings, wanted))
      if (!run) throw new Error(`${figure.id} has a run that is not recorded.`)
      return run
    }),
  )
  return { kind: 'training', figure, runs }
}

function train(settings: RunSettings): MeasuredRun {
  let now = 0
  const { plan, start, totalSteps } = planRun(settings, airfoil, problem, () => ++now)
  const training = new Training(plan, start())
  const outcome = training.advance(Infinity)
  if (outcome.status !== 'done') throw new Error(`${settings.optimizer} ended as ${outcome.status}`)
  const { state } = training
  return {
    record: {
      ...queuedRun({ settings, status: 'done', totalSteps, steps: state.step, seconds: state.seconds }),
      final: { trainLoss: outcome.trainLoss },
      best: state.best,
      epochs: [],
    },
    metrics: training.points.take(),
  }
}
