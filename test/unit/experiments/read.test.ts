import { describe, expect, it } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { readExperiment } from '../../../src/experiments/read.ts'

const head = 'title: x\nworkloads: airfoil\n'

function refusal(text: string): DescentError {
  try {
    readExperiment(text, 'x.yaml')
  } catch (error) {
    if (error instanceof DescentError) return error
    throw error
  }
  throw new Error('It was taken.')
}

describe('a fault in an experiment file', () => {
  it.each([
    ['an empty file', '', 'x.yaml:1:1: the file is empty'],
    ['a file that is no map', '[sgd]', 'x.yaml:1:1: the file must be a map'],
    ['a missing key', head, 'x.yaml:1:1: optimizers is missing'],
    ['a misspelt key', `${head}optimisers: [sgd]`, '3:1: optimisers is not known here. Did you mean optimizers?'],
    [
      'a misspelt key of an optimizer',
      `${head}optimizers: [{ id: sgd, lable: a }]`,
      'optimizers.0.lable is not known here. Did you mean label?',
    ],
    ['an optimizer without its id', `${head}optimizers: [{ set: { lr: 1 } }]`, 'optimizers.0.id is missing'],
    ['a value out of bounds', `${head}optimizers: [sgd]\nseeds: 2000`, '4:8: seeds is 2000, but must be'],
    ['another language', `${head}optimizers: [sgd]\nlanguage: fr`, '4:11: language is "fr"'],
    ['an empty list of values', `${head}optimizers: [{ id: sgd, set: { lr: [] } }]`, 'optimizers.0.set.lr is []'],
    ['an empty label', `${head}optimizers: [{ id: sgd, label: "" }]`, 'optimizers.0.label is ""'],
    ['a seed given twice', `${head}optimizers: [sgd]\nseeds: [0, 1, 0]`, '4:8: seeds is [0,1,0]'],
    ['a seed too large for the generator', `${head}optimizers: [sgd]\nseeds: [4294967296]`, 'seeds.0 is 4294967296'],
    ['more epochs than a run may have', `${head}optimizers: [sgd]\nepochs: 10000001`, 'epochs is 10000001'],
    ['broken YAML', 'title: {', 'x.yaml:1:9: Flow map'],
    ['two documents', `${head}optimizers: [sgd]\n---\ntitle: y`, '4:1: the file holds more than one document'],
    [
      'aliases that multiply',
      'a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\ntitle: *c',
      'x.yaml:1:1: Excessive alias count',
    ],
  ])('%s: says where and what', (_what, text, said) => {
    const { code, message, remedy } = refusal(text)
    expect(code).toBe('usage')
    expect(message).toContain(said)
    expect(message).not.toMatch(/Invalid input|received|undefined/)
    expect(remedy).toContain('resources/experiments')
  })
})
