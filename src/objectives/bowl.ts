import { defineObjective } from './objective.ts'

export const bowl = defineObjective({
  id: 'bowl',
  title: { en: 'Elliptic bowl', 'zh-CN': '椭圆碗' },
  description: {
    en: 'A mild quadratic, condition number 2.',
    'zh-CN': '条件数为 2 的二次函数。',
  },
  expression: 'x1^2+2*x2^2',
  range: { x1: [-5.5, 1], x2: [-3, 1] },
  start: [-5, -2],
  minima: [[0, 0]],
})
