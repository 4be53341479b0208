import type { PaperId } from '../figures/papers.ts'
import type { LocalizedText } from '../locales/localized.ts'
import type { Answers, QuestionId } from './questions.ts'

type Conditions = { readonly [Q in QuestionId]?: readonly Answers[Q][] }

/** A piece of advice: where it applies, what it speaks for and against, why, and who found it. */
export interface AdviceRule {
  readonly id: string
  /** Applies where every question named has one of these answers. */
  readonly when: Conditions
  /** Optimizer → points, positive for, negative against. */
  readonly points: Readonly<Record<string, number>>
  readonly reason: LocalizedText
  readonly papers: readonly PaperId[]
}

const networks = ['small', 'deep', 'attention'] as const

/**
 * The first four are the tutorial's advice on choosing; what follows refines it. Points, 1 to 4, say how strongly a
 * rule speaks: they order candidates and claim nothing more.
 */
export const adviceRules: readonly AdviceRule[] = [
  {
    id: 'simple-problems',
    when: { network: ['convex'] },
    points: { sgd: 4, momentum: 2, nesterov: 1 },
    reason: {
      en: 'On simple problems of few dimensions gradient descent or SGD is enough: there is one minimum, and every rule that converges finds it.',
      'zh-CN': '对维数不高的简单问题，梯度下降或 SGD 就够了：最小值只有一个，凡收敛的规则都能找到它。',
    },
    papers: ['d2l', 'largeScale'],
  },
  {
    id: 'noisy-gradients',
    when: { noise: ['noisy'] },
    points: { momentum: 3, nesterov: 3 },
    reason: {
      en: 'Momentum and Nesterov average successive gradients: noise cancels, and the direction that persists remains.',
      'zh-CN': '动量法与 Nesterov 加速梯度对相继的梯度取平均：噪声相互抵消，留下持续一致的方向。',
    },
    papers: ['d2l', 'momentum', 'sutskever'],
  },
  {
    id: 'sparse-data',
    when: { sparsity: ['sparse'] },
    points: { adagrad: 4, rmsprop: 3, adam: 1, yogi: 1, amsgrad: 1 },
    reason: {
      en: 'With sparse features some weights see a gradient only now and then. Adagrad and RMSProp give each weight a rate of its own, so the rare ones take long steps when their turn comes.',
      'zh-CN':
        '特征稀疏时，有些权重只是偶尔得到梯度。Adagrad 与 RMSProp 让每个权重有各自的学习率，轮到罕见的权重时步长较大。',
    },
    papers: ['d2l', 'adagrad', 'rmsprop'],
  },
  {
    id: 'deep-networks',
    when: { network: ['deep', 'attention'] },
    points: { adam: 4, adamw: 4, nadam: 2, amsgrad: 2, yogi: 2, radam: 1 },
    reason: {
      en: 'In deep networks the scale of gradients differs from layer to layer. Adam and its variants normalise every coordinate, so one learning rate serves all layers.',
      'zh-CN': '深度网络各层梯度的尺度不同。Adam 及其变体对每个坐标归一化，因此一个学习率适用于所有层。',
    },
    papers: ['d2l', 'adam', 'benchmark'],
  },
  {
    id: 'convex-sparse',
    when: { network: ['convex'], sparsity: ['sparse'] },
    points: { adagrad: 2 },
    reason: {
      en: 'Adagrad’s guarantees are for convex problems: there the decay of its rate is what makes it converge.',
      'zh-CN': 'Adagrad 的理论保证针对凸问题：在那里，学习率的衰减正是它收敛的原因。',
    },
    papers: ['adagrad'],
  },
  {
    id: 'network-sparse',
    when: { network: networks, sparsity: ['sparse'] },
    points: { adagrad: -2, rmsprop: 1, adam: 1, yogi: 2, amsgrad: 1 },
    reason: {
      en: 'On problems that are not convex Adagrad’s rate may fade before it arrives; that of a moving average does not. Where large gradients are rare, Yogi and AMSGrad keep the effective rate from jumping up.',
      'zh-CN':
        '在非凸问题上，Adagrad 的学习率可能在到达之前就衰减殆尽，移动平均则不会。大梯度罕见时，Yogi 与 AMSGrad 可避免有效学习率突然升高。',
    },
    papers: ['rmsprop', 'yogi', 'amsgrad'],
  },
  {
    id: 'exact-gradients',
    when: { noise: ['exact'] },
    points: { nesterov: 1, momentum: 1, rprop: 1 },
    reason: {
      en: 'With exact gradients acceleration pays in full, and Rprop, which looks at signs alone, may be used. With mini-batches it may not: the sign of a noisy gradient is mostly noise.',
      'zh-CN':
        '梯度精确时，加速的收益最大；只看符号的 Rprop 也可以使用。小批量时则不行：带噪声梯度的符号大多是噪声。',
    },
    papers: ['nesterov', 'rprop'],
  },
  {
    id: 'small-networks',
    when: { network: ['small'] },
    points: { momentum: 2, adam: 2, nesterov: 1, sgd: 1 },
    reason: {
      en: 'On small networks tuned optimizers end close together: over many benchmark problems none dominates, and momentum and Adam are safe choices.',
      'zh-CN':
        '在小型网络上，调好的优化器结果相近：在许多基准问题上没有谁全面占优，动量法与 Adam 都是稳妥的选择。',
    },
    papers: ['benchmark', 'comparisons'],
  },
  {
    id: 'no-tuning',
    when: { network: networks, tuning: ['none'] },
    points: { adam: 3, adamw: 2, sgd: -2, momentum: -1, nesterov: -1 },
    reason: {
      en: 'Without tuning Adam’s defaults are the most dependable: its step length hardly depends on the scale of the loss, while a rate for SGD has to be found for every problem.',
      'zh-CN':
        '不调参时 Adam 的默认值最可靠：其步长几乎不依赖损失的尺度，而 SGD 的学习率每个问题都要重新寻找。',
    },
    papers: ['tuning', 'benchmark'],
  },
  {
    id: 'no-tuning-linear',
    when: { network: ['convex'], tuning: ['none'] },
    points: { adagrad: 3, sgd: -1 },
    reason: {
      en: 'Without tuning, a rate that adapts itself is safer than a guess: on a linear model Adagrad’s steps shrink by themselves, and it needs no schedule.',
      'zh-CN': '不调参时，自适应的学习率比猜测更稳妥：在线性模型上，Adagrad 的步长会自行缩小，不需要调度器。',
    },
    papers: ['adagrad'],
  },
  {
    id: 'tuned-momentum',
    when: { network: ['small', 'deep'], tuning: ['full'], budget: ['long'] },
    points: { momentum: 3, nesterov: 2 },
    reason: {
      en: 'Convolutional networks that are trained to the end with a tuned rate and schedule often generalise best with momentum.',
      'zh-CN': '卷积网络若训练充分，且学习率与调度器都调好，往往以动量法的泛化最好。',
    },
    papers: ['marginalValue', 'sutskever'],
  },
  {
    id: 'tuned-adaptive',
    when: { network: networks, tuning: ['full'] },
    points: { adam: 1, adamw: 1, nadam: 1 },
    reason: {
      en: 'With everything tuned, ε included, Adam and its relatives need not lose to momentum, which they contain as a limit.',
      'zh-CN': '若一切都调好（包括 ε），Adam 一类不会输给动量法，因为后者是它们的极限情形。',
    },
    papers: ['comparisons'],
  },
  {
    id: 'attention',
    when: { network: ['attention'] },
    points: { adamw: 3, adam: 2, sgd: -2 },
    reason: {
      en: 'The gradient noise of attention models has heavy tails, under which SGD does poorly; adaptive methods and clipping cope.',
      'zh-CN': '注意力模型的梯度噪声是重尾的，SGD 表现不佳；自适应方法和梯度裁剪能够应付。',
    },
    papers: ['attention'],
  },
  {
    id: 'regularise',
    when: { network: ['deep', 'attention'], budget: ['long'] },
    points: { adamw: 2 },
    reason: {
      en: 'A deep network trained long needs weight decay, and with Adam that regularises evenly only when it is decoupled from the gradient, as in AdamW.',
      'zh-CN':
        '深度网络训练时间长，需要权重衰减；对 Adam 而言，只有像 AdamW 那样与梯度解耦，它才对各权重一视同仁。',
    },
    papers: ['adamw'],
  },
  {
    id: 'first-steps',
    when: { network: ['deep', 'attention'], tuning: ['none', 'rate'] },
    points: { radam: 1 },
    reason: {
      en: 'Adam’s second moment rests on few gradients at first, so its early steps vary; RAdam holds them back without a warm-up to choose.',
      'zh-CN': 'Adam 的二阶矩起初只基于少数梯度，最初的步长波动较大；RAdam 会加以抑制，无需另选预热。',
    },
    papers: ['radam'],
  },
  {
    id: 'large-data',
    when: { data: ['large'], noise: ['batches', 'noisy'] },
    points: { sgd: 1, momentum: 1 },
    reason: {
      en: 'With very many examples one hardly passes over the data twice: cheap updates count, and SGD’s cost nothing beyond the gradient.',
      'zh-CN': '样本极多时几乎不会重复遍历数据：更新越便宜越好，而 SGD 除梯度之外没有额外开销。',
    },
    papers: ['largeScale', 'robbinsMonro'],
  },
  {
    id: 'averaging',
    when: { network: ['convex'], noise: ['noisy'], budget: ['long'] },
    points: { asgd: 2 },
    reason: {
      en: 'On a convex problem with noisy gradients the average of all iterates is closer to the minimum than the last one.',
      'zh-CN': '在梯度带噪声的凸问题上，所有迭代点的平均比最后一点更接近最小值。',
    },
    papers: ['averaging'],
  },
  {
    id: 'fast-start',
    when: { network: networks, budget: ['short'] },
    points: { adam: 1, rmsprop: 1, nadam: 1 },
    reason: {
      en: 'Where training stops after a few epochs a fast start counts, and adaptive methods often make faster initial progress.',
      'zh-CN': '只训练几轮时，起步快最重要，而自适应方法起初往往进展更快。',
    },
    papers: ['marginalValue'],
  },
]

/** A schedule to go with the optimizer. */
interface ScheduleAdvice {
  readonly id: 'constant' | 'inverse-power' | 'cosine' | 'warm-cosine'
  readonly when: Conditions
  readonly reason: LocalizedText
  readonly papers: readonly PaperId[]
}

/** The first that applies. */
export const scheduleAdvice: readonly ScheduleAdvice[] = [
  {
    id: 'warm-cosine',
    when: { network: ['deep', 'attention'], budget: ['long'] },
    reason: {
      en: 'A cosine after a short warm-up: short steps while gradients are large and unsettled, short ones again to settle.',
      'zh-CN': '短暂预热后接余弦调度器：梯度大而不稳定时步长小，最后再次变小以稳定下来。',
    },
    papers: ['sgdr', 'warmup'],
  },
  {
    id: 'cosine',
    when: { network: ['small'], budget: ['long'] },
    reason: {
      en: 'A cosine: as the rate falls the noise falls with it, and test accuracy settles instead of jumping from epoch to epoch.',
      'zh-CN': '余弦调度器：学习率下降，噪声随之下降，测试精度稳定下来，不再逐轮跳动。',
    },
    papers: ['sgdr', 'd2l'],
  },
  {
    id: 'constant',
    when: { noise: ['exact'] },
    reason: {
      en: 'None: with exact gradients a constant rate below 2/λ converges by itself.',
      'zh-CN': '不用：梯度精确时，低于 2/λ 的恒定学习率自己就会收敛。',
    },
    papers: ['largeScale'],
  },
  {
    id: 'inverse-power',
    when: { network: ['convex'], budget: ['long'] },
    reason: {
      en: 'A polynomial decay: it averages the noise out and yet falls slowly enough to arrive.',
      'zh-CN': '多项式衰减：既能把噪声平均掉，又降得足够慢，能够到达最小值。',
    },
    papers: ['robbinsMonro', 'largeScale'],
  },
  {
    id: 'constant',
    when: {},
    reason: {
      en: 'None at first: over a few epochs the learning rate itself matters more.',
      'zh-CN': '先不用：只训练几轮时，学习率本身更重要。',
    },
    papers: ['d2l'],
  },
]

/** Whether a rule's conditions hold. */
export const applies = (when: Conditions, answers: Answers): boolean =>
  (Object.keys(when) as QuestionId[]).every((question) =>
    (when[question] as readonly string[] | undefined)?.includes(answers[question]),
  )
