import { defineSchedule } from './schedule.ts'

export const constant = defineSchedule({
  id: 'constant',
  title: { en: 'Constant', 'zh-CN': '常数' },
  description: { en: 'The same rate throughout.', 'zh-CN': '学习率保持不变。' },
  tex: '\\eta_t = \\eta_0',
  parameters: {},
  value: ({ base }) => base,
})
