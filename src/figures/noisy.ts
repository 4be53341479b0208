import type { ScheduleSettings } from '../experiments/settings.ts'
import type { TraceFigure } from './figure.ts'
import { plane } from './traces-2d.ts'

/**
 * One seed for all three, so that they see the same noise and differ in the schedule alone. With this one each last
 * point lies within one standard deviation of its mean.
 */
const seed = 2

/** The tutorial counts its steps from 2, so step k (from 0) runs at schedule(k + 2). */
const offset = 2

const walk = (schedule: Omit<ScheduleSettings, 'per' | 'offset'>, steps: number) =>
  ({
    kind: 'trace',
    papers: ['robbinsMonro'],
    trace: {
      objective: 'x1^2+2*x2^2',
      optimizer: 'sgd',
      set: { lr: 0.1 },
      schedule: { ...schedule, offset },
      start: plane.start,
      steps,
      noise: 1,
      seed,
    },
    formula: 'x₁² + 2x₂²',
    view: plane.view,
    minimum: plane.minimum,
  }) as const

export const noisy: readonly TraceFigure[] = [
  {
    id: 'sgd-2d-constant',
    title: { en: 'Noisy gradients, constant learning rate', 'zh-CN': '带噪声的梯度，学习率不变' },
    caption: {
      en: 'Stochastic gradient descent, imitated by adding N(0, 1) noise to both partial derivatives of f = x₁² + 2x₂², learning rate 0.1, 50 steps. The trace comes down quickly but never comes to rest: near the minimum the gradient vanishes and the noise does not, so x keeps wandering with a standard deviation of 0.17 along x₁ and 0.13 along x₂.',
      'zh-CN':
        '用噪声模拟随机梯度下降：在 f = x₁² + 2x₂² 的两个偏导数上各加 N(0, 1) 噪声，学习率 0.1，共 50 步。轨迹很快下降，却不会停下：在最小值附近梯度趋于零，噪声却不变，x 一直徘徊，标准差在 x₁ 方向为 0.17，在 x₂ 方向为 0.13。',
    },
    ...walk({ id: 'constant', set: {} }, 50),
    numbers: { mean: [-0.0001, 0], deviation: [0.167, 0.125] },
  },
  {
    id: 'sgd-2d-exponential',
    title: {
      en: 'Noisy gradients, exponentially decaying learning rate',
      'zh-CN': '带噪声的梯度，学习率指数衰减',
    },
    caption: {
      en: 'The learning rate is 0.1 · e^(−0.1t). Its sum over all steps is finite, and with it the total pull towards the minimum: although 1,000 steps are taken, the trace freezes on average at x₁ = −0.83, far from the minimum. The noise has gone, and so has the progress.',
      'zh-CN':
        '学习率为 0.1 · e^(−0.1t)。它对所有步的总和有限，轨迹被拉向最小值的总幅度也随之有限：虽然走了 1000 步，平均却停在 x₁ = −0.83 处，离最小值还很远。噪声消失了，进展也停止了。',
    },
    ...walk({ id: 'exponential', set: { rate: 0.1 } }, 1000),
    numbers: { mean: [-0.8257, -0.045], deviation: [0.075, 0.04] },
  },
  {
    id: 'sgd-2d-inverse-power',
    title: {
      en: 'Noisy gradients, polynomially decaying learning rate',
      'zh-CN': '带噪声的梯度，学习率多项式衰减',
    },
    caption: {
      en: 'The learning rate is 0.1 · (1 + 0.1t)^(−1/2). It falls slowly enough that its sum diverges, so the trace can reach the minimum from anywhere, while the falling rate averages the noise out: after 50 steps the spread is 0.11 along x₁ and 0.08 along x₂, where the constant rate leaves 0.17 and 0.13.',
      'zh-CN':
        '学习率为 0.1 · (1 + 0.1t)^(−1/2)。它下降得足够慢，总和发散，因此从任何起点都能到达最小值；同时不断下降的学习率把噪声平均掉：50 步之后，标准差在 x₁ 方向为 0.11，在 x₂ 方向为 0.08，而学习率不变时为 0.17 和 0.13。',
    },
    ...walk({ id: 'inverse-power', set: { scale: 0.1, power: 0.5 } }, 50),
    numbers: { mean: [-0.0124, 0], deviation: [0.105, 0.075] },
  },
]
