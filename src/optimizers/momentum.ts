import { defineOptimizer } from '../rules/definition.ts'
import { momentumDecay, number, rate } from '../rules/hyperparameter.ts'

/** v ← μv + (1−τ)g (the first v is g itself);  θ ← θ − η·v. */
export const momentum = defineOptimizer({
  id: 'momentum',
  title: 'Momentum',
  description: {
    en: 'Accumulates past gradients into a velocity: faster along valleys, calmer across them.',
    'zh-CN': '动量法：把过去的梯度累积成速度，沿谷底更快，横向振荡更小。',
  },
  source:
    'Polyak 1964, Some methods of speeding up the convergence of iteration methods; Sutskever et al. 2013',
  deviation:
    'As PyTorch: the learning rate multiplies the velocity, not the gradient; the first velocity is the gradient.',
  hyper: {
    lr: rate(0.01),
    momentum: momentumDecay(0.9),
    dampening: number(0, { min: 0, max: 1 }, '\\tau', {
      en: 'share of the gradient left out of the velocity',
      'zh-CN': '阻尼：进入速度时梯度被减去的比例',
    }),
  },
  slots: { v: { tex: 'v' } },
  scalars: ({ dampening }, { t }, { select, sub }) => ({ c: select(2, t, 1, sub(1, dampening)) }),
  scalarTex: { c: 'c_t' },
  update({ g, theta, v: old }, { lr, momentum, c }, { add, sub, mul }) {
    const v = add(mul(momentum, old), mul(c, g))
    return { v, theta: sub(theta, mul(lr, v)) }
  },
})
