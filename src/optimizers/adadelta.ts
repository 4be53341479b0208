import { defineOptimizer } from '../rules/definition.ts'
import { decay, rate, tiny } from '../rules/hyperparameter.ts'

/** s ← ρs + (1−ρ)g²;  g′ = √(u + ε)/√(s + ε)·g;  θ ← θ − η·g′;  u ← ρu + (1−ρ)g′². */
export const adadelta = defineOptimizer({
  id: 'adadelta',
  title: 'Adadelta',
  description: {
    en: 'Measures its steps by the size of its own past steps and so needs no learning rate.',
    'zh-CN': 'Adadelta：用自身过去的步长来确定步长，不需要学习率。',
  },
  source: 'Zeiler 2012, algorithm 1, arXiv:1212.5701',
  hyper: {
    lr: rate(1),
    rho: decay(0.9, '\\rho', { en: 'decay of both averages', 'zh-CN': '两个平均值的衰减率' }),
    eps: tiny(1e-6),
  },
  slots: { s: { tex: 's' }, u: { tex: 'u' } },
  update(x, { lr, rho, eps }, o) {
    const s = o.average(rho, x.s, o.square(x.g))
    const step = o.name("g'", o.mul(o.div(o.sqrt(o.add(x.u, eps)), o.sqrt(o.add(s, eps))), x.g))
    return { s, theta: o.sub(x.theta, o.mul(lr, step)), u: o.average(rho, x.u, o.square(step)) }
  },
})
