import { lookUp } from '../contract/lookup.ts'
import type { LocalizedText } from '../locales/localized.ts'
import { optimizers } from '../optimizers/index.ts'

/** What a protocol needs to know of an experiment. */
export interface Compared {
  readonly optimizers: readonly string[]
  readonly epochs: number
  readonly stepsAnEpoch: number
}

/** Few epochs are too coarse for a schedule. */
const fewEpochs = 10

/** Schedules as long as the training, in the unit in which it has enough places to change the rate at. */
function schedulesFor({ epochs, stepsAnEpoch }: Compared): readonly Readonly<Record<string, unknown>>[] {
  const perStep = epochs < fewEpochs
  const length = perStep ? epochs * stepsAnEpoch : epochs
  const per = perStep ? { per: 'step' } : {}
  // Cycles of 1, 2 and 4 parts: the third ends with the training.
  const firstCycle = Math.ceil(length / 7)
  const slope = Math.max(2, Math.round(length / 10))
  return [
    { id: 'constant' },
    { id: 'cosine', set: { maxUpdate: length }, ...per },
    { id: 'cosine-restarts', set: { firstCycle, cycleFactor: 2 }, ...per },
    // From index 1 on: neither the first nor the last epoch is trained at a rate of 0.
    { id: 'trapezoid', set: { rise: slope, hold: length + 1 - 2 * slope, decay: slope }, ...per, offset: 1 },
  ]
}

/** A way to compare that was agreed on elsewhere: what is tuned, how far, and how often the best is run. */
export interface Protocol {
  readonly id: string
  readonly title: LocalizedText
  readonly about: LocalizedText
  /** Where it comes from, and in what this differs. */
  readonly source: LocalizedText
  /** How much may be tuned, where it leaves a choice; the usual one first. */
  readonly budgets?: readonly Budget[]
  /**
   * The parts of an experiment file that it decides.
   * @param budget the id of one of `budgets`; the first without it
   */
  readonly decide: (compared: Compared, budget?: string) => Readonly<Record<string, unknown>>
}

interface Budget {
  readonly id: string
  readonly title: LocalizedText
  readonly trials: number
}

const text = (en: string, zh: string): LocalizedText => ({ en, 'zh-CN': zh })
const lr = { lr: { log: [1e-5, 100] } }
const from42 = Array.from({ length: 10 }, (_, i) => 42 + i)

const valleyBudgets: readonly Budget[] = [
  { id: 'small', title: text('small: 25 trials', '小：25 次试验'), trials: 25 },
  { id: 'one-shot', title: text('one-shot: defaults', '一次：默认设置'), trials: 0 },
  { id: 'medium', title: text('medium: 50 trials', '中：50 次试验'), trials: 50 },
  { id: 'large', title: text('large: 75 trials', '大：75 次试验'), trials: 75 },
]

/**
 * Log-uniform, over ranges that hold the settings of those of the study's published results that were read; its own table
 * was not at hand. What it holds fixed (eps, decays of the rate) stays at its default.
 */
const valleyRanges: Readonly<Record<string, readonly [number, number]>> = {
  lr: [1e-4, 1],
  momentum: [0.5, 0.999],
  rho: [0.5, 0.999],
  beta1: [0.5, 0.999],
  beta2: [0.8, 0.999],
}

function valleySpace(id: string): Readonly<Record<string, unknown>> {
  const rule = lookUp(optimizers, id, 'optimizer')
  const named = Object.entries(valleyRanges).filter(([name]) => Object.hasOwn(rule.hyper, name))
  // A rule whose momentum is off by default is another rule with it.
  const own = named.filter(([name]) => {
    const declared = rule.hyper[name]
    return !(declared?.kind === 'number' && declared.default === 0)
  })
  return Object.fromEntries(own.map(([name, range]) => [name, { log: range }]))
}

/** Rates up to 30 times below and above a rule's default. */
function aroundDefault(id: string): Readonly<Record<string, unknown>> {
  const { lr: rate } = lookUp(optimizers, id, 'optimizer').hyper
  const usual = rate?.kind === 'number' ? rate.default : 1
  return { lr: { log: [usual / 30, usual * 30].map((end) => Number(end.toPrecision(2))) } }
}

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
      'Four schedules (constant, cosine, warm restarts, trapezoid), each tuned by random search; the best with ten seeds.',
      '四种调度（常数、余弦、热重启、梯形），各自随机搜索调参，最好的再用十个种子运行。',
    ),
    source: text(
      'Schmidt, Schneider & Hennig 2021 (arXiv:2007.01547): budgets and seeds; log-uniform ranges of rate, momentum and decays that its published results lie in. Trials are judged on a fifth of the training examples, as DeepOBS’s validation set. Not taken from it: the lengths of the cycles (1, 2 and 4 sevenths of the training) and of the trapezoid’s slopes (a tenth each); the defaults are this laboratory’s; a rule that the study lacks gets the ranges of the same names.',
      'Schmidt、Schneider 与 Hennig 2021（arXiv:2007.01547）：预算与种子；学习率、动量与衰减的对数均匀范围，覆盖其公布的全部结果。试验按留出的五分之一训练样本评判，相当于 DeepOBS 的验证集。并非取自原文的有：周期长度（训练的 1/7、2/7、4/7）、梯形两侧的长度（各十分之一）；默认值为本实验室的默认值；原文没有的优化器按同名超参数取相同范围。',
    ),
    budgets: valleyBudgets,
    decide(compared, budget) {
      const { trials } = (valleyBudgets.find(({ id }) => id === budget) ?? valleyBudgets[0]) as Budget
      return {
        seeds: from42,
        schedules: schedulesFor(compared),
        ...(trials > 0 && { tuning: { sampler: 'random', trials, seeds: [42], validation: 0.2 } }),
        optimizers: compared.optimizers.map((id) => ({ id, ...(trials > 0 && { search: valleySpace(id) }) })),
      }
    },
  },
  {
    id: 'algoperf',
    title: text('AlgoPerf', 'AlgoPerf'),
    about: text(
      'Three studies of five quasi-random trials for every optimizer: how fast the fastest trial of each reaches a validation target. Six further runs of the best setting give the verdicts.',
      '每种优化器做三次研究，各五次准随机试验：看每次研究中最快的试验多快达到验证目标。最好的设置再运行六次，用于给出结论。',
    ),
    source: text(
      'Dahl et al. 2023 (arXiv:2306.07179): studies, trials, the median over studies, profile and score. Give `targets`, such as the one that “AlgoPerf: targets” derives; without them there is no score. Not AlgoPerf’s: workloads of this size, this machine in place of its eight GPUs, ranges 30 times below and above each rule’s default rate where there a submission brings its own, and the six runs.',
      'Dahl 等 2023（arXiv:2306.07179）：研究、试验、研究间的中位数、性能曲线与得分。请给出 `targets`，例如“AlgoPerf：目标”推导出的；没有目标就没有得分。与 AlgoPerf 不同的有：任务规模；以本机代替其八块 GPU；学习率范围为各规则默认值的 1/30 至 30 倍（原规则由提交者自定）；以及另外六次运行。',
    ),
    decide: ({ optimizers }) => ({
      seeds: from42.slice(0, 6),
      tuning: { sampler: 'quasi-random', trials: 5, studies: 3, seeds: [0], validation: 0.2 },
      optimizers: optimizers.map((id) => ({ id, search: aroundDefault(id) })),
    }),
  },
  {
    id: 'algoperf-targets',
    title: text('AlgoPerf: targets', 'AlgoPerf：目标'),
    about: text(
      '200 trials of every optimizer; the median of the best validation values of 20 further runs of the winner is the target.',
      '每种优化器 200 次试验；优胜者另外 20 次运行的最佳验证值的中位数即为目标。',
    ),
    source: text(
      'Dahl et al. 2023 (arXiv:2306.07179), where AdamW, NadamW, Nesterov and heavy ball compete: choose AdamW, NAdam, Nesterov and Momentum. Every optimizer’s best setting is run again, not the winner’s alone; ranges lie 30 times below and above each rule’s default rate. The report says what to write as `targets`.',
      'Dahl 等 2023（arXiv:2306.07179），参选的是 AdamW、NadamW、Nesterov 与重球法：请选 AdamW、NAdam、Nesterov 与 Momentum。每种优化器的最好设置都重新运行，而不只是优胜者；范围为各规则默认学习率的 1/30 至 30 倍。报告会给出可写入 `targets` 的内容。',
    ),
    decide: ({ optimizers }) => ({
      seeds: Array.from({ length: 20 }, (_, i) => 100 + i),
      validation: 0.2,
      tuning: { sampler: 'quasi-random', trials: 200, seeds: [0], validation: 0.2 },
      optimizers: optimizers.map((id) => ({ id, search: aroundDefault(id) })),
    }),
  },
]
