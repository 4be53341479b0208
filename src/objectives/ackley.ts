import { defineObjective } from './objective.ts'

export const ackley = defineObjective({
  id: 'ackley',
  title: { en: 'Ackley', 'zh-CN': 'Ackley 函数' },
  description: {
    en: 'A nearly flat outer region and a deep hole (Ackley 1987).',
    'zh-CN': '外围近乎平坦，中心有深洞（Ackley 1987）。',
  },
  expression: '-20*exp(-0.2*sqrt(0.5*(x1^2+x2^2)))-exp(0.5*(cos(2*pi*x1)+cos(2*pi*x2)))+e+20',
  range: { x1: [-5, 5], x2: [-5, 5] },
  start: [3, -2.5],
  minima: [[0, 0]],
})
