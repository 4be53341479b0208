import { defineOptimizer } from '../rules/definition.ts'
import { biasCorrections, biasCorrectionTex } from '../rules/biasCorrection.ts'
import { divideByRoot } from '../rules/divideByRoot.ts'
import { beta1, beta2, epsPlacement, rate, tiny } from '../rules/hyperparameter.ts'

/** m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  θ ← θ − η·m̂/(√v̂ + ε). */
export const adam = defineOptimizer({
  id: 'adam',
  title: 'Adam',
  description: {
    en: 'Momentum and a rate for every coordinate, both corrected for their start at zero.',
    'zh-CN': 'Adam：动量加逐坐标学习率，并校正从零开始造成的偏差。',
  },
  source: 'Kingma & Ba 2015, algorithm 1, arXiv:1412.6980',
  hyper: { lr: rate(0.001), beta1: beta1(), beta2: beta2(), eps: tiny(1e-8), epsPlacement: epsPlacement() },
  slots: { m: { tex: 'm' }, v: { tex: 'v' } },
  scalars: biasCorrections,
  scalarTex: biasCorrectionTex,
  update(x, { lr, beta1, beta2, eps, epsPlacement, c1, c2 }, o) {
    const m = o.average(beta1, x.m, x.g)
    const v = o.average(beta2, x.v, o.square(x.g))
    const mHat = o.name('\\hat m', o.div(m, c1))
    const vHat = o.name('\\hat v', o.div(v, c2))
    return { m, v, theta: o.sub(x.theta, o.mul(lr, divideByRoot(o, mHat, vHat, eps, epsPlacement))) }
  },
})
