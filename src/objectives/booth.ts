import { defineObjective } from './objective.ts'

export const booth = defineObjective({
  id: 'booth',
  title: { en: 'Booth', 'zh-CN': 'Booth 函数' },
  description: {
    en: 'A rotated quadratic, condition number 9.',
    'zh-CN': '旋转的二次函数，条件数为 9。',
  },
  expression: '(x1+2*x2-7)^2+(2*x1+x2-5)^2',
  range: { x1: [-10, 10], x2: [-10, 10] },
  start: [-8, -8],
  minima: [[1, 3]],
})
