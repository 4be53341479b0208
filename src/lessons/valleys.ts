import { momentumWeights } from '../figures/weights.ts'
import type { Chapter } from './station.ts'
import { inPlane } from './walks.ts'

const valley = ['0.1*x1^2+2*x2^2', '0.1x₁² + 2x₂²'] as const
/** For walks that overshoot. */
const wide: { x1: [number, number]; x2: [number, number] } = { x1: [-5.5, 4.5], x2: [-3.5, 3.5] }
const inside = { eps: 1e-6, epsPlacement: 'inside' } as const

/** What a narrow valley does to gradient descent, and the two answers: momentum, and a rate for every coordinate. */
export const valleys: readonly Chapter[] = [
  {
    id: 'conditioning',
    title: { en: 'Ill-conditioning', 'zh-CN': '病态条件' },
    stations: [
      {
        id: 'valley',
        title: { en: 'A narrow valley', 'zh-CN': '狭长的山谷' },
        text: {
          en: 'Now one direction is 20 times as curved as the other. At η = 0.4 the trace zigzags across the valley and creeps along it: a step multiplies x₂ by −0.6 and x₁ by 0.92. A larger rate would help along the floor, but the walls allow no more than 2/4 = 0.5.',
          'zh-CN':
            '现在一个方向的曲率是另一个的 20 倍。η = 0.4 时，轨迹横跨山谷来回振荡，沿山谷却缓慢前移：一步把 x₂ 乘以 −0.6，把 x₁ 乘以 0.92。沿谷底更大的学习率会更好，但谷壁只允许 2/4 = 0.5。',
        },
        attempt: {
          en: 'Push η past 0.5: x₂ flies out of the picture while x₁ is still on its way.',
          'zh-CN': '把 η 推过 0.5：x₁ 还在路上，x₂ 已飞出画面。',
        },
        papers: ['cauchy'],
        knob: {
          name: { en: 'learning rate η', 'zh-CN': '学习率 η' },
          min: 0.1,
          max: 0.6,
          value: 0.4,
          step: 0.01,
          scale: 'linear',
        },
        show: (lr) => inPlane(...valley, [{ optimizer: 'sgd', set: { lr } }]),
      },
      {
        id: 'condition-number',
        title: { en: 'The condition number sets the pace', 'zh-CN': '条件数决定快慢' },
        text: {
          en: 'The condition number κ is the ratio of the largest to the smallest curvature. With η bound by the largest, a step at η = 0.4 multiplies the flat coordinate by 1 − 1.6/κ: the number of steps grows in proportion to κ. Real losses have condition numbers of thousands and more.',
          'zh-CN':
            '条件数 κ 是最大曲率与最小曲率之比。η 受最大曲率限制，η = 0.4 的一步把平缓的坐标乘以 1 − 1.6/κ：所需步数与 κ 成正比。实际损失函数的条件数可达数千甚至更高。',
        },
        attempt: {
          en: 'Move κ to 2, then to 200: the same rule, the same rate, and it hardly leaves its start.',
          'zh-CN': '把 κ 调到 2，再调到 200：同一规则、同一学习率，却几乎没有离开起点。',
        },
        papers: ['largeScale'],
        knob: {
          name: { en: 'condition number κ', 'zh-CN': '条件数 κ' },
          min: 2,
          max: 200,
          value: 20,
          step: 1,
          scale: 'log',
        },
        show: (condition) =>
          inPlane('narrow-valley', '(2/κ)x₁² + 2x₂²', [{ optimizer: 'sgd', set: { lr: 0.4 } }], {
            condition,
          }),
      },
    ],
  },
  {
    id: 'momentum',
    title: { en: 'Momentum', 'zh-CN': '动量法' },
    stations: [
      {
        id: 'momentum',
        title: { en: 'Remembering past gradients', 'zh-CN': '记住过去的梯度' },
        text: {
          en: 'Momentum adds up past gradients, older ones counting less: v ← βv + g. Across the valley they alternate in sign and cancel, along it they agree and add up. At η = 0.6, where plain gradient descent diverges, β = 0.5 converges: the bound grows from 2/λ to 2(1 + β)/λ.',
          'zh-CN':
            '动量法把过去的梯度累加起来，越早的权重越小：v ← βv + g。横跨山谷的分量正负交替、相互抵消，沿山谷的分量方向一致、逐步累加。在普通梯度下降会发散的 η = 0.6 处，β = 0.5 能够收敛：上限从 2/λ 增至 2(1 + β)/λ。',
        },
        attempt: {
          en: 'Take β down to 0.1: it diverges again. Up to 0.9: it overshoots and swings.',
          'zh-CN': '把 β 降到 0.1：又发散了。升到 0.9：冲过头，来回摆动。',
        },
        papers: ['momentum'],
        knob: {
          name: { en: 'momentum β', 'zh-CN': '动量 β' },
          min: 0,
          max: 0.95,
          value: 0.5,
          step: 0.05,
          scale: 'linear',
        },
        show: (momentum) =>
          inPlane(...valley, [{ optimizer: 'momentum', set: { lr: 0.6, momentum } }], { view: wide }),
      },
      {
        id: 'memory',
        title: { en: 'How long is the memory?', 'zh-CN': '记忆有多长？' },
        text: {
          en: 'The gradient of t steps ago has the weight βᵗ. The weights sum to 1/(1 − β): where gradients agree, momentum walks that many times as far at the same learning rate. So β and η are chosen together.',
          'zh-CN':
            't 步之前的梯度权重为 βᵗ。权重之和为 1/(1 − β)：梯度方向一致时，同样的学习率下动量法走得有这么多倍远。因此 β 与 η 要一起选取。',
        },
        attempt: {
          en: 'Read the sum of the weights at β = 0.5 and at 0.9: 2 and 10, less what the picture cuts off.',
          'zh-CN': '读出 β = 0.5 与 0.9 时的权重之和：2 与 10（略去图外部分）。',
        },
        papers: ['momentum', 'sutskever'],
        knob: {
          name: { en: 'momentum β', 'zh-CN': '动量 β' },
          min: 0,
          max: 0.95,
          value: 0.9,
          step: 0.05,
          scale: 'linear',
        },
        show: (beta) => ({ kind: 'figure', figure: { ...momentumWeights, rates: [beta] } }),
      },
      {
        id: 'nesterov',
        title: { en: 'Looking ahead', 'zh-CN': '向前看一步' },
        text: {
          en: 'Nesterov’s method takes the gradient where momentum is about to carry it. It notices sooner that the wall rises, and brakes: with the same η and β, the oscillation across the valley dies out much faster than with plain momentum.',
          'zh-CN':
            'Nesterov 加速梯度在动量即将到达的位置上取梯度，更早察觉谷壁上升并减速：η 与 β 相同时，横跨山谷的振荡比普通动量法衰减得快得多。',
        },
        attempt: {
          en: 'Raise β to 0.95 and compare how far each swings across the valley.',
          'zh-CN': '把 β 提高到 0.95，比较两者横跨山谷摆动的幅度。',
        },
        papers: ['nesterov', 'sutskever'],
        knob: {
          name: { en: 'momentum β', 'zh-CN': '动量 β' },
          min: 0.5,
          max: 0.95,
          value: 0.9,
          step: 0.05,
          scale: 'linear',
        },
        show: (momentum) =>
          inPlane(
            ...valley,
            [
              { optimizer: 'momentum', set: { lr: 0.2, momentum } },
              { optimizer: 'nesterov', set: { lr: 0.2, momentum } },
            ],
            { steps: 40, view: wide },
          ),
      },
    ],
  },
  {
    id: 'adaptive',
    title: { en: 'A rate for every coordinate', 'zh-CN': '逐坐标学习率' },
    stations: [
      {
        id: 'adagrad',
        title: { en: 'Adagrad: divide by what was', 'zh-CN': 'Adagrad：除以过去' },
        text: {
          en: 'Adagrad divides every coordinate’s step by the root of the sum of its squared gradients. Steep and flat directions start equally fast: the first step is η along both axes. But the sum only grows, and at η = 0.4 the trace stalls at x₁ = −2.38.',
          'zh-CN':
            'Adagrad 把每个坐标的步长除以其梯度平方累加和的平方根。陡峭与平缓的方向起步一样快：第一步在两个坐标轴上都是 η。但累加和只增不减，η = 0.4 时轨迹停滞在 x₁ = −2.38。',
        },
        attempt: {
          en: 'Set η to 2, four times what gradient descent could bear: it walks straight to the minimum.',
          'zh-CN': '把 η 设为 2，是梯度下降所能承受的四倍：它直接走向最小值。',
        },
        papers: ['adagrad'],
        knob: {
          name: { en: 'learning rate η', 'zh-CN': '学习率 η' },
          min: 0.1,
          max: 3,
          value: 0.4,
          step: 0.1,
          scale: 'linear',
        },
        show: (lr) => inPlane(...valley, [{ optimizer: 'adagrad', set: { lr, ...inside } }]),
      },
      {
        id: 'rmsprop',
        title: { en: 'RMSProp: forget the distant past', 'zh-CN': 'RMSProp：忘掉久远的过去' },
        text: {
          en: 'RMSProp replaces the sum by a moving average, so old gradients are forgotten and the effective rate does not fade. At the same η = 0.4, twenty steps come within 0.011 of the minimum. ρ sets how long the memory is, about 1/(1 − ρ) steps.',
          'zh-CN':
            'RMSProp 用移动平均代替累加和，旧的梯度被遗忘，有效学习率不会衰减到零。同为 η = 0.4，二十步之后距最小值只有 0.011。ρ 决定记忆的长度，约为 1/(1 − ρ) 步。',
        },
        attempt: {
          en: 'Lower ρ to 0.5: the average follows each gradient, steps keep the length of η and x₂ never settles.',
          'zh-CN': '把 ρ 降到 0.5：平均值紧跟每个梯度，步长保持在 η 左右，x₂ 停不下来。',
        },
        papers: ['rmsprop'],
        knob: {
          name: { en: 'decay ρ', 'zh-CN': '衰减率 ρ' },
          min: 0.5,
          max: 0.99,
          value: 0.9,
          step: 0.01,
          scale: 'linear',
        },
        show: (rho) =>
          inPlane(...valley, [
            { optimizer: 'adagrad', set: { lr: 0.4, ...inside } },
            { optimizer: 'rmsprop', set: { lr: 0.4, rho, ...inside } },
          ]),
      },
    ],
  },
]
