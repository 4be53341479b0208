import { defineOptimizer } from '../rules/definition.ts'
import { number, rate } from '../rules/hyperparameter.ts'

/** ηₜ = η/(1 + λη(t−1))^α;  θ ← (1 − ληₜ)θ − ηₜg;  ā ← ā + (θ − ā)/max(1, t − 1 − t₀). */
export const asgd = defineOptimizer({
  id: 'asgd',
  title: 'ASGD',
  description: {
    en: 'SGD with a decaying rate that also keeps the average of the points it visits.',
    'zh-CN': '平均随机梯度下降：学习率递减，并记录所经过点的平均值。',
  },
  source: 'Polyak & Juditsky 1992, Acceleration of stochastic approximation by averaging',
  deviation:
    'As PyTorch: η and μ of a step count the steps before it; the parameters, not their average, are trained on.',
  hyper: {
    lr: rate(0.01),
    lambd: number(1e-4, { min: 0, max: Infinity, scale: 'log' }, '\\lambda_a', {
      en: 'decay term',
      'zh-CN': '衰减项',
    }),
    alpha: number(0.75, { min: 0, max: Infinity }, '\\alpha', {
      en: 'power of the rate’s decay',
      'zh-CN': '学习率衰减的幂',
    }),
    t0: number(1e6, { min: 0, max: Infinity, scale: 'log' }, 't_0', {
      en: 'step at which averaging starts',
      'zh-CN': '开始求平均的步',
    }),
  },
  slots: { average: { tex: '\\bar\\theta' } },
  scalars({ lr, lambd, alpha, t0 }, { t }, o) {
    const before = o.sub(t, 1)
    return {
      eta: o.div(lr, o.pow(o.add(1, o.mul(lambd, lr, before)), alpha)),
      share: o.div(1, o.max(1, o.sub(before, t0))),
    }
  },
  scalarTex: { eta: '\\eta_t', share: '\\mu_t' },
  update(x, { lambd, eta, share }, o) {
    const theta = o.sub(o.mul(x.theta, o.sub(1, o.mul(lambd, eta))), o.mul(eta, x.g))
    return { theta, average: o.add(x.average, o.mul(share, o.sub(theta, x.average))) }
  },
})
