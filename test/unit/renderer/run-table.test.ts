import { expect, test } from 'vitest'
import { CurveBuffer } from '../../../renderer/src/lib/curve-buffer.ts'
import { RunTable } from '../../../renderer/src/lib/run-table.ts'
import type { LabEvent } from '../../../src/contract/lab.ts'
import { sampleRun } from '../../support/runs.ts'

function points(steps: readonly number[], losses: readonly number[] = steps.map((step) => 1 / (1 + step))) {
  const column = Float64Array.from(steps)
  return {
    step: column,
    examples: column.slice(),
    seconds: column.slice(),
    trainLoss: Float64Array.from(losses),
  }
}
const epochs = { epoch: new Float64Array(0), seconds: new Float64Array(0), trainLoss: new Float64Array(0) }
const progress = (runId: string, steps: readonly number[], losses?: readonly number[]): LabEvent => ({
  type: 'progress',
  runId,
  step: steps.at(-1) ?? 0,
  totalSteps: 300,
  seconds: 1,
  points: points(steps, losses),
  epochs,
})

test('a run that appears, moves on and goes', () => {
  const table = new RunTable()
  expect(table.apply({ type: 'run', run: sampleRun({ id: 'a', status: 'running' }) })).toEqual([])
  expect(table.apply(progress('a', [0, 20, 40], [0.5, 0.2, 0.3])).map(({ kind }) => kind)).toEqual(['append'])
  expect(table.get('a')).toMatchObject({ steps: 40, best: { trainLoss: 0.2, step: 20 } })
  expect(table.apply({ type: 'deleted', runIds: ['a'] })).toEqual([{ kind: 'drop', runId: 'a' }])
  expect(table.list()).toEqual([])
})

test('progress of a run that is not known is left out', () => {
  expect(new RunTable().apply(progress('x', [0]))).toEqual([])
})

test('a run that starts again from step 0 loses its curve', () => {
  const table = new RunTable()
  table.replaceAll([sampleRun({ id: 'a', steps: 300 })])
  expect(table.apply({ type: 'run', run: sampleRun({ id: 'a', status: 'queued', steps: 0 }) })).toEqual([
    { kind: 'clear', runId: 'a' },
  ])
})

test('a restored run takes its old place', () => {
  const at = (second: number): string => `2026-11-22T10:00:0${second}.000Z`
  const table = new RunTable()
  table.replaceAll(['a', 'b', 'c'].map((id, i) => sampleRun({ id, createdAt: at(i) })))
  table.apply({ type: 'deleted', runIds: ['b'] })
  table.apply({ type: 'run', run: sampleRun({ id: 'b', createdAt: at(1) }) })
  expect(table.list().map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

test('a curve grows by what is new, however often it is told', () => {
  const curve = new CurveBuffer(2)
  curve.append(points([0, 20]))
  curve.append(points([20, 40]))
  curve.append(points([0, 20, 40]))
  curve.append(points([60]))
  expect([...curve.points.step]).toEqual([0, 20, 40, 60])
  expect([...curve.points.examples]).toEqual([0, 20, 40, 60])
  expect(curve.lastStep).toBe(60)
  const { version } = curve
  curve.append(points([]))
  expect(curve.version).toBe(version)
  curve.clear()
  expect([curve.length, curve.lastStep, curve.lastLoss]).toEqual([0, -1, undefined])
})
