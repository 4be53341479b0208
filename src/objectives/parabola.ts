import { defineObjective } from './objective.ts'

export const parabola = defineObjective({
  id: 'parabola',
  title: { en: 'Parabola', 'zh-CN': '抛物线' },
  description: {
    en: 'The tutorial’s first example: one minimum, constant curvature 2.',
    'zh-CN': '教程的第一个例子：一个最小值，曲率恒为 2。',
  },
  expression: 'x^2',
  range: { x: [-11, 11] },
  start: [10],
  minima: [[0]],
})
