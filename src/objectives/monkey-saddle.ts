import { defineObjective } from './objective.ts'

export const monkeySaddle = defineObjective({
  id: 'monkey-saddle',
  title: { en: 'Monkey saddle', 'zh-CN': '猴鞍面' },
  description: {
    en: 'A degenerate saddle with three descents.',
    'zh-CN': '有三个下降方向的退化鞍点。',
  },
  expression: 'x1^3-3*x1*x2^2',
  range: { x1: [-2, 2], x2: [-2, 2] },
  start: [1.5, 0.01],
  minima: [],
})
