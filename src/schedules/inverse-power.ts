import { defineSchedule } from './schedule.ts'

export const inversePower = defineSchedule({
  id: 'inverse-power',
  title: { en: 'Inverse power', 'zh-CN': '多项式衰减' },
  description: {
    en: 'Decays as a power of time; with power ½ SGD converges on convex problems.',
    'zh-CN': '按时间的幂衰减；幂取 0.5 时随机梯度下降在凸问题上收敛。',
  },
  tex: '\\eta_t = \\eta_0 (\\beta t + 1)^{-\\alpha}',
  parameters: {
    scale: { kind: 'number', default: 0.1, min: 0, meaning: { en: 'time scale β', 'zh-CN': '时间尺度 β' } },
    power: { kind: 'number', default: 0.5, min: 0, meaning: { en: 'power α', 'zh-CN': '幂 α' } },
  },
  value: ({ base, scale, power }, t) => base * (1 + scale * t) ** -power,
})
