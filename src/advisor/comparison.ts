import type { z } from 'zod'
import type { experiment } from '../experiments/experiment.ts'
import type { ScheduleSettings } from '../experiments/settings.ts'
import type { LocalizedText } from '../locales/localized.ts'
import type { Locale } from '../locales/message.ts'
import { optimizers as known } from '../optimizers/index.ts'
import type { Advice } from './advise.ts'
import type { Answers } from './questions.ts'

/** What stands for a person's own problem in this laboratory. */
interface Stand {
  readonly workload: string
  readonly batch: Readonly<Record<Answers['noise'], number>>
  readonly epochs: Readonly<Record<Answers['budget'], number>>
  readonly seeds: number
}

const airfoil: Stand = {
  workload: 'airfoil',
  batch: { exact: 1500, batches: 10, noisy: 1 },
  epochs: { short: 2, long: 10 },
  seeds: 10,
}
const fashionMnist = { batch: { exact: 2000, batches: 256, noisy: 32 }, seeds: 3 } as const
const softmax: Stand = {
  ...fashionMnist,
  workload: 'softmax-fashion-mnist',
  epochs: { short: 3, long: 10 },
}
const leNetOnSubset: Stand = {
  workload: 'lenet-fashion-mnist-2000',
  batch: { exact: 1600, batches: 32, noisy: 8 },
  epochs: { short: 3, long: 10 },
  seeds: 5,
}
const leNet: Stand = { ...fashionMnist, workload: 'lenet-fashion-mnist', epochs: { short: 3, long: 15 } }
const deep: Stand = { ...fashionMnist, workload: '2c2d-fashion-mnist', epochs: { short: 2, long: 10 } }

/** The workload here that is nearest to what was described. */
export function standFor({ network, data }: Answers): Stand {
  if (network === 'convex') return data === 'small' ? airfoil : softmax
  if (data === 'small') return leNetOnSubset
  return network === 'small' ? leNet : deep
}

/** What that workload cannot stand for, said so that nobody mistakes it for their own problem. */
export function limitsOf({ network, sparsity, data, noise }: Answers): LocalizedText[] {
  const limits: [boolean, LocalizedText][] = [
    [
      network === 'attention',
      {
        en: 'There is no attention model here; a convolutional network stands for it.',
        'zh-CN': '此处没有注意力模型，以卷积网络代替。',
      },
    ],
    [
      network === 'deep' && data === 'small',
      {
        en: 'With few examples the network here is LeNet, which is not deep.',
        'zh-CN': '样本少时，此处的网络是 LeNet，并不深。',
      },
    ],
    [
      sparsity === 'sparse',
      {
        en: 'No data here are sparse: the comparison cannot show what sparsity does. The playground’s sparse gradients can.',
        'zh-CN': '此处没有稀疏数据：这一比较无法体现稀疏性的影响，游乐场中的稀疏梯度可以。',
      },
    ],
    [
      data === 'large',
      { en: 'The largest data set here has 60,000 examples.', 'zh-CN': '此处最大的数据集有 60 000 个样本。' },
    ],
    [
      noise === 'exact' && data !== 'small',
      {
        en: 'Batches of 2,000 stand for the full batch, which not every machine could hold.',
        'zh-CN': '以 2000 的批量代替全批量，后者并非每台机器都放得下。',
      },
    ],
  ]
  return limits.flatMap(([holds, text]) => (holds ? [text] : []))
}

/** A learning rate to start from: on airfoil by how noisy its gradients are, and on the other workloads. */
const firstRates: Readonly<Record<string, Readonly<Record<Answers['noise'] | 'others', number>>>> = {
  sgd: { exact: 1, batches: 0.05, noisy: 0.005, others: 0.1 },
  momentum: { exact: 0.3, batches: 0.005, noisy: 0.0005, others: 0.02 },
  nesterov: { exact: 0.3, batches: 0.005, noisy: 0.0005, others: 0.02 },
  adagrad: { exact: 0.3, batches: 0.1, noisy: 0.05, others: 0.01 },
  rmsprop: { exact: 0.03, batches: 0.01, noisy: 0.002, others: 0.001 },
  adam: { exact: 0.1, batches: 0.01, noisy: 0.002, others: 0.001 },
  adamw: { exact: 0.1, batches: 0.01, noisy: 0.002, others: 0.001 },
  amsgrad: { exact: 0.1, batches: 0.01, noisy: 0.002, others: 0.001 },
  nadam: { exact: 0.1, batches: 0.01, noisy: 0.002, others: 0.002 },
  yogi: { exact: 0.1, batches: 0.01, noisy: 0.002, others: 0.01 },
  radam: { exact: 0.1, batches: 0.01, noisy: 0.002, others: 0.001 },
  asgd: { exact: 1, batches: 0.05, noisy: 0.005, others: 0.1 },
  rprop: { exact: 0.01, batches: 0.01, noisy: 0.01, others: 0.001 },
}

/** Where rates are searched, as multiples of the first guess. */
const factors: Readonly<Record<Answers['tuning'], readonly number[]>> = {
  none: [1],
  rate: [0.3, 1, 3],
  full: [0.1, 0.3, 1, 3, 10],
}

/** Learning rates to compare for an optimizer. */
export function ratesOf(optimizer: string, answers: Answers): number[] {
  const rates = firstRates[optimizer]
  if (!rates) throw new RangeError(`There is no first learning rate for ${optimizer}.`)
  const first = rates[standFor(answers) === airfoil ? answers.noise : 'others']
  return factors[answers.tuning].map((factor) => Number((first * factor).toPrecision(2)))
}

/** The schedule as an experiment file says it; its length follows the training's. */
function scheduleOf({ schedule }: Advice, epochs: number): Partial<ScheduleSettings> & { id: string } {
  switch (schedule.id) {
    case 'constant':
      return { id: 'constant' }
    case 'inverse-power':
      return { id: 'inverse-power', set: { scale: 1, power: 0.5 } }
    case 'cosine':
      return { id: 'cosine', set: { maxUpdate: epochs } }
    case 'warm-cosine':
      return { id: 'cosine', set: { maxUpdate: epochs, 'warmup.steps': 1 } }
  }
}

const titleOf = (optimizer: string): string => known.find(({ id }) => id === optimizer)?.title ?? optimizer

/** The experiment that would test the advice: what is recommended, what comes next, and SGD to measure them by. */
export function comparisonOf(answers: Answers, advice: Advice, locale: Locale): z.input<typeof experiment> {
  const stand = standFor(answers)
  const epochs = stand.epochs[answers.budget]
  const compared = new Set([advice.best, ...advice.others].map(({ optimizer }) => optimizer)).add('sgd')
  const best = titleOf(advice.best.optimizer)
  const words = {
    en: { title: `${best} put to the test`, question: `Is ${best} the right choice here, and by how much?` },
    'zh-CN': { title: `检验 ${best}`, question: `此处选 ${best} 是否合适？差别有多大？` },
  }[locale]
  return {
    ...words,
    workloads: stand.workload,
    epochs,
    batch: stand.batch[answers.noise],
    seeds: stand.seeds,
    schedules: scheduleOf(advice, epochs),
    optimizers: [...compared].map((id) => {
      const rates = ratesOf(id, answers)
      return { id, set: { lr: rates.length === 1 ? (rates[0] as number) : rates } }
    }),
  }
}
