import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { optimizers } from '../../../../src/optimizers/index.ts'
import { schedules } from '../../../../src/schedules/index.ts'
import { estimate } from '../../../../src/lab/estimate.ts'
import { readExperiment } from '../../../../src/experiments/read.ts'
import {
  plainTuning,
  rawOf,
  readDraft,
  type Draft,
  type DraftSeries,
} from '../../../../renderer/src/pages/experiment/draft.ts'
import { examine } from '../../../../renderer/src/pages/experiment/examine.ts'
import { naturalUnit, previewOf } from '../../../../renderer/src/pages/experiment/preview.ts'
import { suggestSchedule } from '../../../../renderer/src/pages/experiment/suggest.ts'
import { writeFile } from '../../../../renderer/src/pages/experiment/write.ts'

const sample = readFileSync(
  new URL('../../../../resources/experiments/airfoil-optimizers.yaml', import.meta.url),
  'utf8',
)
const card = (given: Partial<DraftSeries>): DraftSeries => ({
  key: 1,
  optimizer: 'sgd',
  label: '',
  set: {},
  batch: '',
  epochs: '',
  schedules: null,
  ...given,
})
const draft = (given: Partial<Draft> = {}): Draft => ({
  ...readDraft('title: T\nworkloads: airfoil\noptimizers: [sgd]\n', 'x'),
  ...given,
})
const faultsOf = (given: Partial<Draft>): Record<string, string> =>
  Object.fromEntries(examine(draft(given), 'en').faults)

describe('what settings are judged by', () => {
  const tuned = (tuning: Partial<Draft['tuning']>) => ({
    series: [card({ set: { lr: '0.001 … 1' } })],
    tuning: { ...plainTuning(), ...tuning },
  })
  it.each([
    [tuned({ metric: 'validationLoss', validation: '0' }), 'tuning.metric', /sets nothing aside/, /没有留出/],
    [tuned({ metric: 'validationAccuracy' }), 'tuning.metric', /airfoil has no classes/, /没有类别/],
    [tuned({ validation: '0.0001' }), 'tuning.validation', /less than one example/, /不足一个样本/],
    [tuned({ studies: '0' }), 'tuning.studies', /from 1 to 100/, /1 到 100/],
    [{ margin: '120' }, 'margin', /0 to 100/, /0 到 100/],
    [{ validation: '1' }, 'validation', /at most 0\.9/, /至多 0\.9/],
    [{ targets: { trainLoss: '0.3, low' } }, 'targets.trainLoss', /no target/, /不是目标/],
    [{ targets: { 'mnist/trainLoss': '0.3' } }, 'targets.mnist/trainLoss', /does not train/, /不训练/],
    [
      { stop: { metric: 'testAccuracy', target: '0.9', patience: '', minDelta: '' } },
      'stop.metric',
      /chosen by the test set/,
      /测试集/,
    ],
    [
      { stop: { metric: 'validationLoss', target: '0.9', patience: '', minDelta: '' } },
      'stop.metric',
      /set no examples aside/,
      /没有留出/,
    ],
    [
      { stop: { metric: '', target: '', patience: '1.5', minDelta: '' } },
      'stop.patience',
      /whole number/,
      /整数/,
    ],
    [
      { stop: { metric: '', target: '1', patience: '', minDelta: '0.1' } },
      'stop.minDelta',
      /belongs to a patience/,
      /耐心/,
    ],
  ] as [Partial<Draft>, string, RegExp, RegExp][])(
    '%j is refused beside its field, in both languages',
    (given, path, en, zh) => {
      expect(faultsOf(given)).toEqual({ [path]: expect.stringMatching(en) as string })
      expect(examine(draft(given), 'zh-CN').faults.get(path)).toMatch(zh)
    },
  )
})

describe('a draft that tunes', () => {
  it('counts the tuning of more series than are drawn', () => {
    const set = { lr: '0.001 … 1', momentum: Array.from({ length: 450 }, (_, i) => i / 1000).join(', ') }
    const many = draft({
      series: [card({ optimizer: 'momentum', set }), card({ key: 2 })],
      tuning: { ...plainTuning(), trials: '5' },
      workloads: ['airfoil'],
      seeds: '3',
    })
    const shown = examine(many, 'en')
    const counted = estimate(readExperiment(writeFile(rawOf(many), ''), 'x'), { stepTimes: () => [] })
    expect(shown.seriesCount).toBe(451)
    expect({ runs: shown.runs, steps: shown.steps }).toEqual({ runs: counted.runs, steps: counted.steps })
    expect(shown.runsOfTuning).toBe(450 * 5)
    expect(shown.trials.get(1)).toBe(450 * 5)
  })

  const tuned = readFileSync(
    new URL('../../../../resources/experiments/airfoil-tuned.yaml', import.meta.url),
    'utf8',
  )
  it('counts what the lab counts', () => {
    const shown = examine(readDraft(tuned, 'x'), 'en')
    const counted = estimate(readExperiment(tuned, 'x'), { stepTimes: () => [] })
    expect(shown.first).toBe(null)
    expect({ runs: shown.runs, steps: shown.steps }).toEqual({ runs: counted.runs, steps: counted.steps })
    expect(shown.runs).toBe(11 * 36 + 11 * 10)
    expect(shown.runsOfTuning).toBe(11 * 36)
    expect([...shown.trials.values()]).toEqual(Array(11).fill(36))
  })

  it.each([
    ['1 … 0.1', 'series.1.set.lr', /smaller end/],
    ['0 … 1 log', 'series.1.set.lr', /above 0/],
    ['-1 … 1', 'series.1.set.lr', /lr/],
    ['0.1 |', 'series.1.set.lr', /both sides/],
  ])('refuses %s, beside its field', (lr, path, message) => {
    expect(faultsOf({ series: [card({ set: { lr } })] })[path]).toMatch(message)
  })

  it('refuses trials that do not fill a grid, and shares beyond 0.9', () => {
    const series = [card({ optimizer: 'adam', set: { lr: '0.01 … 1', beta1: '0 … 0.9' } })]
    const tuning = { ...plainTuning(), sampler: 'grid' as const, trials: '10', validation: '2' }
    const faults = faultsOf({ series, tuning })
    expect(faults['tuning.trials']).toMatch(/9 points/)
    expect(faults['tuning.validation']).toMatch(/share/)
  })
})

describe('what a draft would run', () => {
  it('counts what the lab counts', () => {
    const more = `title: T
workloads: airfoil
epochs: 3
batch: [10, 7]
seeds: [3, 4, 5]
schedules: [{ id: constant }, { id: cosine, per: step }]
optimizers:
  - { id: sgd, set: { lr: [0.1, 0.05, 0.01], weightDecay: [0, 0.1] } }
  - { id: adam, batch: 100, epochs: 5, schedules: { id: factor } }
`
    for (const text of [sample, more]) {
      const { seriesCount, runs, steps, series, faults } = examine(readDraft(text, 'x'), 'en')
      const lab = estimate(readExperiment(text, 'x'), { stepTimes: () => [] })
      expect([...faults]).toEqual([])
      expect({ seriesCount, runs, steps }).toEqual({
        seriesCount: lab.series.length,
        runs: lab.runs,
        steps: lab.steps,
      })
      expect(series.map(({ label, settings }) => ({ label, settings }))).toEqual(lab.series)
    }
  })

  it('says for every card how far it fans out, and gives each series its own style', () => {
    const result = examine(
      draft({
        seeds: '2',
        series: [
          card({ key: 1, set: { lr: '0.1, 0.01' } }),
          card({ key: 2, optimizer: 'adam', set: { lr: '1e-3' } }),
        ],
      }),
      'en',
    )
    expect(result.counts).toEqual(
      new Map([
        [1, 2],
        [2, 1],
      ]),
    )
    expect(result.series.map(({ card }) => card)).toEqual([1, 1, 2])
    expect(new Set(result.series.map(({ style }) => JSON.stringify(style))).size).toBe(3)
  })

  it('goes on drawing the cards that are right', () => {
    const { series, faults } = examine(
      draft({ series: [card({ key: 1, set: { lr: '-1' } }), card({ key: 2, optimizer: 'adam' })] }),
      'en',
    )
    expect([...faults.keys()]).toEqual(['series.1.set.lr'])
    expect(series.map(({ card }) => card)).toEqual([2])
  })

  it('counts a huge grid without making it', () => {
    const many = Array.from({ length: 60 }, (_, i) => String((i + 1) / 1000)).join(', ')
    const { seriesCount, series, runs, first } = examine(
      draft({ seeds: '1000', series: [card({ set: { lr: many, weightDecay: many } })] }),
      'en',
    )
    expect({ seriesCount, shown: series.length, runs }).toEqual({
      seriesCount: 3600,
      shown: 0,
      runs: 3_600_000,
    })
    expect(first?.path).toBe('runs')
  })
})

describe('faults, beside the field', () => {
  it.each<[string, Partial<Draft>, Record<string, string>]>([
    [
      'a title that is missing',
      { title: ' ' },
      { title: 'The experiment needs a title: it heads the report. Type one.' },
    ],
    ['no series', { series: [] }, { series: 'Nothing to compare. Add a series.' }],
    [
      'a number out of bounds',
      { series: [card({ optimizer: 'momentum', set: { momentum: '0.5, 1.5' } })] },
      { 'series.1.set.momentum': 'momentum is 1.5. Give a number in [0, 1).' },
    ],
    [
      'a word for a number',
      { series: [card({ set: { lr: 'fast' } })] },
      { 'series.1.set.lr': 'lr is fast. Give a number in [0, ∞).' },
    ],
    [
      'off where nothing is optional',
      { series: [card({ set: { clipNorm: 'off, -1' } })] },
      { 'series.1.set.clipNorm': 'clipNorm is -1. Give off or a number above 0.' },
    ],
    [
      'a choice there is not',
      { series: [card({ optimizer: 'adam', set: { epsPlacement: 'beside' } })] },
      { 'series.1.set.epsPlacement': 'epsPlacement is beside. Give one of outside, inside.' },
    ],
    [
      'a name the rule has not',
      { series: [card({ set: { momentun: '0.9' } })] },
      { 'series.1.set.momentun': 'SGD has no momentun. Remove it.' },
    ],
    [
      'an optimizer there is not',
      { series: [card({ optimizer: 'nesterof' })] },
      { 'series.1.optimizer': 'There is no “nesterof”. Did you mean nesterov?' },
    ],
    [
      'a batch above the examples',
      { batch: '10, 2000' },
      { batch: 'The batch is 2000. Give whole numbers from 1 to 1500.' },
    ],
    [
      'epochs that are a list',
      { epochs: '1, 2' },
      { epochs: 'Epochs are 1, 2. Give one whole number from 1 to 10000000.' },
    ],
    [
      'seeds below 0',
      { seeds: '1, -2' },
      { seeds: 'A seed is -2. Give a count, or whole numbers from 0 such as 7, 42–51.' },
    ],
    ['a seed twice', { seeds: '7, 8, 7' }, { seeds: 'The seed 7 is there twice. Give each once.' }],
    ['too many seeds', { seeds: '1001' }, { seeds: '1001 seeds. Give a count from 1 to 1000.' }],
    [
      'what is no device',
      { device: 'gpu:one' },
      { device: '“gpu:one” is no device. Use auto, cpu, gpu, gpu:N, webgpu or portable.' },
    ],
    [
      'what is no initialiser',
      { workloads: ['lenet-fashion-mnist'], initialiser: 'glorot' },
      { initialiser: '“glorot” is no initialiser. Use pytorch, xavier, deepobs, small-normal.' },
    ],
    [
      'an initialiser for what is no network',
      { initialiser: 'xavier' },
      { initialiser: 'airfoil is no network and has a start of its own. Leave this out.' },
    ],
    [
      'a workload there is not',
      { workloads: ['airfoyl'] },
      { workloads: 'There is no “airfoyl”. Did you mean airfoil?' },
    ],
    [
      'a schedule with two bases',
      { schedules: [{ key: 1, id: 'cosine', set: { base: '0.1, 0.3' }, per: 'epoch', offset: '' }] },
      {
        'schedules.1.set.base':
          'base is 0.1, 0.3. Give one number; to compare several, add another schedule.',
      },
    ],
    [
      'a warm-up longer than its cosine',
      { schedules: [{ key: 1, id: 'cosine', set: { warmupSteps: '30' }, per: 'epoch', offset: '' }] },
      {
        'schedules.1':
          'The warm-up inside is 30, but the schedule ends at 20. Lower warmupSteps or raise maxUpdate.',
      },
    ],
    [
      'milestones that fall',
      { schedules: [{ key: 1, id: 'multistep', set: { milestones: '30, 15' }, per: 'epoch', offset: '' }] },
      { 'schedules.1.set.milestones': 'milestones is 30, 15. Give numbers that increase.' },
    ],
    [
      'an offset of a half',
      { schedules: [{ key: 1, id: 'factor', set: {}, per: 'epoch', offset: '0.5' }] },
      { 'schedules.1.offset': 'The offset is 0.5. Give a whole number.' },
    ],
    [
      'a schedule of a series',
      { series: [card({ schedules: [{ key: 4, id: 'cosin', set: {}, per: 'epoch', offset: '' }] })] },
      { 'series.1.schedules.4.id': 'There is no “cosin”. Did you mean cosine or cosine-restarts?' },
    ],
  ])('%s', (_name, given, faults) => expect(faultsOf(given)).toEqual(faults))

  it('finds nothing wrong with any optimizer and schedule at their defaults', () => {
    expect(
      faultsOf({
        series: optimizers.map(({ id }, index) => card({ key: index + 1, optimizer: id })),
        schedules: schedules.map(({ id }, index) => ({
          key: index + 1,
          id,
          set: {},
          per: 'epoch',
          offset: '',
        })),
      }),
    ).toEqual({})
  })

  it('agrees with the reader of files on what is wrong', () => {
    for (const [given, isWrong] of [
      [{ batch: 'ten' }, true],
      [{ epochs: '0' }, true],
      [{ seeds: '0, 1' }, false],
      [{ batch: '10, 20' }, false],
    ] as const) {
      const one = draft(given)
      expect(examine(one, 'en').faults.size > 0).toBe(isWrong)
      const read = () => readExperiment(writeFile(rawOf(one), ''), 'x')
      if (isWrong) expect(read).toThrow()
      else expect(read).not.toThrow()
    }
  })
})

describe('the preview', () => {
  const rates = (given: Partial<Draft>, per: 'epoch' | 'step') =>
    previewOf(examine(draft(given), 'en').series, per).series.map(({ values }) => values)

  it('draws what the training does, offset included', () => {
    const schedules: Draft['schedules'] = [
      { key: 1, id: 'factor', set: { factor: '0.5' }, per: 'epoch', offset: '-1' },
    ]
    const given: Partial<Draft> = {
      epochs: '3',
      batch: '1500',
      schedules,
      series: [card({ set: { lr: '0.8' } })],
    }
    expect(rates(given, 'epoch')).toEqual([[0.8, 0.4, 0.2]])
    expect(rates({ ...given, batch: '750' }, 'step')).toEqual([[0.8, 0.8, 0.4, 0.4, 0.2, 0.2]])
  })

  it('counts steps where a schedule does', () => {
    const schedules: Draft['schedules'] = [{ key: 1, id: 'cosine', set: {}, per: 'step', offset: '' }]
    expect(naturalUnit(examine(draft({ schedules }), 'en').series)).toBe('step')
    expect(naturalUnit(examine(draft(), 'en').series)).toBe('epoch')
  })

  it('cuts very long trainings', () => {
    const { series, cut } = previewOf(examine(draft({ epochs: '1000', batch: '1' }), 'en').series, 'step')
    expect({ cut, length: series[0]?.values.length }).toEqual({ cut: true, length: 20_000 })
  })
})

describe('a schedule that was just chosen', () => {
  it.each(schedules.map(({ id }) => id))('%s fits the training', (id) => {
    for (const length of [
      { epochs: 1, stepsAnEpoch: 1 },
      { epochs: 2, stepsAnEpoch: 150 },
      { epochs: 30, stepsAnEpoch: 235 },
    ]) {
      const schedules = [{ key: 1, id, ...suggestSchedule(id, length), offset: '' }]
      expect(faultsOf({ schedules })).toEqual({})
    }
  })

  it('ends where the training ends', () => {
    expect(suggestSchedule('cosine', { epochs: 2, stepsAnEpoch: 150 })).toEqual({
      set: { maxUpdate: '300' },
      per: 'step',
    })
    expect(suggestSchedule('multistep', { epochs: 30, stepsAnEpoch: 235 })).toEqual({
      set: { milestones: '15, 23' },
      per: 'epoch',
    })
  })
})
