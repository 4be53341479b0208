import { defineOptimizer } from '../rules/definition.ts'
import { divideByRoot } from '../rules/divideByRoot.ts'
import { decay, epsPlacement, flag, momentumDecay, rate, tiny } from '../rules/hyperparameter.ts'

/** s ← ρs + (1−ρ)g²;  θ ← θ − η·g/(√s + ε); centred: the variance s − ḡ² instead of s; with momentum: b ← μb + that. */
export const rmsprop = defineOptimizer({
  id: 'rmsprop',
  title: 'RMSProp',
  description: {
    en: 'Adagrad with a memory that fades: the rate of a coordinate follows its recent gradients only.',
    'zh-CN': 'RMSProp：用指数滑动平均代替累加，学习率只随近期梯度变化。',
  },
  source: 'Tieleman & Hinton 2012, Lecture 6.5, Coursera; centred: Graves 2013, arXiv:1308.0850',
  deviation: 'The centred variance is kept from falling below 0, where rounding would make its root NaN.',
  hyper: {
    lr: rate(0.01),
    rho: decay(0.99, '\\rho', {
      en: 'decay of the mean of squared gradients',
      'zh-CN': '梯度平方均值的衰减率',
    }),
    eps: tiny(1e-8),
    momentum: momentumDecay(0),
    centered: flag(false, { en: 'divide by the standard deviation', 'zh-CN': '中心化：除以标准差' }),
    epsPlacement: epsPlacement(),
  },
  slots: { s: { tex: 's' }, mean: { tex: '\\bar g' }, b: { tex: 'b' } },
  update(x, { lr, rho, eps, momentum, centered, epsPlacement }, o) {
    const s = o.average(rho, x.s, o.square(x.g))
    const mean = centered ? o.average(rho, x.mean, x.g) : x.mean
    // A variance; rounding may leave it a hair below 0.
    const spread = centered ? o.max(o.sub(s, o.square(mean)), 0) : s
    const b = o.add(o.mul(momentum, x.b), divideByRoot(o, x.g, spread, eps, epsPlacement))
    return { s, mean, b, theta: o.sub(x.theta, o.mul(lr, b)) }
  },
})
