import type { WeightsFigure } from './figure.ts'

export const momentumWeights: WeightsFigure = {
  id: 'momentum-weights',
  title: { en: 'What momentum remembers', 'zh-CN': '动量法记住了什么' },
  caption: {
    en: 'The velocity v ← βv + g gives the gradient of t steps ago the weight βᵗ. The weights sum to 1/(1 − β): 20 for β = 0.95, 10 for 0.9, 2.5 for 0.6, and 1 for β = 0, which is plain gradient descent. A larger β averages over more of the past and, at the same learning rate, takes correspondingly longer steps where gradients agree.',
    'zh-CN':
      '速度 v ← βv + g 给 t 步之前的梯度以权重 βᵗ。权重之和为 1/(1 − β)：β = 0.95 时为 20，0.9 时为 10，0.6 时为 2.5，β = 0 时为 1，即普通的梯度下降。β 越大，平均的历史越长；学习率不变而梯度方向一致时，步长也相应变大。',
  },
  papers: ['momentum'],
  kind: 'weights',
  weights: 'power',
  rates: [0.95, 0.9, 0.6, 0],
  steps: 40,
}

export const rmspropWeights: WeightsFigure = {
  id: 'rmsprop-weights',
  title: { en: 'What RMSProp remembers', 'zh-CN': 'RMSProp 记住了什么' },
  caption: {
    en: 'The average s ← γs + (1 − γ)g² gives the squared gradient of t steps ago the weight (1 − γ)γᵗ. The weights sum to 1 whatever γ is, so that s stays an average: a larger γ spreads it over more steps, about 1/(1 − γ) of them (20 for γ = 0.95, 3.3 for 0.7), and lowers the weight of each.',
    'zh-CN':
      '平均值 s ← γs + (1 − γ)g² 给 t 步之前的梯度平方以权重 (1 − γ)γᵗ。无论 γ 取何值，权重之和都是 1，s 始终是平均值：γ 越大，平均的步数越多，约为 1/(1 − γ) 步（γ = 0.95 时为 20，0.7 时为 3.3），每一步的权重也越小。',
  },
  papers: ['rmsprop'],
  kind: 'weights',
  weights: 'average',
  rates: [0.95, 0.9, 0.8, 0.7],
  steps: 40,
}
