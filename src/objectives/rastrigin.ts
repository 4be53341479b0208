import { defineObjective } from './objective.ts'

export const rastrigin = defineObjective({
  id: 'rastrigin',
  title: { en: 'Rastrigin', 'zh-CN': 'Rastrigin 函数' },
  description: {
    en: 'A grid of local minima (Rastrigin 1974).',
    'zh-CN': '网格状排列的局部极小值（Rastrigin 1974）。',
  },
  expression: '20+x1^2-10*cos(2*pi*x1)+x2^2-10*cos(2*pi*x2)',
  range: { x1: [-5.12, 5.12], x2: [-5.12, 5.12] },
  start: [3.4, -2.6],
  minima: [[0, 0]],
})
