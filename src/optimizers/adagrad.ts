import { defineOptimizer } from '../rules/definition.ts'
import { divideByRoot } from '../rules/divideByRoot.ts'
import { epsPlacement, initialAccumulator, rate, tiny } from '../rules/hyperparameter.ts'

/** s ← s + g²;  θ ← θ − η·g/(√s + ε). */
export const adagrad = defineOptimizer({
  id: 'adagrad',
  title: 'Adagrad',
  description: {
    en: 'A rate for every coordinate that shrinks with the gradients it has seen: rare features keep learning.',
    'zh-CN': 'Adagrad：每个坐标的学习率随其累积梯度减小，适合稀疏特征。',
  },
  source: 'Duchi, Hazan & Singer 2011, Adaptive subgradient methods, JMLR 12',
  hyper: {
    lr: rate(0.01),
    eps: tiny(1e-10),
    initialAccumulator: initialAccumulator(),
    epsPlacement: epsPlacement(),
  },
  slots: { s: { tex: 's', initial: 'initialAccumulator' } },
  update({ g, theta, s: old }, { lr, eps, epsPlacement }, o) {
    const s = o.add(old, o.square(g))
    return { s, theta: o.sub(theta, o.mul(lr, divideByRoot(o, g, s, eps, epsPlacement))) }
  },
})
