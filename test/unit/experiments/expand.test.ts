import { describe, expect, it } from 'vitest'
import { expand } from '../../../src/experiments/expand.ts'
import { readExperiment } from '../../../src/experiments/read.ts'

const series = (rest: string) => expand(readExperiment(`title: x\nworkloads: airfoil\n${rest}`, 'x.yaml'))
const labels = (rest: string) => series(rest).map(({ label }) => label)
const rates = (count: number) => Array.from({ length: count }, (_, k) => (k + 1) / 1e5).join(', ')

describe('fan-out', () => {
  it('takes every combination, in the order of the file', () => {
    const found = series(
      'batch: [10, 100]\noptimizers:\n  - { id: momentum, set: { lr: [0.1, 0.2], momentum: 0.9 } }\n  - { id: sgd, batch: 1 }\n',
    )
    expect(found.map(({ settings }) => [settings.optimizer, settings.set, settings.batch])).toEqual([
      ['momentum', { lr: 0.1, momentum: 0.9 }, 10],
      ['momentum', { lr: 0.1, momentum: 0.9 }, 100],
      ['momentum', { lr: 0.2, momentum: 0.9 }, 10],
      ['momentum', { lr: 0.2, momentum: 0.9 }, 100],
      ['sgd', {}, 1],
    ])
    expect(found.every(({ settings }) => settings.epochs === 2)).toBe(true)
  })

  it.each([
    ['an optimizer listed twice', 'optimizers: [sgd, sgd]'],
    ['a value listed twice', 'optimizers: [{ id: sgd, set: { lr: [0.1, 0.1] } }]'],
    ['a batch size listed twice', 'optimizers: [sgd]\nbatch: [10, 10]'],
    [
      'the same settings in another order',
      'optimizers: [{ id: adam, label: a, set: { lr: 0.1, eps: 1 } }, { id: adam, label: a, set: { eps: 1, lr: 0.1 } }]',
    ],
  ])('refuses %s, which would count its seeds twice', (_what, rest) => {
    expect(() => series(rest)).toThrow(/asked for twice/)
  })

  it('refuses too many runs before it makes them', () => {
    const list = rates(300)
    expect(() =>
      series(`optimizers: [{ id: adam, set: { lr: [${list}], beta1: [${list}], beta2: [${list}] } }]\nseeds: 10`),
    ).toThrow('The experiment asks for 270000000 runs, at most 100000 are taken.')
  })

  it('labels thousands of series without comparing each with each', () => {
    expect(new Set(labels(`optimizers: [{ id: sgd, label: mine, set: { lr: [${rates(4000)}] } }]`)).size).toBe(4000)
  }, 10_000)
})

describe('labels', () => {
  it.each([
    ['what was set', '[{ id: sgd, set: { lr: 0.05 } }]', ['SGD lr 0.05']],
    [
      'the placement of eps behind it',
      '[{ id: adagrad, set: { lr: 0.1, eps: 1.0e-6, epsPlacement: inside } }]',
      ['Adagrad lr 0.1, eps 1e-6 inside'],
    ],
    ['the placement alone, with its name', '[{ id: adagrad, set: { epsPlacement: inside } }]', ['Adagrad epsPlacement inside']],
    ['batch sizes', '[sgd]\nbatch: [10, 100]', ['SGD · batch 10', 'SGD · batch 100']],
    [
      'schedules that differ in their offset',
      '[sgd]\nschedules: [{ id: multistep, set: { milestones: [15, 30] } }, { id: multistep, set: { milestones: [15, 30] }, offset: -1 }]',
      ['SGD · multistep milestones 15,30', 'SGD · multistep milestones 15,30, offset -1'],
    ],
    [
      'what differs under one label',
      '[{ id: sgd, label: mine }, { id: sgd, label: mine, set: { lr: 0.5 } }, { id: adam, label: mine }]',
      ['mine · sgd', 'mine · sgd · lr 0.5', 'mine · adam'],
    ],
    [
      'schedules that differ in a value, under one label',
      '[{ id: sgd, label: mine, set: { lr: 1 } }]\nschedules: [{ id: cosine, set: { final: 0.1, maxUpdate: 5 } }, { id: cosine, set: { final: 0.2, maxUpdate: 5 } }]',
      ['mine · final 0.1', 'mine · final 0.2'],
    ],
  ])('name %s', (_what, optimizers, expected) => {
    expect(labels(`optimizers: ${optimizers}`)).toEqual(expected)
  })
})
