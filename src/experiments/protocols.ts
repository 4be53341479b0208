import type { LocalizedText } from '../locales/localized.ts'

/** What a protocol needs to know of an experiment. */
export interface Compared {
  readonly optimizers: readonly string[]
  readonly epochs: number
  readonly stepsAnEpoch: number
}

/** Few epochs are too coarse for a schedule. */
const fewEpochs = 10

/** One cosine over the whole training, after a warm-up of this share of it. */
function cosine({ epochs, stepsAnEpoch }: Compared, warmup: number): Readonly<Record<string, unknown>> {
  const perStep = epochs < fewEpochs
  const maxUpdate = perStep ? epochs * stepsAnEpoch : epochs
  const warmupSteps = Math.ceil(warmup * maxUpdate)
  return {
    id: 'cosine',
    set: { maxUpdate, ...(warmupSteps > 0 && { warmupSteps }) },
    ...(perStep && { per: 'step' }),
  }
}

/** A way to compare that was agreed on elsewhere: what is tuned, how far, and how often the best is run. */
export interface Protocol {
  readonly id: string
  readonly title: LocalizedText
  readonly about: LocalizedText
  /** Where it comes from, and in what this differs. */
  readonly source: LocalizedText
  /** The parts of an experiment file that it decides. */
  readonly decide: (compared: Compared) => Readonly<Record<string, unknown>>
}

const text = (en: string, zh: string): LocalizedText => ({ en, 'zh-CN': zh })
const lr = { lr: { log: [1e-5, 100] } }
const from42 = Array.from({ length: 10 }, (_, i) => 42 + i)

export const protocols: readonly Protocol[] = [
  {
    id: 'quick-look',
    title: text('Quick look', '快速一览'),
    about: text(
      'Defaults as they are, three seeds: which ones are worth more.',
      '默认设置、三个种子：看看哪些值得深入。',
    ),
    source: text(
      'Three seeds cannot tell optimizers apart; they show where to look.',
      '三个种子不足以区分优化器，只说明该看哪里。',
    ),
    decide: ({ optimizers }) => ({ seeds: 3, optimizers: optimizers.map((id) => ({ id })) }),
  },
  {
    id: 'deepobs',
    title: text('DeepOBS', 'DeepOBS'),
    about: text(
      '36 learning rates from 1e-5 to 100 for every optimizer, the best of them with ten seeds.',
      '每种优化器尝试从 1e-5 到 100 的 36 个学习率，最好的再用十个种子运行。',
    ),
    source: text(
      'Schneider, Balles & Hennig 2019 (arXiv:1903.05499). Rates are judged on a fifth of the training examples, not on the test set.',
      'Schneider、Balles 与 Hennig 2019（arXiv:1903.05499）。学习率按留出的五分之一训练样本评判，而非测试集。',
    ),
    decide: ({ optimizers }) => ({
      seeds: from42,
      tuning: { sampler: 'grid', trials: 36, seeds: [42], validation: 0.2 },
      optimizers: optimizers.map((id) => ({ id, search: lr })),
    }),
  },
  {
    id: 'crowded-valley',
    title: text('Crowded Valley', 'Crowded Valley'),
    about: text(
      '25 random learning rates for every optimizer with a constant rate, a cosine and one after a warm-up; the best of each with ten seeds.',
      '每种优化器在常数、余弦和预热后余弦三种调度下各随机尝试 25 个学习率，各自最好的再用十个种子运行。',
    ),
    source: text(
      'Schmidt, Schneider & Hennig 2021 (arXiv:2007.01547), its small budget; in place of its warm restarts and trapezoid a cosine after a warm-up.',
      'Schmidt、Schneider 与 Hennig 2021（arXiv:2007.01547）的小预算；以预热后的余弦代替其热重启与梯形调度。',
    ),
    decide: (compared) => ({
      seeds: from42,
      schedules: [{ id: 'constant' }, cosine(compared, 0), cosine(compared, 0.1)],
      tuning: { sampler: 'random', trials: 25, seeds: [42], validation: 0.2 },
      optimizers: compared.optimizers.map((id) => ({ id, search: lr })),
    }),
  },
]
