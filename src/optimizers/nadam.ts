import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, number, rate, tiny } from '../rules/hyperparameter.ts'

/** Adam with Nesterov's momentum: μₜ = β₁(1 − ½·0.96^{tψ});  m̂ = μₜ₊₁m/(1 − Πμ₁…ₜ₊₁) + (1−μₜ)g/(1 − Πμ₁…ₜ). */
export const nadam = defineOptimizer({
  id: 'nadam',
  title: 'NAdam',
  description: {
    en: 'Adam that looks one step ahead, as Nesterov’s momentum does.',
    'zh-CN': 'NAdam：把 Nesterov 加速梯度引入 Adam。',
  },
  source: 'Dozat 2016, Incorporating Nesterov momentum into Adam, ICLR workshop',
  deviation: 'As PyTorch: momentum decay ψ with the constant 0.96.',
  hyper: {
    lr: rate(0.002),
    beta1: beta1(),
    beta2: beta2(),
    eps: tiny(1e-8),
    momentumDecay: number(0.004, { min: 0, max: Infinity, scale: 'log' }, '\\psi', {
      en: 'how fast the momentum rises to β₁',
      'zh-CN': '动量趋近 β₁ 的速度',
    }),
  },
  slots: { m: { tex: 'm' }, v: { tex: 'v' } },
  carried: { product: { tex: '\\Pi_t', initial: 1 } },
  scalars({ beta1, beta2, momentumDecay }, { t, product: before }, o) {
    const at = (step: typeof t) => o.mul(beta1, o.sub(1, o.mul(0.5, o.pow(0.96, o.mul(step, momentumDecay)))))
    const mu = at(t)
    const next = at(o.add(t, 1))
    const product = o.mul(before, mu)
    return {
      mu,
      next,
      product,
      c: o.sub(1, product),
      cNext: o.sub(1, o.mul(product, next)),
      c2: o.sub(1, o.pow(beta2, t)),
    }
  },
  scalarTex: { mu: '\\mu_t', next: '\\mu_{t+1}', c: 'c_t', cNext: 'c_{t+1}', c2: 'c_2' },
  update(x, { lr, beta1, beta2, eps, mu, next, c, cNext, c2 }, o) {
    const m = o.average(beta1, x.m, x.g)
    const v = o.average(beta2, x.v, o.square(x.g))
    const mHat = o.name('\\hat m', o.add(o.div(o.mul(next, m), cNext), o.div(o.mul(o.sub(1, mu), x.g), c)))
    const vHat = o.name('\\hat v', o.div(v, c2))
    return { m, v, theta: o.sub(x.theta, o.mul(lr, o.div(mHat, o.add(o.sqrt(vHat), eps)))) }
  },
})
