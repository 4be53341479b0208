import { defineOptimizer } from '../rules/definition.ts'
import { number, rate } from '../rules/hyperparameter.ts'

/** Each coordinate's own step grows by η⁺ while its gradient keeps its sign, shrinks by η⁻ and pauses when it turns. */
export const rprop = defineOptimizer({
  id: 'rprop',
  title: 'Rprop',
  description: {
    en: 'Uses only the sign of each partial derivative; meant for full batches.',
    'zh-CN': 'Rprop：只用偏导数的符号，适合全批量训练。',
  },
  source:
    'Riedmiller & Braun 1993, A direct adaptive method for faster backpropagation learning: the RPROP algorithm',
  deviation: 'As PyTorch (iRprop⁻): where the sign turns, the gradient is set to zero.',
  hyper: {
    lr: rate(0.01),
    etaMinus: number(0.5, { min: 0, max: 1, open: { min: true, max: true } }, '\\eta^-', {
      en: 'factor where the sign turns',
      'zh-CN': '符号改变时的缩小因子',
    }),
    etaPlus: number(1.2, { min: 1, max: Infinity, open: { min: true } }, '\\eta^+', {
      en: 'factor where the sign stays',
      'zh-CN': '符号不变时的放大因子',
    }),
    minStep: number(1e-6, { min: 0, max: Infinity, scale: 'log' }, '\\Delta_{\\min}', {
      en: 'smallest step',
      'zh-CN': '最小步长',
    }),
    maxStep: number(50, { min: 0, max: Infinity, scale: 'log' }, '\\Delta_{\\max}', {
      en: 'largest step',
      'zh-CN': '最大步长',
    }),
  },
  slots: { last: { tex: 'g_{t-1}' }, size: { tex: '\\Delta' } },
  rateOnlyAtStart: true,
  update(x, { lr, etaMinus, etaPlus, minStep, maxStep, t }, o) {
    const agreement = o.mul(x.g, x.last)
    const factor = o.select(agreement, 0, etaPlus, o.select(0, agreement, etaMinus, 1))
    const before = o.select(2, t, lr, x.size)
    const size = o.min(o.max(o.mul(before, factor), minStep), maxStep)
    const g = o.select(0, agreement, 0, x.g)
    return { size, theta: o.sub(x.theta, o.mul(o.sign(g), size)), last: g }
  },
})
