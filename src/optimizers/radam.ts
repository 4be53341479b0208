import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, rate, tiny } from '../rules/hyperparameter.ts'

/** Adam whose adaptive rate is rectified by its variance: ρₜ > 5 → θ ← θ − η·rₜ·m̂/(√v̂ + ε), before that θ ← θ − η·m̂. */
export const radam = defineOptimizer({
  id: 'radam',
  title: 'RAdam',
  description: {
    en: 'Adam that holds its adaptive rates back until enough gradients have been seen: a built-in warm-up.',
    'zh-CN': 'RAdam：在看到足够多的梯度之前抑制自适应学习率，相当于内置预热。',
  },
  source: 'Liu et al. 2020, algorithm 2, arXiv:1908.03265',
  deviation: 'As PyTorch: ε is added to √v before the bias correction.',
  hyper: { lr: rate(0.001), beta1: beta1(), beta2: beta2(), eps: tiny(1e-8) },
  slots: { m: { tex: 'm' }, v: { tex: 'v' } },
  scalars({ beta1, beta2 }, { t }, o) {
    const power = o.pow(beta2, t)
    const c2 = o.sub(1, power)
    const limit = o.sub(o.div(2, o.sub(1, beta2)), 1)
    const rho = o.sub(limit, o.div(o.mul(2, t, power), c2))
    const ratio = o.div(
      o.mul(o.sub(rho, 4), o.sub(rho, 2), limit),
      o.mul(o.sub(limit, 4), o.sub(limit, 2), rho),
    )
    return { c1: o.sub(1, o.pow(beta1, t)), c2, limit, rho, r: o.sqrt(o.max(ratio, 0)) }
  },
  scalarTex: { c1: 'c_1', c2: 'c_2', limit: '\\rho_\\infty', rho: '\\rho_t', r: 'r_t' },
  update(x, { lr, beta1, beta2, eps, c1, c2, rho, r }, o) {
    const m = o.average(beta1, x.m, x.g)
    const v = o.average(beta2, x.v, o.square(x.g))
    const mHat = o.name('\\hat m', o.div(m, c1))
    const scale = o.select(rho, 5, o.div(o.mul(r, o.sqrt(c2)), o.add(o.sqrt(v), eps)), 1)
    return { m, v, theta: o.sub(x.theta, o.mul(lr, mHat, scale)) }
  },
})
