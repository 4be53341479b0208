import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, rate, tiny } from '../rules/hyperparameter.ts'

/** m ← β₁m + (1−β₁)g;  u ← max(β₂u, |g| + ε);  θ ← θ − η/(1−β₁ᵗ)·m/u. */
export const adamax = defineOptimizer({
  id: 'adamax',
  title: 'AdaMax',
  description: {
    en: 'Adam with the largest recent gradient in place of the root mean square.',
    'zh-CN': 'AdaMax：用近期梯度的最大值代替均方根的 Adam。',
  },
  source: 'Kingma & Ba 2015, algorithm 2, arXiv:1412.6980',
  deviation: 'As PyTorch: ε is added to |g| so that the first steps are finite.',
  hyper: { lr: rate(0.002), beta1: beta1(), beta2: beta2(), eps: tiny(1e-8) },
  slots: { m: { tex: 'm' }, u: { tex: 'u' } },
  scalars: ({ beta1 }, { t }, { pow, sub }) => ({ c1: sub(1, pow(beta1, t)) }),
  scalarTex: { c1: 'c_1' },
  update(x, { lr, beta1, beta2, eps, c1 }, o) {
    const m = o.average(beta1, x.m, x.g)
    const u = o.max(o.mul(beta2, x.u), o.add(o.abs(x.g), eps))
    return { m, u, theta: o.sub(x.theta, o.mul(o.div(lr, c1), o.div(m, u))) }
  },
})
