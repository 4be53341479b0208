import { biasCorrections, biasCorrectionTex } from '../rules/biasCorrection.ts'
import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, rate, tiny } from '../rules/hyperparameter.ts'

/** Adam with v̄ ← max(v̄, v) in place of v; the maximum is taken before the bias correction. */
export const amsgrad = defineOptimizer({
  id: 'amsgrad',
  title: 'AMSGrad',
  description: {
    en: 'Adam whose rates never grow again: repairs the cases in which Adam does not converge.',
    'zh-CN': 'AMSGrad：二阶矩取历史最大值，修复 Adam 不收敛的情形。',
  },
  source: 'Reddi, Kale & Kumar 2018, algorithm 2, arXiv:1904.09237',
  deviation: 'As PyTorch: bias-corrected, with the maximum taken before the correction.',
  hyper: { lr: rate(0.001), beta1: beta1(), beta2: beta2(), eps: tiny(1e-8) },
  slots: { m: { tex: 'm' }, v: { tex: 'v' }, vMax: { tex: '\\bar v' } },
  scalars: biasCorrections,
  scalarTex: biasCorrectionTex,
  update(x, { lr, beta1, beta2, eps, c1, c2 }, o) {
    const m = o.average(beta1, x.m, x.g)
    const v = o.average(beta2, x.v, o.square(x.g))
    const vMax = o.max(x.vMax, v)
    const mHat = o.name('\\hat m', o.div(m, c1))
    const vHat = o.name('\\hat v', o.div(vMax, c2))
    return { m, v, vMax, theta: o.sub(x.theta, o.mul(lr, o.div(mHat, o.add(o.sqrt(vHat), eps)))) }
  },
})
