import { defineObjective } from './objective.ts'

export const saddle = defineObjective({
  id: 'saddle',
  title: { en: 'Saddle', 'zh-CN': '鞍点' },
  description: {
    en: 'No minimum: how long does a rule stay at the saddle?',
    'zh-CN': '没有最小值：优化器会在鞍点停留多久？',
  },
  expression: 'x1^2-x2^2',
  range: { x1: [-3, 3], x2: [-3, 3] },
  start: [-2.5, 0.001],
  minima: [],
})
