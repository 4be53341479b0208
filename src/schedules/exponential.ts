import { defineSchedule } from './schedule.ts'

export const exponential = defineSchedule({
  id: 'exponential',
  title: { en: 'Exponential', 'zh-CN': '指数衰减' },
  description: {
    en: 'Decays exponentially; easily too fast to arrive.',
    'zh-CN': '指数衰减，常常衰减过快而到不了最优解。',
  },
  tex: '\\eta_t = \\eta_0 e^{-\\lambda t}',
  parameters: {
    rate: { kind: 'number', default: 0.1, min: 0, meaning: { en: 'decay rate λ', 'zh-CN': '衰减率 λ' } },
  },
  value: ({ base, rate }, t) => base * Math.exp(-rate * t),
})
