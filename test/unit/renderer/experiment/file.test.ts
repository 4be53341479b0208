import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { DescentError } from '../../../../src/contract/errors.ts'
import { expand } from '../../../../src/experiments/expand.ts'
import { readExperiment } from '../../../../src/experiments/read.ts'
import {
  hasTuning,
  placeOf,
  plainTuning,
  rawOf,
  readDraft,
  type Draft,
} from '../../../../renderer/src/pages/experiment/draft.ts'
import { locate } from '../../../../renderer/src/pages/experiment/locate.ts'
import {
  readValue,
  readWholeNumbers,
  showValue,
  showWholeNumbers,
} from '../../../../renderer/src/pages/experiment/typed.ts'
import { writeFile } from '../../../../renderer/src/pages/experiment/write.ts'

const sample = readFileSync(
  new URL('../../../../resources/experiments/airfoil-optimizers.yaml', import.meta.url),
  'utf8',
)
const tuned = readFileSync(
  new URL('../../../../resources/experiments/airfoil-tuned.yaml', import.meta.url),
  'utf8',
)
const rich = `# What this is about.
title: Everything a file may say
question: Does it come back?
language: zh-CN
workloads: [airfoil]
seeds: [7, 42, 43, 44, 45]
device: cpu
schedules:
  - { id: cosine, set: { maxUpdate: 300, warmup.steps: 10 }, per: step, offset: -1 } # as the tutorial
  - id: multistep
    set: { milestones: [15, 30] }
optimizers:
  - sgd # the reference
  - id: adam
    label: "Adam: tuned"
    set:
      lr: [0.01, 1.0e-3] # a grid
      eps: 1.0e-6
    batch: [10, 100]
    epochs: 3
  - { id: rmsprop, set: { centered: [false, true], clipNorm: [off, 1], epsPlacement: inside } }
  - { id: momentum, schedules: { id: factor, set: { factor: 0.99 } } }
`
const series = (text: string) => expand(readExperiment(text, 'x'))

describe('fields ⇄ file', () => {
  it.each([
    ['the sample', sample],
    ['a file that says everything', rich],
    ['a file that tunes', tuned],
  ])('%s is untouched where nothing was changed', (_name, text) => {
    const draft = readDraft(text, 'x')
    expect(series(writeFile(rawOf(draft), text))).toEqual(series(text))
    expect(rawOf(readDraft(writeFile(rawOf(draft), text), 'x'))).toEqual(rawOf(draft))
  })

  it('writes the sample back byte for byte', () => {
    expect(writeFile(rawOf(readDraft(sample, 'x')), sample)).toBe(sample)
  })

  it('writes what is tuned as a range, on the scale that suits it or is named', () => {
    const draft = readDraft(tuned, 'x')
    expect(draft.series[0]?.set).toEqual({ lr: '1e-5 … 100' })
    expect(draft.tuning).toMatchObject({ sampler: 'grid', trials: '36', validation: '0.2' })
    const set: Record<string, string> = {
      lr: '0.001 … 1',
      beta1: '0.9..0.999',
      beta2: '0.9 … 0.999 linear',
      eps: '1e-8 | 1e-4',
    }
    const changed: Draft = {
      ...draft,
      series: [{ ...(draft.series[0] as Draft['series'][number]), optimizer: 'adam', set }],
    }
    expect(rawOf(changed)['optimizers']).toEqual([
      {
        id: 'adam',
        search: {
          lr: { log: [0.001, 1] },
          beta1: { logOneMinus: [0.9, 0.999] },
          beta2: { uniform: [0.9, 0.999] },
          eps: { values: [1e-8, 1e-4] },
        },
      },
    ])
    const again = readDraft(writeFile(rawOf(changed), tuned), 'x')
    expect(again.series[0]?.set).toEqual({ ...set, beta1: '0.9 … 0.999' })
  })

  it('keeps the tuning of a file whose last range goes', () => {
    const draft = readDraft(tuned, 'x')
    const fixed = { ...draft, series: draft.series.map((one) => ({ ...one, set: { lr: '0.1' } })) }
    expect(rawOf(fixed)['tuning']).toEqual((parse(tuned) as { tuning: unknown }).tuning)
    expect(hasTuning(fixed)).toBe(true)
    // Gone when a person removes it.
    expect(rawOf({ ...fixed, tuning: plainTuning() })).not.toHaveProperty('tuning')
  })

  it('keeps the tuning of a file that searches nothing, when something else is changed', () => {
    const text = 'title: T\nworkloads: airfoil\ntuning: { trials: 7, studies: 3 }\noptimizers: [sgd]\n'
    const draft = readDraft(text, 'x')
    expect(parse(writeFile(rawOf({ ...draft, title: 'U' }), text))).toMatchObject({
      title: 'U',
      tuning: { trials: 7, studies: 3 },
    })
  })

  it.each([
    ['stop: { target: 0.3, patience: 5, minDelta: 0.001 }', {}],
    ['stop: { metric: validationLoss, patience: 5 }\nvalidation: 0.2', {}],
    ['targets: { trainLoss: [0.5, 0.3], testAccuracy: 0.9 }', {}],
    ['targets: { airfoil: { trainLoss: [0.3, 0.4] } }', {}],
    ['margin: 0.003', { margin: '0.3' }],
    ['margin: 0.07', { margin: '7' }],
    ['validation: 0.2', { validation: '0.2' }],
    ['schedules: cosine', {}],
    ['schedules: [cosine, { id: factor, per: step }]', {}],
  ])('keeps %s', (line, fields) => {
    const text = `title: T\nworkloads: airfoil\n${line}\noptimizers: [sgd]\n`
    const draft = readDraft(text, 'x')
    expect(draft).toMatchObject(fields)
    expect(readExperiment(writeFile(rawOf(draft), text), 'x')).toEqual(readExperiment(text, 'x'))
    expect(writeFile(rawOf(draft), text)).toBe(text)
    const changed = writeFile(rawOf({ ...draft, title: 'U' }), text)
    expect(readExperiment(changed, 'x')).toEqual({ ...readExperiment(text, 'x'), title: 'U' })
  })

  it('writes lists alike on lines with comments and quotations', () => {
    const text = [
      'title: "[ as it is ]" # [ 1, 2 ] stays',
      'workloads: airfoil',
      'seeds: 3 # "how many',
      'optimizers:',
      "  - { id: sgd, label: 'a [ b ]', set: { lr: [0.1, 0.2] } } # it's the reference: [ 0.1 ]",
      '  - { id: adam, search: { lr: { log: [0.001, 1] } } } # tuned',
      'tuning: { trials: 5 }',
      '',
    ].join('\n')
    const draft = readDraft(text, 'x')
    const written = writeFile(rawOf({ ...draft, seeds: '7, 8' }), text)
    expect(written).toBe(text.replace('seeds: 3', 'seeds: [7, 8]'))
  })

  it('keeps how networks start', () => {
    const text =
      'title: T\nworkloads: lenet-fashion-mnist\ninitialiser: xavier # not PyTorch’s\noptimizers:\n  - sgd\n'
    const draft = readDraft(text, 'x')
    expect(writeFile(rawOf(draft), text)).toBe(text)
    expect(writeFile(rawOf({ ...draft, initialiser: '' }), text)).not.toContain('initialiser')
    expect(series(writeFile(rawOf(draft), ''))[0]?.settings.initialiser).toBe('xavier')
  })

  it('runs the same series when it is written from nothing', () => {
    for (const text of [sample, rich]) {
      const written = writeFile(rawOf(readDraft(text, 'x')), '')
      expect(series(written)).toEqual(series(text))
      expect(readExperiment(written, 'x')).toEqual({ ...readExperiment(text, 'x') })
    }
  })

  it('changes one line for one change and keeps comments', () => {
    const draft = readDraft(rich, 'x')
    const adam = draft.series[1] as Draft['series'][number]
    adam.set['lr'] = '0.01, 1e-4'
    const before = rich.split('\n')
    const after = writeFile(rawOf(draft), rich).split('\n')
    expect(after.filter((line) => !before.includes(line))).toEqual(['      lr: [0.01, 1.0e-4] # a grid'])
    expect(after).toContain('# What this is about.')
  })

  it('keeps every comment of series that move', () => {
    const draft = readDraft(rich, 'x')
    draft.series.reverse()
    const text = writeFile(rawOf(draft), rich)
    expect(text).toContain('- sgd # the reference')
    expect(text).toContain('# a grid')
    expect(readDraft(text, 'x').series.map(({ optimizer }) => optimizer)).toEqual([
      'momentum',
      'rmsprop',
      'adam',
      'sgd',
    ])
  })

  it('puts a new key before what comes after it', () => {
    const draft = readDraft(sample, 'x')
    draft.device = 'cpu'
    const keys = Object.keys(parse(writeFile(rawOf(draft), sample)) as object)
    expect(keys.indexOf('device')).toBe(keys.indexOf('optimizers') - 1)
  })

  it('leaves out what is emptied', () => {
    const draft = readDraft(sample, 'x')
    Object.assign(draft, { epochs: '', batch: ' ', question: '', seeds: '' })
    const text = writeFile(rawOf(draft), sample)
    expect(Object.keys(parse(text) as object)).toEqual(['title', 'workloads', 'optimizers'])
  })

  it('keeps JSON JSON', () => {
    const json = JSON.stringify(parse(sample))
    const draft = readDraft(json, 'x')
    draft.title = 'Other'
    const text = writeFile(rawOf(draft), json)
    expect(JSON.parse(text)).toEqual({ ...(parse(sample) as object), title: 'Other' })
  })

  it('writes anew where an anchor would dangle', () => {
    const text = `title: A\nworkloads: airfoil\noptimizers:\n  - { id: sgd, set: &s { lr: 0.1 } }\n  - { id: momentum, set: *s }\n`
    const draft = readDraft(text, 'x')
    draft.series.shift()
    expect(series(writeFile(rawOf(draft), text)).map(({ settings }) => settings.set)).toEqual([{ lr: 0.1 }])
  })

  it('keeps the keys of cards while the file is typed in', () => {
    const before = readDraft(sample, 'x')
    before.series.forEach((one, i) => (one.key = 100 + i))
    expect(readDraft(sample.replace('0.05', '0.06'), 'x', before).series.map(({ key }) => key)).toEqual(
      before.series.map(({ key }) => key),
    )
  })

  it('keeps wrong values as they were typed, so that the file shows them', () => {
    const draft = readDraft(sample, 'x')
    const first = draft.series[0] as Draft['series'][number]
    first.set['lr'] = 'fast'
    expect(writeFile(rawOf(draft), sample)).toContain('- { id: sgd, set: { lr: fast } }')
  })
})

describe('typed values', () => {
  it.each([
    ['0.05', 0.05],
    ['1e-6', 1e-6],
    ['−2', -2],
    ['0.1, 0.01', [0.1, 0.01]],
    ['0.1，0.01；0.001', [0.1, 0.01, 0.001]],
    ['0.1 0.01', [0.1, 0.01]],
    ['[0.1]', [0.1]],
    ['[]', []],
    ['false, true', [false, true]],
    ['off, 1', ['off', 1]],
    ['"0.1"', '0.1'],
    ['', undefined],
  ])('%s', (text, value) => expect(readValue(text)).toEqual(value))

  it.each([
    0.05,
    1e-6,
    -3,
    0,
    1e300,
    true,
    'inside',
    '0.1',
    'true',
    '',
    'a b',
    [1, 2],
    ['off', 0.5],
    Infinity,
  ])('comes back: %j', (value) => expect(readValue(showValue(value))).toEqual(value))

  it('spells ranges of whole numbers', () => {
    expect(readWholeNumbers('7, 42–45')).toEqual([7, 42, 43, 44, 45])
    expect(readWholeNumbers('42-45')).toEqual([42, 43, 44, 45])
    expect(readWholeNumbers('5')).toBe(5)
    expect(showWholeNumbers([7, 42, 43, 44, 45])).toBe('7, 42–45')
    expect(showWholeNumbers([42])).toBe('[42]')
    for (const list of [[42], [0, 1], [1, 2, 3, 4], [9, 1, 2, 3, 4, 20], [5, 5]])
      expect(readWholeNumbers(showWholeNumbers(list))).toEqual(list)
  })
})

describe('where a fault stands', () => {
  it('takes line and column from the reader', () => {
    const text = sample.replace('epochs: 2', 'epochs: two')
    try {
      readDraft(text, 'a:b.yaml')
      expect.unreachable()
    } catch (error) {
      expect(placeOf(error, 'a:b.yaml')).toMatchObject({ line: 5, column: 9 })
    }
    expect(placeOf(new DescentError('internal', 'other', ''), 'x')).toBeNull()
  })

  it('finds the value that a field is about, or its parent', () => {
    const draft = readDraft(rich, 'x')
    const key = draft.series[1]?.key ?? 0
    const lineOf = (path: string): string => rich.split('\n')[locate(rich, draft, path).line - 1] ?? ''
    expect(lineOf(`series.${key}.set.lr`)).toContain('lr: [0.01')
    expect(lineOf(`series.${key}.optimizer`)).toContain('id: adam')
    expect(lineOf('schedules.1.set.warmup.steps')).toContain('cosine')
    expect(lineOf('schedules.2.set.gamma')).toContain('milestones')
    expect(lineOf('device')).toBe('device: cpu')
    expect(locate(rich, draft, 'epochs').line).toBe(2)
  })
})
