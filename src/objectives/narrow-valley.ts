import { defineObjective } from './objective.ts'

export const narrowValley = defineObjective({
  id: 'narrow-valley',
  title: { en: 'Narrow valley', 'zh-CN': '狭长山谷' },
  description: {
    en: 'An ill-conditioned quadratic, condition number 20: what momentum is for.',
    'zh-CN': '条件数为 20 的病态二次函数，动量法正是为此而生。',
  },
  expression: '0.1*x1^2+2*x2^2',
  range: { x1: [-5.5, 1], x2: [-3, 1] },
  start: [-5, -2],
  minima: [[0, 0]],
})
