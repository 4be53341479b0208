import type { SettingMap } from '../experiments/settings.ts'
import type { TraceFigure } from './figure.ts'

/** The window, the start and the minimum that all figures in the plane share. */
export const plane = {
  view: { x1: [-5.5, 1], x2: [-3, 1] },
  start: [-5, -2],
  minimum: [0, 0],
} as const

const bowl = { objective: 'x1^2+2*x2^2', formula: 'x₁² + 2x₂²' } as const
const valley = { objective: '0.1*x1^2+2*x2^2', formula: '0.1x₁² + 2x₂²' } as const

const walk = (on: typeof bowl | typeof valley, optimizer: string, set: SettingMap) =>
  ({
    kind: 'trace',
    trace: { objective: on.objective, optimizer, set, start: plane.start, steps: 20 },
    formula: on.formula,
    view: plane.view,
    minimum: plane.minimum,
  }) as const

const inside = { eps: 1e-6, epsPlacement: 'inside' } as const

export const onBowl: readonly TraceFigure[] = [
  {
    id: 'gd-2d',
    title: {
      en: 'Gradient descent on an elliptic bowl, learning rate 0.1',
      'zh-CN': '椭圆碗上的梯度下降，学习率 0.1',
    },
    caption: {
      en: 'Twenty steps of gradient descent with learning rate 0.1 on f = x₁² + 2x₂². Each coordinate goes its own way: a step multiplies x₁ by 1 − 2η = 0.8 and x₂, twice as curved, by 1 − 4η = 0.6. Every step sets out down the steepest slope, so the steep coordinate is settled first and the trace then follows the flat one to the minimum.',
      'zh-CN':
        '在 f = x₁² + 2x₂² 上以学习率 0.1 做二十步梯度下降。两个坐标各自变化：每一步把 x₁ 乘以 1 − 2η = 0.8，把曲率大一倍的 x₂ 乘以 1 − 4η = 0.6。每一步都沿最陡的方向下降，因此陡峭的坐标先收敛，轨迹随后沿平缓的坐标走向最小值。',
    },
    papers: ['cauchy'],
    ...walk(bowl, 'sgd', { lr: 0.1 }),
    numbers: { last: [-0.057646, -0.000073] },
  },
]

export const descentInValley: readonly TraceFigure[] = [
  {
    id: 'gd-2d-0.4',
    title: {
      en: 'Gradient descent in a narrow valley, learning rate 0.4',
      'zh-CN': '狭长山谷中的梯度下降，学习率 0.4',
    },
    caption: {
      en: 'f = 0.1x₁² + 2x₂² has condition number 20. At learning rate 0.4 a step multiplies x₂ by 1 − 4η = −0.6, so the trace zigzags across the valley, and x₁ by 1 − 0.2η = 0.92, so it creeps along it: after twenty steps x₁ has come only from −5 to −0.94. One learning rate must serve both directions, and the steeper one limits it.',
      'zh-CN':
        'f = 0.1x₁² + 2x₂² 的条件数为 20。学习率为 0.4 时，每一步把 x₂ 乘以 1 − 4η = −0.6，轨迹横跨山谷来回振荡；把 x₁ 乘以 1 − 0.2η = 0.92，沿山谷缓慢前移：二十步之后 x₁ 只从 −5 移到 −0.94。两个方向共用一个学习率，其上限由较陡的方向决定。',
    },
    papers: ['cauchy'],
    ...walk(valley, 'sgd', { lr: 0.4 }),
    numbers: { last: [-0.943467, -0.000073] },
  },
  {
    id: 'gd-2d-0.6',
    title: {
      en: 'Gradient descent in a narrow valley, learning rate 0.6: divergence',
      'zh-CN': '狭长山谷中的梯度下降，学习率 0.6：发散',
    },
    caption: {
      en: 'The same valley with learning rate 0.6, beyond the bound 2/λ = 2/4 = 0.5 that the steep direction sets. Every step multiplies x₂ by 1 − 4η = −1.4 and throws the trace out of the picture at the first step; after twenty, x₂ is −1673. Along the flat direction the larger rate would have helped: x₁ is multiplied by 0.88 instead of 0.92.',
      'zh-CN':
        '同一个山谷，学习率 0.6 超过了陡峭方向所允许的上限 2/λ = 2/4 = 0.5。每一步把 x₂ 乘以 1 − 4η = −1.4，轨迹第一步就离开画面，二十步之后 x₂ 为 −1673。在平缓方向上较大的学习率本来是有益的：x₁ 每一步乘以 0.88，而不是 0.92。',
    },
    papers: ['cauchy'],
    ...walk(valley, 'sgd', { lr: 0.6 }),
    numbers: { last: [-0.387814, -1673.365109] },
  },
]

export const momentumInValley: readonly TraceFigure[] = [
  {
    id: 'momentum-2d-0.5',
    title: {
      en: 'Momentum 0.5 in the narrow valley, learning rate 0.6',
      'zh-CN': '狭长山谷中的动量法，动量 0.5，学习率 0.6',
    },
    caption: {
      en: 'With momentum β = 0.5 the learning rate at which gradient descent diverges converges. The velocity v ← βv + g sums past gradients, older ones counting less: across the valley they alternate in sign and cancel, along it they agree and add up. On a quadratic the bound grows from 2/λ to 2(1 + β)/λ = 0.75, and here both directions contract by √β ≈ 0.71 a step.',
      'zh-CN':
        '动量 β = 0.5 使梯度下降会发散的学习率得以收敛。速度 v ← βv + g 累积过去的梯度，越早的权重越小：横跨山谷的分量正负交替、相互抵消，沿山谷的分量方向一致、逐步累加。在二次函数上，学习率的上限从 2/λ 增至 2(1 + β)/λ = 0.75，而此处两个方向每一步都约按 √β ≈ 0.71 收缩。',
    },
    papers: ['momentum'],
    ...walk(valley, 'momentum', { lr: 0.6, momentum: 0.5 }),
    numbers: { last: [0.007188, 0.002553] },
  },
  {
    id: 'momentum-2d-0.25',
    title: {
      en: 'Momentum 0.25 in the narrow valley, learning rate 0.6',
      'zh-CN': '狭长山谷中的动量法，动量 0.25，学习率 0.6',
    },
    caption: {
      en: 'Half the momentum, β = 0.25, is only just enough: the bound 2(1 + β)/λ = 0.625 lies barely above the learning rate 0.6. The oscillation across the valley is damped by a factor of only about 0.86 a step, so that it is still visible after twenty steps, yet it no longer grows.',
      'zh-CN':
        '动量减半，β = 0.25，只是勉强够用：上限 2(1 + β)/λ = 0.625 仅略高于学习率 0.6。横跨山谷的振荡每一步只约按 0.86 的因子衰减，二十步之后仍清晰可见，但已不再增大。',
    },
    papers: ['momentum'],
    ...walk(valley, 'momentum', { lr: 0.6, momentum: 0.25 }),
    numbers: { last: [-0.12634, -0.186632] },
  },
]

export const adagradInValley: readonly TraceFigure[] = [
  {
    id: 'adagrad-2d-0.4',
    title: {
      en: 'Adagrad in the narrow valley, learning rate 0.4',
      'zh-CN': '狭长山谷中的 Adagrad，学习率 0.4',
    },
    caption: {
      en: 'Adagrad divides every coordinate’s step by the root of the sum of its squared gradients, so that the steep and the flat direction move equally fast at first: the first step is 0.4 along both axes. The trace no longer oscillates, but the sum only grows, the steps keep shrinking, and after twenty of them x₁ is still −2.38.',
      'zh-CN':
        'Adagrad 把每个坐标的步长除以其梯度平方累加和的平方根，于是陡峭方向与平缓方向起初移动得一样快：第一步在两个坐标轴上都是 0.4。轨迹不再振荡，但累加和只增不减，步长不断变小，二十步之后 x₁ 仍为 −2.38。',
    },
    papers: ['adagrad'],
    ...walk(valley, 'adagrad', { lr: 0.4, ...inside }),
    numbers: { last: [-2.382563, -0.158591] },
  },
  {
    id: 'adagrad-2d-2',
    title: {
      en: 'Adagrad in the narrow valley, learning rate 2',
      'zh-CN': '狭长山谷中的 Adagrad，学习率 2',
    },
    caption: {
      en: 'The same rule with learning rate 2, four times the bound of gradient descent. Because each step is normalised by the gradients seen so far, the rate sets the length of the first step, 2 along both axes, rather than a multiple of the slope: x₂ arrives at once and x₁ follows without overshooting.',
      'zh-CN':
        '同一规则，学习率为 2，是梯度下降上限的四倍。由于每一步都按已出现的梯度归一化，学习率决定的是第一步的长度（两个坐标轴上均为 2），而不是坡度的倍数：x₂ 一步到位，x₁ 随后跟上，没有越过最小值。',
    },
    papers: ['adagrad'],
    ...walk(valley, 'adagrad', { lr: 2, ...inside }),
    numbers: { last: [-0.002295, -0] },
  },
]

export const rmspropInValley: readonly TraceFigure[] = [
  {
    id: 'rmsprop-2d',
    title: {
      en: 'RMSProp in the narrow valley, learning rate 0.4',
      'zh-CN': '狭长山谷中的 RMSProp，学习率 0.4',
    },
    caption: {
      en: 'RMSProp replaces Adagrad’s growing sum by an exponentially weighted average of squared gradients with ρ = 0.9. Old gradients are forgotten, so the effective rate does not decay to nothing: at the learning rate 0.4, where Adagrad stalls at x₁ = −2.38, twenty steps come within 0.011 of the minimum.',
      'zh-CN':
        'RMSProp 用梯度平方的指数加权平均（ρ = 0.9）代替 Adagrad 不断增大的累加和。旧的梯度被逐渐遗忘，有效学习率不会衰减到零：同为学习率 0.4，Adagrad 停滞在 x₁ = −2.38，RMSProp 二十步之后距最小值只有 0.011。',
    },
    papers: ['rmsprop'],
    ...walk(valley, 'rmsprop', { lr: 0.4, rho: 0.9, ...inside }),
    numbers: { last: [-0.010599, 0] },
  },
]
