import { defineObjective } from './objective.ts'

export const himmelblau = defineObjective({
  id: 'himmelblau',
  title: { en: 'Himmelblau', 'zh-CN': 'Himmelblau 函数' },
  description: {
    en: 'Four equal minima: which one is reached depends on the start and the rule.',
    'zh-CN': '四个等高的极小值：到达哪一个取决于起点和优化器。',
  },
  expression: '(x1^2+x2-11)^2+(x1+x2^2-7)^2',
  range: { x1: [-5, 5], x2: [-5, 5] },
  start: [0, 0],
  minima: [
    [3, 2],
    [-2.805118086952745, 3.131312518250573],
    [-3.779310253377747, -3.28318599128617],
    [3.584428340330492, -1.848126526964404],
  ],
})
