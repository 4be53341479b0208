import type { Chapter } from './station.ts'
import { inPlane, onLine } from './walks.ts'

const rate = { en: 'learning rate η', 'zh-CN': '学习率 η' }
const bowl = ['x1^2+2*x2^2', 'x₁² + 2x₂²'] as const

/** What a learning rate does, alone and with noise. */
export const rates: readonly Chapter[] = [
  {
    id: 'rate',
    title: { en: 'What a learning rate does', 'zh-CN': '学习率的作用' },
    stations: [
      {
        id: 'descent',
        title: { en: 'One step after another, downhill', 'zh-CN': '一步一步往下走' },
        text: {
          en: 'Gradient descent looks at one thing only: the slope where it stands. On f(x) = x² the slope is 2x, so a step multiplies x by 1 − 2η. The distance to the minimum shrinks by the same factor every time, and the steps shrink with it.',
          'zh-CN':
            '梯度下降只看一件事：所在位置的坡度。在 f(x) = x² 上坡度为 2x，一步把 x 乘以 1 − 2η。到最小值的距离每次按同一因子缩小，步长也随之缩小。',
        },
        attempt: {
          en: 'Set η to 0.5: a single step arrives. Then to 0.05: ten steps are not enough.',
          'zh-CN': '把 η 调到 0.5：一步到位。再调到 0.05：十步还不够。',
        },
        papers: ['cauchy'],
        knob: { name: rate, min: 0.01, max: 0.6, value: 0.2, step: 0.01, scale: 'linear' },
        show: (lr) => onLine('x^2', 'x²', [{ optimizer: 'sgd', set: { lr } }]),
      },
      {
        id: 'divergence',
        title: { en: 'Too large: each step makes it worse', 'zh-CN': '过大：每一步都更糟' },
        text: {
          en: 'At η = 1.1 the factor 1 − 2η is −1.2: every step leaps over the minimum and lands farther away on the other side. On a quadratic of curvature λ, gradient descent converges only below 2/λ. Here λ = 2, so the bound is 1.',
          'zh-CN':
            'η = 1.1 时因子 1 − 2η 为 −1.2：每一步都越过最小值，落到另一侧更远的地方。在曲率为 λ 的二次函数上，梯度下降只有在学习率低于 2/λ 时才收敛。此处 λ = 2，界限为 1。',
        },
        attempt: {
          en: 'Go down to η = 1: it jumps from 10 to −10 and back for ever. Just below, it converges, slowly.',
          'zh-CN': '降到 η = 1：在 10 与 −10 之间永远来回跳。再低一点，就会缓慢收敛。',
        },
        papers: ['cauchy'],
        knob: { name: rate, min: 0.8, max: 1.2, value: 1.1, step: 0.01, scale: 'linear' },
        show: (lr) => onLine('x^2', 'x²', [{ optimizer: 'sgd', set: { lr } }], { reach: 66 }),
      },
      {
        id: 'local-minimum',
        title: { en: 'Where one ends depends on the rate', 'zh-CN': '终点取决于学习率' },
        text: {
          en: 'This function has several valleys. With η = 2 the first step is so long that it leaps over the deep minimum near x = 7.3, and the trace settles in a shallow one. On a function that is not convex the learning rate decides not only how fast one gets somewhere, but where.',
          'zh-CN':
            '这个函数有多个谷。η = 2 时第一步太长，越过了 x ≈ 7.3 处较深的极小值，落进较浅的谷里。在非凸函数上，学习率不仅决定到得多快，还决定到哪里。',
        },
        attempt: {
          en: 'Try η = 0.5: it stays in the deep valley, where f is about −7.',
          'zh-CN': '试试 η = 0.5：它留在较深的谷里，f 约为 −7。',
        },
        papers: ['cauchy'],
        knob: { name: rate, min: 0.1, max: 3, value: 2, step: 0.1, scale: 'linear' },
        show: (lr) => onLine('x*cos(0.15*pi*x)', 'x · cos(0.15πx)', [{ optimizer: 'sgd', set: { lr } }]),
      },
      {
        id: 'two-coordinates',
        title: { en: 'Two coordinates, one rate', 'zh-CN': '两个坐标，一个学习率' },
        text: {
          en: 'On x₁² + 2x₂² a step multiplies x₁ by 1 − 2η and x₂ by 1 − 4η. The steeper coordinate is settled first, the flat one follows. Both share one learning rate, and the steeper one sets its bound: 2/4 = 0.5.',
          'zh-CN':
            '在 x₁² + 2x₂² 上，一步把 x₁ 乘以 1 − 2η，把 x₂ 乘以 1 − 4η。较陡的坐标先收敛，平缓的随后。两者共用一个学习率，其上限由较陡的坐标决定：2/4 = 0.5。',
        },
        attempt: {
          en: 'Raise η to 0.3: x₂ now overshoots at every step, and still both arrive sooner. At 0.5, x₂ never settles.',
          'zh-CN':
            '把 η 提高到 0.3：x₂ 每一步都会越过最小值，但两个坐标都更早到达。到 0.5 时，x₂ 永远停不下来。',
        },
        papers: ['cauchy'],
        knob: { name: rate, min: 0.02, max: 0.52, value: 0.1, step: 0.01, scale: 'linear' },
        show: (lr) => inPlane(...bowl, [{ optimizer: 'sgd', set: { lr } }]),
      },
    ],
  },
  {
    id: 'noise',
    title: { en: 'Noise', 'zh-CN': '噪声' },
    stations: [
      {
        id: 'noisy-gradients',
        title: { en: 'A gradient that is right only on average', 'zh-CN': '只在平均意义上正确的梯度' },
        text: {
          en: 'A mini-batch gives the gradient plus noise. Far away the slope wins and the trace comes down; near the minimum the slope vanishes and the noise does not. So the trace never comes to rest: it wanders in a cloud whose size the learning rate sets.',
          'zh-CN':
            '小批量给出的是梯度加噪声。离得远时坡度占上风，轨迹往下走；接近最小值时坡度趋于零，噪声却不变。因此轨迹不会停下，而是在一片“云”里徘徊，云的大小由学习率决定。',
        },
        attempt: {
          en: 'Lower η to 0.02: the cloud is smaller, but the way there takes most of the steps. Raise it to 0.3: it is there at once, and restless.',
          'zh-CN': '把 η 降到 0.02：云变小了，但大部分步数都花在路上。升到 0.3：很快就到，却一直不安定。',
        },
        papers: ['robbinsMonro'],
        knob: { name: rate, min: 0.01, max: 0.4, value: 0.1, step: 0.01, scale: 'linear' },
        show: (lr) =>
          inPlane(...bowl, [{ optimizer: 'sgd', set: { lr } }], { steps: 200, noise: 1, seed: 2 }),
      },
      {
        id: 'decay',
        title: { en: 'Fast at first, careful in the end', 'zh-CN': '先快，后稳' },
        text: {
          en: 'A rate that falls has both: long steps at first, a small cloud at the end. But it must not fall too fast. The sum of an exponentially falling rate is finite, so the trace freezes short of the minimum; (1 + 0.1t)^(−1/2) falls slowly enough to arrive from anywhere.',
          'zh-CN':
            '让学习率下降可以两全：起初步长大，最后云小。但不能降得太快。指数衰减的学习率总和有限，轨迹会在到达最小值之前停住；(1 + 0.1t)^(−1/2) 降得足够慢，从哪里出发都能到达。',
        },
        attempt: {
          en: 'Take 1,000 steps: the exponential one has not moved, the polynomial one has tightened its cloud.',
          'zh-CN': '走 1000 步：指数衰减的一动不动，多项式衰减的云更小了。',
        },
        papers: ['robbinsMonro', 'largeScale'],
        knob: {
          name: { en: 'steps', 'zh-CN': '步数' },
          min: 20,
          max: 1000,
          value: 100,
          step: 10,
          scale: 'linear',
        },
        show: (steps) =>
          inPlane(
            ...bowl,
            [
              { optimizer: 'sgd', set: { lr: 0.1 }, schedule: { id: 'exponential', set: { rate: 0.1 } } },
              {
                optimizer: 'sgd',
                set: { lr: 0.1 },
                schedule: { id: 'inverse-power', set: { scale: 0.1, power: 0.5 } },
              },
            ],
            { steps, noise: 1, seed: 2 },
          ),
      },
    ],
  },
]
