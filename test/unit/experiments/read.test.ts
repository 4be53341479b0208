import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readExperiment } from '../../../src/experiments/read.ts'

const minimal = 'title: Rates\nworkloads: airfoil\noptimizers: [sgd]\n'

const read = (text: string) => readExperiment(text, 'rates.yaml')

function refusal(text: string): { code: string; message: string; remedy: string } {
  try {
    read(text)
  } catch (error) {
    return error as { code: string; message: string; remedy: string }
  }
  return expect.fail('the file was taken')
}

describe('a file', () => {
  test('with the least there is has defaults for the rest', () => {
    expect(read(minimal)).toEqual({
      title: 'Rates',
      workloads: ['airfoil'],
      optimizers: [{ id: 'sgd' }],
      schedules: [{ id: 'constant', set: {}, per: 'epoch', offset: 0 }],
      seeds: [0],
      device: 'auto',
    })
  })

  test('may be JSON', () => {
    const json = JSON.stringify({ title: 'Rates', workloads: 'airfoil', optimizers: ['sgd'] })
    expect(read(json)).toEqual(read(minimal))
    expect(read(JSON.stringify(JSON.parse(json), null, 2))).toEqual(read(minimal))
  })

  test('may say everything', () => {
    const text = `
      # 学习率
      title: Rates
      question: Which rate wins?
      language: zh-CN
      workloads: [airfoil]
      batch: [10, 100]
      epochs: 3
      seeds: [5, 7]
      device: cpu
      schedules:
        - id: cosine
          set: { final: 0.01, maxUpdate: 3 }
          per: step
          offset: -1
      optimizers:
        - adam
        - id: rmsprop
          label: ours
          set: { lr: [0.01, 0.02], centered: true, epsPlacement: inside }
          batch: 1
          epochs: 9
          schedules: { id: constant }
    `
    expect(read(text)).toEqual({
      title: 'Rates',
      question: 'Which rate wins?',
      language: 'zh-CN',
      workloads: ['airfoil'],
      batch: [10, 100],
      epochs: 3,
      seeds: [5, 7],
      device: 'cpu',
      schedules: [{ id: 'cosine', set: { final: 0.01, maxUpdate: 3 }, per: 'step', offset: -1 }],
      optimizers: [
        { id: 'adam' },
        {
          id: 'rmsprop',
          label: 'ours',
          set: { lr: [0.01, 0.02], centered: true, epsPlacement: 'inside' },
          batch: [1],
          epochs: 9,
          schedules: [{ id: 'constant', set: {}, per: 'epoch', offset: 0 }],
        },
      ],
    })
  })

  test('a count of seeds begins at 0', () => expect(read(`${minimal}seeds: 3`).seeds).toEqual([0, 1, 2]))

  test('may use anchors', () => {
    const text =
      'title: T\nworkloads: airfoil\noptimizers:\n  - { id: sgd, set: &rates { lr: [0.1, 0.2] } }\n  - { id: momentum, set: *rates }\n'
    expect(read(text).optimizers[1]).toEqual({ id: 'momentum', set: { lr: [0.1, 0.2] } })
  })

  test('of ours is in order', () => {
    const file = new URL('../../../resources/experiments/airfoil-optimizers.yaml', import.meta.url)
    expect(read(readFileSync(file, 'utf8')).optimizers.length).toBeGreaterThan(1)
  })
})

describe('a fault is shown where it is', () => {
  const faults: Record<string, [text: string, at: string, says: RegExp]> = {
    'a quotation mark that is not closed': ['title: "T\nworkloads: airfoil\n', '1:8', /quote/],
    'a bracket that is not closed': ['title: T\nworkloads: [airfoil\noptimizers: [sgd]\n', '3:1', /./],
    'wrong indentation': ['title: T\n  workloads: airfoil\noptimizers: [sgd]\n', '1:8', /./],
    'a key given twice': [`${minimal}title: U\n`, '4:1', /unique/],
    'a broken JSON': ['{"title": "T",\n "workloads": }', '2:15', /./],
    'a second document': [`${minimal}---\n${minimal}`, '4:1', /document/i],
    'an alias that names nothing': ['title: T\nworkloads: *x\noptimizers: [sgd]\n', '2:12', /alias/i],
    'an unknown key': [`${minimal}epoch: 3\n`, '4:1', /epoch: .*Did you mean epochs\?/],
    'an unknown key with a long value': [
      `title: T\nworkloads: airfoil\noptimisers:\n  - sgd\n  - adam\n`,
      '3:1',
      /optimisers: .*Did you mean optimizers\?/,
    ],
    'an unknown key of an optimizer': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - id: sgd\n    batches: 3\n',
      '5:5',
      /optimizers\.0\.batches: .*Did you mean batch\?/,
    ],
    'an unknown key of a schedule': [
      `${minimal}schedules:\n  id: cosine\n  offsets: 3\n`,
      '6:3',
      /offsets: .*Did you mean offset\?/,
    ],
    'a number instead of a word': [
      'title: 5\nworkloads: airfoil\noptimizers: [sgd]\n',
      '1:8',
      /title: .*string/,
    ],
    'a word instead of a number': [`${minimal}epochs: many\n`, '4:9', /epochs: .*number/],
    'a fraction instead of a whole number': [`${minimal}batch: 1.5\n`, '4:8', /batch: .*int/],
    'a word in a list of numbers': [`${minimal}batch: [10, ten]\n`, '4:13', /batch\.1: .*number/],
    'a number that is none': [`${minimal}epochs: .nan\n`, '4:9', /epochs/],
    'a value below its bound': [`${minimal}epochs: 0\n`, '4:9', /epochs: .*1/],
    'a value above its bound': [`${minimal}epochs: 10000001\n`, '4:9', /epochs: .*10000000/],
    'an optimizer’s epochs above their bound': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - id: sgd\n    epochs: 10000001\n',
      '5:13',
      /epochs: .*10000000/,
    ],
    'too many seeds': [`${minimal}seeds: 1001\n`, '4:8', /seeds: .*1000/],
    'a seed beyond the generator’s': [`${minimal}seeds: [0, 4294967296]\n`, '4:12', /seeds\.1: .*4294967295/],
    'a seed given twice': [`${minimal}seeds: [1, 2, 1]\n`, '4:8', /seeds: .*twice/],
    'an empty list': [`title: T\nworkloads: airfoil\noptimizers: []\n`, '3:13', /optimizers/],
    'an empty list of values': [
      'title: T\nworkloads: airfoil\noptimizers: [{ id: sgd, set: { lr: [] } }]\n',
      '3:36',
      /optimizers\.0\.set\.lr/,
    ],
    'no optimizers': ['title: T\nworkloads: airfoil\n', '1:1', /optimizers: /],
    'no title': ['workloads: airfoil\noptimizers: [sgd]\n', '1:1', /title: /],
    'nothing at all': ['', '1:1', /the file: /],
    'a list instead of a file': ['- title: T\n', '1:1', /the file: /],
    'an optimizer without an id': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - sgd\n  - set: { lr: 1 }\n',
      '5:5',
      /optimizers\.1\.id: /,
    ],
    'an optimizer that there is not': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - sgd\n  - adm\n',
      '5:5',
      /no optimizer "adm".*Did you mean adam/,
    ],
    'an optimizer that there is not, with settings': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - id: adm\n    set: { lr: 1 }\n',
      '4:9',
      /no optimizer "adm"/,
    ],
    'a workload that there is not': [
      'title: T\nworkloads: [airfoi]\noptimizers: [sgd]\n',
      '2:13',
      /no workload "airfoi"/,
    ],
    'a schedule that there is not': [`${minimal}schedules: { id: cosin }\n`, '4:18', /no schedule "cosin"/],
    'a hyperparameter that there is not': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - id: sgd\n    set: { rate: 1 }\n',
      '5:12',
      /rate/,
    ],
    'a hyperparameter out of bounds': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - sgd\n  - id: adam\n    set: { lr: 0.1, beta1: 1.5 }\n',
      '6:28',
      /beta1.*1\.5/,
    ],
    'a hyperparameter out of bounds in a list': [
      'title: T\nworkloads: airfoil\noptimizers:\n  - id: sgd\n    set: { lr: [0.1, -1] }\n',
      '5:22',
      /lr.*-1/,
    ],
    'a schedule’s parameter out of bounds': [
      `${minimal}schedules:\n  - id: cosine\n    set: { final: -1 }\n`,
      '6:19',
      /final.*-1/,
    ],
    'a batch beyond the data': [`${minimal}batch: [10, 1501]\n`, '4:13', /batch is 1501/],
  }
  test.each(Object.entries(faults))('%s', (_, [text, at, says]) => {
    const { code, message, remedy } = refusal(text)
    expect(code).toBe('usage')
    expect(message).toMatch(new RegExp(`^rates\\.yaml:${at}: `))
    expect(`${message} ${remedy}`).toMatch(says)
    expect(message).not.toMatch(/\n/)
    expect(remedy).not.toBe('')
  })
})

describe('a file that would fill the memory is refused', () => {
  test('by aliases of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `  - &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`)
    const { code, message } = refusal(
      `title: T\nworkloads:\n  - &l0 [airfoil]\n${levels.join('\n')}\noptimizers: [sgd]\n`,
    )
    expect(code).toBe('usage')
    expect(message).toMatch(/^rates\.yaml:\d+:\d+: .*alias/i)
  })

  test('by nesting', () => {
    const { code } = refusal(`title: ${'['.repeat(100_000)}`)
    expect(code).toBe('usage')
  })
})

test('every prefix and every file with a character changed is read or refused, never more', () => {
  const text =
    'title: T\nworkloads: airfoil\noptimizers:\n  - sgd\n  - { id: adam, set: { lr: [0.1, 0.2] } }\nschedules: [{ id: cosine, set: { final: 0.01 } }]\nseeds: 2\n'
  const variants = Array.from(text, (_, i) => [
    text.slice(0, i),
    `${text.slice(0, i)}*${text.slice(i + 1)}`,
    `${text.slice(0, i)}:${text.slice(i)}`,
  ]).flat()
  for (const variant of variants)
    try {
      read(variant)
    } catch (error) {
      expect(error).toMatchObject({ name: 'DescentError', code: 'usage' })
    }
})
