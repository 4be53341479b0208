import { defineObjective } from './objective.ts'

export const wave = defineObjective({
  id: 'wave',
  title: { en: 'Wave', 'zh-CN': '波动函数' },
  description: {
    en: 'Non-convex: a large rate ends in a poor local minimum.',
    'zh-CN': '非凸函数：过大的学习率会停在较差的局部极小值。',
  },
  expression: 'x*cos(0.15*pi*x)',
  range: { x: [-15, 15] },
  start: [10],
  minima: [],
})
