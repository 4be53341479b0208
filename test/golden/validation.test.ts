import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planRun, untrained } from '../../src/engine/direct/plan.ts'
import { Training } from '../../src/engine/direct/training.ts'
import { airfoil } from '../../src/workloads/airfoil.ts'
import { airfoilProblem, settings } from '../support/airfoil.ts'

interface Row {
  set: { lr: number; momentum: number }
  batch: number
  epochs: number
  validationLoss: number[]
  trainLoss: number[]
}
/** By NumPy: test/oracle/validation.py. */
const oracle = JSON.parse(readFileSync(new URL('../fixtures/validation.json', import.meta.url), 'utf8')) as {
  start: number[]
  rows: Row[]
}
const problem = airfoilProblem()

test.each(oracle.rows)('losses of rows set aside, epoch by epoch: batch $batch', (row) => {
  const { set, batch, epochs, validationLoss, trainLoss } = row
  const rows = Array.from({ length: 1500 }, (_, i) => i)
  const held = Uint32Array.from(rows.filter((i) => i % 5 === 0))
  const left = Uint32Array.from(rows.filter((i) => i % 5 !== 0))
  const given = { optimizer: 'momentum', set, batch, epochs, validation: 0.2 }
  const { plan, program } = planRun(settings(given), airfoil, problem, () => 0)
  const training = new Training(
    {
      ...plan,
      problem: { ...problem, examples: left.length, loss: (theta) => problem.loss(theta, left) },
      validationLoss: (theta) => problem.loss(theta, held),
      order: (epoch, into) =>
        left.forEach((_, i) => (into[i] = left[(7 * i + 13 * epoch) % left.length] as number)),
    },
    untrained(program, Float64Array.from(oracle.start)),
  )
  const outcome = training.advance(Infinity)
  const measured = training.epochs.take()
  expect([...measured.epoch]).toEqual(validationLoss.map((_, epoch) => epoch))
  validationLoss.forEach((loss, epoch) => expect(measured.validationLoss[epoch]).toBeCloseTo(loss, 11))
  trainLoss.forEach((loss, epoch) => expect(measured.trainLoss[epoch]).toBeCloseTo(loss, 11))
  expect(outcome).toMatchObject({ status: 'done', validationLoss: measured.validationLoss.at(-1) })
})
