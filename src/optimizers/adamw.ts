import { biasCorrections, biasCorrectionTex } from '../rules/biasCorrection.ts'
import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, decoupledWeightDecay, rate, tiny } from '../rules/hyperparameter.ts'

/** Adam, and θ ← θ − ηλθ before it. */
export const adamw = defineOptimizer({
  id: 'adamw',
  title: 'AdamW',
  description: {
    en: 'Adam with weight decay that is not scaled by the gradient’s history.',
    'zh-CN': 'AdamW：把权重衰减与自适应学习率解耦的 Adam。',
  },
  source: 'Loshchilov & Hutter 2019, algorithm 2, arXiv:1711.05101',
  deviation: 'As PyTorch: the decay is multiplied by the learning rate.',
  hyper: {
    lr: rate(0.001),
    beta1: beta1(),
    beta2: beta2(),
    eps: tiny(1e-8),
    weightDecay: decoupledWeightDecay(0.01),
  },
  slots: { m: { tex: 'm' }, v: { tex: 'v' } },
  decoupledDecay: true,
  scalars: biasCorrections,
  scalarTex: biasCorrectionTex,
  update(x, { lr, beta1, beta2, eps, weightDecay, c1, c2 }, o) {
    const m = o.average(beta1, x.m, x.g)
    const v = o.average(beta2, x.v, o.square(x.g))
    const mHat = o.name('\\hat m', o.div(m, c1))
    const vHat = o.name('\\hat v', o.div(v, c2))
    const decayed = o.sub(x.theta, o.mul(lr, weightDecay, x.theta))
    return { m, v, theta: o.sub(decayed, o.mul(lr, o.div(mHat, o.add(o.sqrt(vHat), eps)))) }
  },
})
