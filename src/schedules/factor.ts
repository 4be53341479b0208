import { defineSchedule } from './schedule.ts'

/** Multiplicative decay with a floor. Value t is that after t + 1 multiplications, as in the d2l book. */
export const factor = defineSchedule({
  id: 'factor',
  title: { en: 'Factor', 'zh-CN': '单因子调度器' },
  description: {
    en: 'Multiplies the rate by a factor every time, down to a floor.',
    'zh-CN': '每次把学习率乘以一个因子，直到下限。',
  },
  tex: '\\eta_t = \\max(\\eta_{\\min}, \\eta_0 \\alpha^{t+1})',
  parameters: {
    factor: { kind: 'number', default: 0.9, min: 0, meaning: { en: 'factor α', 'zh-CN': '因子 α' } },
    stop: {
      kind: 'number',
      default: 1e-7,
      min: 0,
      meaning: { en: 'floor of the rate', 'zh-CN': '学习率下限' },
    },
  },
  value: ({ base, factor, stop }, t) => Math.max(stop, base * factor ** (t + 1)),
})
