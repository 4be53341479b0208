import { defineSchedule } from './schedule.ts'

export const multistep = defineSchedule({
  id: 'multistep',
  title: { en: 'Multi-step', 'zh-CN': '多因子调度器' },
  description: {
    en: 'Multiplies the rate by γ at each milestone: long plateaus, then a drop.',
    'zh-CN': '到达每个里程碑时把学习率乘以 γ：保持一段，再下降。',
  },
  tex: '\\eta_t = \\eta_0 \\gamma^{\\#\\{s \\in S : s \\le t\\}}',
  parameters: {
    milestones: {
      kind: 'list',
      min: 0,
      default: [15, 30],
      increasing: true,
      length: 'end',
      meaning: { en: 'indices S at which the rate drops', 'zh-CN': '学习率下降的位置' },
    },
    gamma: {
      kind: 'number',
      default: 0.5,
      min: 0,
      meaning: { en: 'factor γ at a milestone', 'zh-CN': '因子 γ' },
    },
  },
  value: ({ base, milestones, gamma }, t) =>
    base * gamma ** milestones.filter((milestone) => milestone <= t).length,
})
