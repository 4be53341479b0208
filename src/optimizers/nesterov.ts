import { defineOptimizer } from '../rules/definition.ts'
import { momentumDecay, rate } from '../rules/hyperparameter.ts'

/** v ← μv + g;  θ ← θ − η·(g + μv). The point where g is taken looks ahead of φ = θ + ημv. */
export const nesterov = defineOptimizer({
  id: 'nesterov',
  title: 'Nesterov',
  description: {
    en: 'Momentum whose gradient is taken where the velocity is about to lead, so that it brakes in time.',
    'zh-CN': 'Nesterov 加速梯度：在速度将要到达的位置求梯度，因此能及时减速。',
  },
  source:
    'Nesterov 1983, A method of solving a convex programming problem with convergence rate O(1/k²); Sutskever et al. 2013',
  deviation: 'Written, as PyTorch does, in the variable θ at which the gradient is taken.',
  hyper: { lr: rate(0.01), momentum: momentumDecay(0.9) },
  slots: { v: { tex: 'v' } },
  update({ g, theta, v: old }, { lr, momentum }, { add, sub, mul }) {
    const v = add(mul(momentum, old), g)
    return { v, theta: sub(theta, mul(lr, add(g, mul(momentum, v)))) }
  },
  behind: ({ theta, v }, { lr, momentum }, { add, mul }) => add(theta, mul(lr, momentum, v)),
})
