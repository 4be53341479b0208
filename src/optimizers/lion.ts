import { defineOptimizer } from '../rules/definition.ts'
import { beta1, beta2, decoupledWeightDecay, rate } from '../rules/hyperparameter.ts'

/** θ ← θ − η·(sign(β₁m + (1−β₁)g) + λθ);  m ← β₂m + (1−β₂)g. */
export const lion = defineOptimizer({
  id: 'lion',
  title: 'Lion',
  description: {
    en: 'Steps of equal length in every coordinate, in the direction of a momentum; found by program search.',
    'zh-CN': 'Lion：每个坐标步长相同，方向取动量的符号；由程序搜索得到。',
  },
  source: 'Chen et al. 2023, Symbolic discovery of optimization algorithms, arXiv:2302.06675',
  hyper: { lr: rate(1e-4), beta1: beta1(), beta2: beta2(0.99), weightDecay: decoupledWeightDecay(0) },
  slots: { m: { tex: 'm' } },
  decoupledDecay: true,
  update(x, { lr, beta1, beta2, weightDecay }, o) {
    const direction = o.name('d', o.sign(o.average(beta1, x.m, x.g)))
    return {
      theta: o.sub(x.theta, o.mul(lr, o.add(direction, o.mul(weightDecay, x.theta)))),
      m: o.average(beta2, x.m, x.g),
    }
  },
})
