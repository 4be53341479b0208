import { defineObjective } from './objective.ts'

export const styblinskiTang = defineObjective({
  id: 'styblinski-tang',
  title: { en: 'Styblinski–Tang', 'zh-CN': 'Styblinski–Tang 函数' },
  description: {
    en: 'Four valleys of unequal depth (Styblinski & Tang 1990).',
    'zh-CN': '四个深浅不一的谷（Styblinski & Tang 1990）。',
  },
  expression: '(x1^4-16*x1^2+5*x1+x2^4-16*x2^2+5*x2)/2',
  range: { x1: [-5, 5], x2: [-5, 5] },
  start: [0.5, 0.5],
  minima: [[-2.903534027771178, -2.903534027771178]],
})
