import { describe, expect, test } from 'vitest'
import { CurveBuffer } from '../../../renderer/src/lib/curve-buffer.ts'
import { measuredOn } from '../../../renderer/src/lib/measures.ts'
import { RunTable } from '../../../renderer/src/lib/run-table.ts'
import type { EpochColumns } from '../../../src/contract/columns.ts'
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
  curve.append(points([0, 20]), epochs)
  curve.append(points([20, 40]), epochs)
  curve.append(points([0, 20, 40]), epochs)
  curve.append(points([60]), epochs)
  expect([...curve.points.step]).toEqual([0, 20, 40, 60])
  expect([...curve.points.examples]).toEqual([0, 20, 40, 60])
  expect(curve.lastStep).toBe(60)
  const { version } = curve
  curve.append(points([]), epochs)
  expect(curve.version).toBe(version)
  curve.clear()
  expect([curve.length, curve.lastStep, curve.last('trainLoss')]).toEqual([0, -1, undefined])
})

describe('a classifier’s curve', () => {
  const accurate = (steps: readonly number[]) => ({
    ...points(steps),
    trainAccuracy: Float64Array.from(steps, (step) => step / 1000),
  })
  const tested = (from: number, to: number): EpochColumns => {
    const epoch = Float64Array.from({ length: to - from }, (_, i) => from + i)
    return {
      epoch,
      seconds: epoch.map((e) => e + 1),
      trainLoss: epoch.map(() => 0.3),
      trainAccuracy: epoch.map(() => 0.9),
      testLoss: epoch.map((e) => 0.5 - e / 10),
      testAccuracy: epoch.map((e) => 0.8 + e / 100),
    }
  }

  test('keeps accuracies and epochs, however often they are told and in however many parts', () => {
    const curve = new CurveBuffer(2)
    curve.append(accurate([50, 100]), tested(0, 0))
    curve.append(accurate([100, 235]), tested(0, 1))
    curve.append(accurate([285]), tested(0, 1))
    curve.append(accurate([]), tested(0, 2))
    expect([...(curve.points.trainAccuracy ?? [])]).toEqual([0.05, 0.1, 0.235, 0.285])
    expect(curve.epochs.map(({ epoch, testAccuracy }) => [epoch, testAccuracy])).toEqual([
      [0, 0.8],
      [1, 0.81],
    ])
    expect([curve.last('trainAccuracy'), curve.last('testLoss'), curve.last('testAccuracy')]).toEqual([
      0.285, 0.4, 0.81,
    ])
  })

  test('draws each quantity where it was measured', () => {
    const curve = new CurveBuffer()
    curve.adopt(accurate([50, 235, 470]), tested(0, 2))
    expect([...curve.values('trainAccuracy', 235).value]).toEqual([0.05, 0.235, 0.47])
    const tests = curve.values('testAccuracy', 235)
    expect([...tests.step]).toEqual([235, 470])
    expect([...tests.seconds]).toEqual([1, 2])
    expect([...tests.value]).toEqual([0.8, 0.81])
    expect(curve.values('testAccuracy', 235)).toBe(tests)
    curve.append(accurate([705]), tested(0, 3))
    expect([...curve.values('testAccuracy', 235).step]).toEqual([235, 470, 705])
  })

  test('has no number where accuracy was not told', () => {
    const curve = new CurveBuffer(2)
    curve.append(points([10, 20]), epochs)
    expect(curve.points.trainAccuracy).toBeUndefined()
    curve.append(accurate([30]), epochs)
    curve.append(points([40]), epochs)
    expect([...(curve.points.trainAccuracy ?? [])]).toEqual([NaN, NaN, 0.03, NaN])
    expect([...curve.points.step]).toEqual([10, 20, 30, 40])
  })

  test('is another one from step 0 on', () => {
    const curve = new CurveBuffer()
    curve.append(accurate([50]), tested(0, 3))
    curve.clear()
    expect([curve.epochs, curve.last('testAccuracy'), curve.values('testLoss', 235).step.length]).toEqual([
      [],
      undefined,
      0,
    ])
    curve.append(accurate([50]), tested(0, 1))
    expect(curve.epochs).toHaveLength(1)
  })

  test('has what was measured on examples set aside', () => {
    const curve = new CurveBuffer()
    const epochs = (from: number, to: number): EpochColumns => {
      const { testLoss, testAccuracy, ...trained } = tested(from, to)
      return { ...trained, validationLoss: testLoss, validationAccuracy: testAccuracy }
    }
    curve.adopt(accurate([50, 235, 470]), epochs(0, 2))
    curve.append(accurate([705]), epochs(2, 3))
    expect([...curve.values('validationLoss', 235).step]).toEqual([235, 470, 705])
    expect([...curve.values('validationLoss', 235).value]).toEqual([0.5, 0.4, 0.3])
    expect([curve.last('validationAccuracy'), curve.last('testAccuracy')]).toEqual([0.8 + 2 / 100, undefined])
    expect(curve.values('testLoss', 235).step).toHaveLength(0)
  })

  test('of a regression needs no epochs: its points say all', () => {
    const curve = new CurveBuffer()
    const { epoch, seconds, trainLoss } = tested(0, 5)
    curve.append(points([10]), { epoch, seconds, trainLoss })
    expect(curve.epochs).toEqual([])
  })
})

test('runs offer what is measured of them: of the test set, or of examples set aside', () => {
  const lenet = { workload: 'lenet-fashion-mnist' }
  expect(measuredOn([{ workload: 'airfoil' }])).toEqual(['trainLoss'])
  expect(measuredOn([{ workload: 'airfoil', validation: 0.2 }])).toEqual(['trainLoss', 'validationLoss'])
  expect(measuredOn([lenet])).toEqual(['trainLoss', 'trainAccuracy', 'testLoss', 'testAccuracy'])
  expect(measuredOn([{ ...lenet, validation: 0.2 }])).toEqual([
    'trainLoss',
    'trainAccuracy',
    'validationLoss',
    'validationAccuracy',
  ])
  expect(measuredOn([lenet, { ...lenet, validation: 0.2 }])).toHaveLength(6)
})
