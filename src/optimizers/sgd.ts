import { defineOptimizer } from '../rules/definition.ts'
import { rate } from '../rules/hyperparameter.ts'

/** θ ← θ − η·g. */
export const sgd = defineOptimizer({
  id: 'sgd',
  title: 'SGD',
  description: {
    en: 'Steps straight down the gradient. The reference every other rule is compared with.',
    'zh-CN': '随机梯度下降：沿负梯度方向走一步，是其他优化器的参照。',
  },
  source: 'Robbins & Monro 1951, A stochastic approximation method',
  hyper: { lr: rate(0.1) },
  slots: {},
  update: ({ g, theta }, { lr }, { sub, mul }) => ({ theta: sub(theta, mul(lr, g)) }),
})
