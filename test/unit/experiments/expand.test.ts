import { describe, expect, test } from 'vitest'
import { expand } from '../../../src/experiments/expand.ts'
import { readExperiment } from '../../../src/experiments/read.ts'

const series = (text: string) => expand(readExperiment(`title: T\nworkloads: airfoil\n${text}`, 'file.yaml'))
const labels = (text: string) => series(text).map(({ label }) => label)

describe('lists fan out in the order of the file', () => {
  test('values of a hyperparameter', () => {
    const found = series('optimizers: [{ id: sgd, set: { lr: [0.2, 0.1, 0.3] } }, adam]')
    expect(found.map(({ settings: { optimizer, set } }) => [optimizer, set['lr']])).toEqual([
      ['sgd', 0.2],
      ['sgd', 0.1],
      ['sgd', 0.3],
      ['adam', undefined],
    ])
  })

  test('every combination, the last list fastest', () => {
    const found = series(
      'optimizers: [{ id: momentum, set: { lr: [1, 2], momentum: [0.5, 0.9] } }]\nbatch: [10, 100]\nschedules: [{ id: constant }, { id: exponential, set: { rate: 0.1 } }]',
    )
    expect(
      found.map(({ settings: { set, schedule, batch } }) => [set['lr'], set['momentum'], schedule.id, batch]),
    ).toEqual(
      [1, 2].flatMap((lr) =>
        [0.5, 0.9].flatMap((momentum) =>
          ['constant', 'exponential'].flatMap((id) => [10, 100].map((batch) => [lr, momentum, id, batch])),
        ),
      ),
    )
  })

  test('words and yes-or-no, too', () => {
    const found = series(
      'optimizers: [{ id: rmsprop, set: { centered: [true, false], epsPlacement: [inside, outside] } }]',
    )
    expect(found.map(({ settings: { set } }) => [set['centered'], set['epsPlacement']])).toEqual([
      [true, 'inside'],
      [true, 'outside'],
      [false, 'inside'],
      [false, 'outside'],
    ])
  })

  test('but a list for a schedule is one value', () => {
    const [one, ...others] = series(
      'optimizers: [sgd]\nschedules: { id: multistep, set: { milestones: [5, 10], gamma: 0.5 } }',
    )
    expect(others).toEqual([])
    expect(one?.settings.schedule.set['milestones']).toEqual([5, 10])
  })
})

test('an optimizer’s own settings win over the experiment’s, those over the workload’s', () => {
  const found = series(
    'optimizers: [sgd, { id: adam, batch: 1, epochs: 9, schedules: { id: exponential } }]\nbatch: 20\nepochs: 4',
  )
  expect(found.map(({ settings: { batch, epochs, schedule } }) => [batch, epochs, schedule.id])).toEqual([
    [20, 4, 'constant'],
    [1, 9, 'exponential'],
  ])
  expect(series('optimizers: [sgd]')[0]?.settings).toMatchObject({ batch: 10, epochs: 2 })
})

describe('labels', () => {
  test('say what was set', () => {
    expect(
      labels(
        'optimizers: [sgd, { id: adam, set: { lr: [0.1, 0.2] } }, { id: lion, label: ours }]\nschedules: [{ id: cosine, set: { final: 0.01 } }]',
      ),
    ).toEqual([
      'SGD · cosine final 0.01',
      'Adam lr 0.1 · cosine final 0.01',
      'Adam lr 0.2 · cosine final 0.01',
      'ours',
    ])
  })

  const twins: Record<string, string> = {
    'batch sizes': 'optimizers: [sgd]\nbatch: [1, 10, 100]',
    epochs: 'optimizers: [sgd, { id: sgd, epochs: 5 }]',
    'a label given to several values': 'optimizers: [{ id: sgd, label: ours, set: { lr: [0.1, 0.2] } }]',
    'a label given twice': 'optimizers: [{ id: sgd, label: ours }, { id: adam, label: ours }]',
    'a label that is another’s own': 'optimizers: [sgd, { id: adam, label: SGD }]',
    schedules: 'optimizers: [{ id: sgd, label: ours }]\nschedules: [{ id: cosine }, { id: exponential }]',
    'a schedule’s parameters':
      'optimizers: [{ id: sgd, label: ours }]\nschedules: [{ id: cosine, set: { final: 0.1 } }, { id: cosine, set: { final: 0.2 } }]',
    'a schedule’s offset': 'optimizers: [sgd]\nschedules: [{ id: cosine }, { id: cosine, offset: -1 }]',
    'a schedule’s pace': 'optimizers: [sgd]\nschedules: [{ id: cosine }, { id: cosine, per: step }]',
    'a label that says what tells two others apart':
      'optimizers: [{ id: sgd, label: ours }, { id: adam, label: "ours · batch 1" }]\nbatch: [1, 10]',
  }
  test.each(Object.entries(twins))('tell apart what differs in %s', (_, text) => {
    const found = labels(text)
    expect(found.length).toBeGreaterThan(1)
    expect(new Set(found).size).toBe(found.length)
  })
})

test.each([
  ['an optimizer twice', 'optimizers: [sgd, sgd]'],
  ['a value twice', 'optimizers: [{ id: sgd, set: { lr: [0.1, 0.1] } }]'],
  ['a batch size twice', 'optimizers: [sgd]\nbatch: [10, 10]'],
  ['a default given', 'optimizers: [sgd]\nschedules: [{ id: constant }, { id: constant, offset: 0 }]'],
])('the same series is not run twice, which would count its seeds twice: %s', (_, text) => {
  expect(() => series(text)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(/twice/) as string }) as Error,
  )
})

describe('no more than 100,000 runs', () => {
  const list = (count: number) => Array.from({ length: count }, (_, i) => (i + 1) / 1000).join(', ')

  test('are taken', () => {
    expect(
      series(`optimizers: [{ id: momentum, set: { lr: [${list(10)}], momentum: [0.1, 0.2] } }]\nseeds: 1000`),
    ).toHaveLength(20)
  })

  test.each([
    ['by seeds', `optimizers: [{ id: sgd, set: { lr: [${list(101)}] } }]\nseeds: 1000`, '101000'],
    // Made one by one, these would fill the memory before they could be counted.
    [
      'by combinations',
      `optimizers: [{ id: adam, set: { lr: [${list(900)}], beta1: [${list(900)}], beta2: [${list(900)}], eps: [${list(900)}] } }]`,
      '656100000000',
    ],
  ])('%s', (_, text, asked) => {
    expect(() => series(text)).toThrow(
      expect.objectContaining({
        code: 'invalid-value',
        message: expect.stringContaining(asked) as string,
      }) as Error,
    )
  })

  test('are told apart in no time to speak of', () => {
    // With a search through all series for each one, this outlasts the test's limit.
    const found = series(
      `optimizers: [{ id: momentum, set: { lr: [${list(300)}], momentum: [${list(300)}] } }]`,
    )
    expect(new Set(found.map(({ label }) => label)).size).toBe(90_000)
  })
})
