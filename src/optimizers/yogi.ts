import { biasCorrections, biasCorrectionTex } from '../rules/biasCorrection.ts'
import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, initialAccumulator, rate, tiny } from '../rules/hyperparameter.ts'

/** Adam with v ← v + (1−β₂)·sign(g² − v)·g²: the accumulator moves by g² at most. */
export const yogi = defineOptimizer({
  id: 'yogi',
  title: 'Yogi',
  description: {
    en: 'Adam whose second moment forgets additively, so that rare large gradients are not lost at once.',
    'zh-CN': 'Yogi：二阶矩以加法方式更新，稀疏的大梯度不会很快被遗忘。',
  },
  source: 'Zaheer et al. 2018, Adaptive methods for nonconvex optimization, NeurIPS, algorithm 2',
  deviation: 'Bias-corrected, as in the d2l book; the accumulator starts at `initialAccumulator`.',
  hyper: {
    lr: rate(0.01),
    beta1: beta1(),
    beta2: beta2(),
    eps: tiny(1e-3),
    initialAccumulator: initialAccumulator(),
  },
  slots: { m: { tex: 'm' }, v: { tex: 'v', initial: 'initialAccumulator' } },
  scalars: biasCorrections,
  scalarTex: biasCorrectionTex,
  update(x, { lr, beta1, beta2, eps, c1, c2 }, o) {
    const squared = o.square(x.g)
    const m = o.average(beta1, x.m, x.g)
    const v = o.add(x.v, o.mul(o.sub(1, beta2), o.sign(o.sub(squared, x.v)), squared))
    const mHat = o.name('\\hat m', o.div(m, c1))
    const vHat = o.name('\\hat v', o.div(v, c2))
    return { m, v, theta: o.sub(x.theta, o.mul(lr, o.div(mHat, o.add(o.sqrt(vHat), eps)))) }
  },
})
