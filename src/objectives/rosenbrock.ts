import { defineObjective } from './objective.ts'

export const rosenbrock = defineObjective({
  id: 'rosenbrock',
  title: { en: 'Rosenbrock', 'zh-CN': 'Rosenbrock 函数' },
  description: {
    en: 'A curved, flat-bottomed valley (Rosenbrock 1960).',
    'zh-CN': '弯曲而平坦的山谷（Rosenbrock 1960）。',
  },
  expression: '(1-x1)^2+100*(x2-x1^2)^2',
  range: { x1: [-2, 2], x2: [-1, 3] },
  start: [-1.2, 1],
  minima: [[1, 1]],
})
