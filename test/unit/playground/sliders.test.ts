import { expect, test } from 'vitest'
import { optimizers } from '../../../src/optimizers/index.ts'
import { sliderScale } from '../../../src/playground/sliders.ts'
import { hyperparametersOf, settleHyperparameters } from '../../../src/rules/settle.ts'

const numbers = optimizers.flatMap((rule) =>
  Object.entries(hyperparametersOf(rule)).flatMap(([name, declared]) =>
    declared.kind === 'number' ? [{ rule, name, declared }] : [],
  ),
)

test('no place of any slider gives a value that its rule refuses, and further right is never less', () => {
  for (const { rule, name, declared } of numbers) {
    const scale = sliderScale(declared)
    let before = -Infinity
    for (let at = 0; at <= 1000; at++) {
      const value = scale.value(at / 1000)
      expect(
        () => settleHyperparameters(rule, { [name]: value }),
        `${rule.id} ${name} ${value}`,
      ).not.toThrow()
      expect(value).toBeGreaterThanOrEqual(before)
      before = value
    }
  }
})

test('the slider stands where its value is', () => {
  for (const { rule, name, declared } of numbers) {
    const scale = sliderScale(declared)
    for (const at of [0.1, 0.37, 0.8])
      expect(scale.position(scale.value(at)), `${rule.id} ${name}`).toBeCloseTo(at, 2)
  }
})

test('decays are as far apart as their distances to 1, rates as their powers of ten', () => {
  const of = (id: string, name: string) =>
    sliderScale(numbers.find(({ rule, name: own }) => rule.id === id && own === name)?.declared as never)
  const beta = of('adam', 'beta2')
  expect([0.9, 0.99, 0.999].map(beta.position)).toEqual(
    [0.25, 0.5, 0.75].map((at) => expect.closeTo(at, 9) as number),
  )
  const lr = of('sgd', 'lr')
  expect([1e-4, 1e-3, 10].map(lr.position)).toEqual([0, 0.2, 1].map((at) => expect.closeTo(at, 9) as number))
})
