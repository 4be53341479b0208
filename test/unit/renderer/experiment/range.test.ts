import { describe, expect, test } from 'vitest'
import { readRange } from '../../../../renderer/src/pages/experiment/range.ts'
import { readValue, readWholeNumbers } from '../../../../renderer/src/pages/experiment/typed.ts'
import { optimizers } from '../../../../src/optimizers/index.ts'
import { hyperparametersOf } from '../../../../src/rules/settle.ts'

const sgd = optimizers.find(({ id }) => id === 'sgd')
const lr = sgd && hyperparametersOf(sgd)['lr']

describe('a range', () => {
  test.each([
    ['0.1...1', [0.1, 1]],
    ['1e-5..1', [1e-5, 1]],
    ['1...2', [1, 2]],
    ['.5 ... 1', [0.5, 1]],
    ['0.001……1', [0.001, 1]],
    ['0.001 …… 1', [0.001, 1]],
    ['０．００１…１', [0.001, 1]],
    ['1e－5～1', [1e-5, 1]],
    ['0.001~1', [0.001, 1]],
  ])('is read from %s', (text, range) => expect(readRange(text, lr)).toEqual({ log: range }))

  test('and its scale, as Chinese input writes it', () => {
    expect(readRange('0.1…1　ｌｉｎｅａｒ', lr)).toEqual({ uniform: [0.1, 1] })
    expect(readRange('0.5 … 0.9 log（1－x）', lr)).toEqual({ logOneMinus: [0.5, 0.9] })
  })

  test('and its values', () => expect(readRange('0.9｜０.95', lr)).toEqual({ values: [0.9, 0.95] }))
})

test('numbers and lists are read as Chinese input writes them', () => {
  expect(readValue('０．１，０.01、1ｅ－３')).toEqual([0.1, 0.01, 1e-3])
  expect(readWholeNumbers('８－１１')).toEqual([8, 9, 10, 11])
  expect(readWholeNumbers('8～11')).toEqual([8, 9, 10, 11])
  expect(readWholeNumbers('8……11')).toEqual([8, 9, 10, 11])
  expect(readWholeNumbers('8...11')).toEqual([8, 9, 10, 11])
})
