import { expect, test } from 'vitest'
import { DescentError } from '../../src/contract/errors.ts'
import type { TrainingFigure } from '../../src/figures/figure.ts'
import { figures } from '../../src/figures/index.ts'
import { presetOf } from '../../src/figures/preset.ts'
import { workloads } from '../../src/workloads/index.ts'

const refusal = (name: string, workload: string) => {
  try {
    presetOf(name, workload)
  } catch (error) {
    if (error instanceof DescentError) return error.toJSON()
    throw error
  }
  throw new Error(`${name} was taken.`)
}

test('a preset is the figure’s run', () => {
  const adam = figures.find(({ id }) => id === 'airfoil-adam') as TrainingFigure
  expect(presetOf('airfoil-adam', 'airfoil')).toEqual(adam.series[0].settings)
  expect(presetOf('airfoil-time:batch-100', 'airfoil')).toMatchObject({ batch: 100, set: { lr: 0.4 } })
})

test('what trains nothing, another workload, several series and unknown names are refused with what to do', () => {
  expect(refusal('gd-2d', 'airfoil')).toEqual({
    code: 'usage',
    message: 'gd-2d shows a trace; there is nothing to train.',
    remedy: '`descent figure gd-2d --out FILE.svg` draws it.',
  })
  expect(refusal('airfoil-adam', 'lenet-fashion-mnist')).toMatchObject({
    code: 'usage',
    message: 'airfoil-adam trains airfoil, not lenet-fashion-mnist.',
  })
  expect(refusal('airfoil-time', 'airfoil')).toEqual({
    code: 'usage',
    message: 'airfoil-time has 4 series.',
    remedy:
      'Name one: airfoil-time:batch-1500, airfoil-time:batch-1, airfoil-time:batch-100, airfoil-time:batch-10.',
  })
  expect(refusal('airfoil-time:batch-7', 'airfoil').code).toBe('not-found')
  expect(refusal('airfoil-adm', 'airfoil').remedy).toContain('Did you mean airfoil-adam')
})

test('every figure’s workload is in the registry', () => {
  for (const figure of figures) {
    const wanted = figure.kind === 'training' ? figure.series.map(({ settings }) => settings.workload) : []
    for (const workload of wanted) expect(workloads.map(({ id }) => id)).toContain(workload)
  }
})
