import { defineObjective } from './objective.ts'

export const beale = defineObjective({
  id: 'beale',
  title: { en: 'Beale', 'zh-CN': 'Beale 函数' },
  description: {
    en: 'Flat around, steep at the corners (Beale 1958).',
    'zh-CN': '四周平坦、边角陡峭（Beale 1958）。',
  },
  expression: '(1.5-x1+x1*x2)^2+(2.25-x1+x1*x2^2)^2+(2.625-x1+x1*x2^3)^2',
  range: { x1: [-4.5, 4.5], x2: [-4.5, 4.5] },
  start: [-2, -1.5],
  minima: [[3, 0.5]],
})
