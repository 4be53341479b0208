import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { experimentSchema } from '../../../src/experiments/json-schema.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { schedules } from '../../../src/schedules/index.ts'

const isValid = new Ajv({ strict: true, strictTypes: false, strictTuples: false }).compile(experimentSchema())
const resources = join(import.meta.dirname, '../../../resources/experiments')
const isRead = (text: string): boolean => {
  try {
    readExperiment(text, 'file')
    return true
  } catch {
    return false
  }
}

describe('JSON Schema of experiment files', () => {
  it.each(readdirSync(resources).filter((name) => name.endsWith('.yaml')))('accepts %s', (name) => {
    isValid(parse(readFileSync(join(resources, name), 'utf8')))
    expect(isValid.errors ?? []).toEqual([])
  })

  it('accepts every optimizer and schedule by its id, and with its defaults', () => {
    const file = {
      title: 'all',
      workloads: ['airfoil'],
      schedules: schedules.map(({ id }) => id),
      optimizers: optimizers.flatMap(({ id, hyper }) => [
        id,
        {
          id,
          set: Object.fromEntries(
            Object.entries(hyper).flatMap(([name, one]) => ('default' in one ? [[name, one.default]] : [])),
          ),
        },
      ]),
    }
    isValid(file)
    expect(isValid.errors ?? []).toEqual([])
  })

  const base = 'title: x\nworkloads: airfoil\n'
  it.each([
    ['an optimizer that there is not', 'optimizers: [adom]'],
    ['a hyperparameter of another rule', 'optimizers: [{ id: sgd, set: { beta1: 0.9 } }]'],
    ['a value out of bounds', 'optimizers: [{ id: adam, set: { beta1: 1 } }]'],
    ['a search of what there is not', 'optimizers: [{ id: sgd, search: { rate: { log: [0.1, 1] } } }]'],
    ['a schedule that there is not', 'optimizers: [sgd]\nschedules: [cosin]'],
    [
      'a parameter of another schedule',
      'optimizers: [sgd]\nschedules: [{ id: constant, set: { maxUpdate: 3 } }]',
    ],
    ['a key that there is not', 'optimizers: [sgd]\nseed: 3'],
    ['half an epoch', 'optimizers: [sgd]\nepochs: 0.5'],
  ])('refuses %s, as the reader does', (_what, rest) => {
    expect([isValid(parse(base + rest)), isRead(base + rest)]).toEqual([false, false])
  })

  it('says of each key and hyperparameter what it is', () => {
    const { properties } = experimentSchema()
    for (const [key, value] of Object.entries(properties ?? {}))
      expect(value, key).toMatchObject({ description: expect.stringMatching(/\w{3}/) as string })
    expect(JSON.stringify(properties?.['optimizers'])).toContain('decay of the mean of gradients')
  })
})
