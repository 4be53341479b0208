import type { SettingMap } from '../experiments/settings.ts'
import type { TraceFigure } from './figure.ts'

const walk = (objective: string, set: SettingMap) =>
  ({
    kind: 'trace',
    papers: ['cauchy'],
    trace: { objective, optimizer: 'sgd', set, start: [10], steps: 10 },
  }) as const

const parabola = { formula: 'x²' } as const

export const traces1d: readonly TraceFigure[] = [
  {
    id: 'gd-1d-0.2',
    title: { en: 'Gradient descent, learning rate 0.2', 'zh-CN': '梯度下降，学习率 0.2' },
    caption: {
      en: 'Ten steps of gradient descent on f(x) = x², from x = 10. The gradient is 2x, so every step multiplies x by 1 − 2η = 0.6: the distance to the minimum shrinks geometrically, and the steps with it, because the slope flattens as the minimum comes near.',
      'zh-CN':
        '在 f(x) = x² 上从 x = 10 出发做十步梯度下降。梯度为 2x，因此每一步都把 x 乘以 1 − 2η = 0.6：到最小值的距离按几何级数缩小；越接近最小值坡度越平缓，步长也随之变小。',
    },
    ...walk('x^2', { lr: 0.2 }),
    ...parabola,
    numbers: { last: [0.060466] },
  },
  {
    id: 'gd-1d-0.05',
    title: {
      en: 'Gradient descent, learning rate 0.05: too small',
      'zh-CN': '梯度下降，学习率 0.05：过小',
    },
    caption: {
      en: 'The same descent with a learning rate a quarter as large. Every step now multiplies x by 1 − 2η = 0.9, so that after ten steps x is still 10 · 0.9¹⁰ ≈ 3.49. A small rate is safe, but it pays for every bit of progress with more steps.',
      'zh-CN':
        '同样的下降，学习率只有四分之一。现在每一步只把 x 乘以 1 − 2η = 0.9，十步之后 x 仍为 10 · 0.9¹⁰ ≈ 3.49。学习率过小虽然稳妥，却要用多得多的步数换取同样的进展。',
    },
    ...walk('x^2', { lr: 0.05 }),
    ...parabola,
    numbers: { last: [3.486784] },
  },
  {
    id: 'gd-1d-1.1',
    title: {
      en: 'Gradient descent, learning rate 1.1: divergence',
      'zh-CN': '梯度下降，学习率 1.1：发散',
    },
    caption: {
      en: 'With learning rate 1.1 every step multiplies x by 1 − 2η = −1.2: it overshoots the minimum and lands farther away on the other side. On a quadratic of curvature λ gradient descent converges only below 2/λ; here λ = 2, so the boundary is η = 1. After ten steps x is 10 · 1.2¹⁰ ≈ 61.9.',
      'zh-CN':
        '学习率为 1.1 时，每一步都把 x 乘以 1 − 2η = −1.2：越过最小值，落到另一侧更远的地方。在曲率为 λ 的二次函数上，梯度下降只有在学习率小于 2/λ 时才收敛；此处 λ = 2，界限为 η = 1。十步之后 x = 10 · 1.2¹⁰ ≈ 61.9。',
    },
    ...walk('x^2', { lr: 1.1 }),
    ...parabola,
    numbers: { last: [61.917364] },
  },
  {
    id: 'gd-1d-local-minimum',
    title: {
      en: 'Gradient descent into a poor local minimum',
      'zh-CN': '梯度下降陷入较差的局部极小值',
    },
    caption: {
      en: 'f(x) = x · cos(0.15πx) is not convex. From x = 10, a learning rate of 2 makes the first step so long that it leaps over the deep minimum near x = 7.3, where f ≈ −7.0, and the trace settles around the shallow one near x = −1.8, where f ≈ −1.2. There f″ ≈ 0.98, so that every step multiplies the remaining distance by about 1 − 2 · 0.98 = −0.96: the trace swings from side to side and closes in slowly.',
      'zh-CN':
        'f(x) = x · cos(0.15πx) 不是凸函数。从 x = 10 出发、学习率为 2 时，第一步太长，越过了 x ≈ 7.3 处较深的极小值（f ≈ −7.0），轨迹于是落到 x ≈ −1.8 处较浅的局部极小值附近（f ≈ −1.2）。该处 f″ ≈ 0.98，每一步约把剩余距离乘以 1 − 2 · 0.98 = −0.96，所以轨迹左右摆动，缓慢地靠近。',
    },
    ...walk('x*cos(0.15*pi*x)', { lr: 2 }),
    formula: 'x · cos(0.15πx)',
    numbers: { last: [-1.528166] },
  },
]
