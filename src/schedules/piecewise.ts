import { defineSchedule } from './schedule.ts'

export const piecewise = defineSchedule({
  id: 'piecewise',
  title: { en: 'Piecewise constant', 'zh-CN': '分段常数' },
  description: { en: 'A list of rates and where each begins.', 'zh-CN': '一组学习率及各自的起点。' },
  tex: '\\eta_t = \\eta_i \\text{ for } b_i \\le t < b_{i+1}',
  parameters: {
    boundaries: {
      kind: 'list',
      min: 0,
      default: [10],
      increasing: true,
      length: 'end',
      meaning: { en: 'indices at which the next value begins', 'zh-CN': '下一段开始的位置' },
    },
    values: {
      kind: 'list',
      min: 0,
      default: [0.1, 0.01],
      meaning: { en: 'rates, one more than boundaries', 'zh-CN': '各段的学习率，比边界多一个' },
    },
  },
  baseOf: ({ values }) => values[0] as number,
  check: ({ boundaries, values }) =>
    values.length === boundaries.length + 1
      ? null
      : `${boundaries.length} boundaries need ${boundaries.length + 1} values, but there are ${values.length}.`,
  value: ({ boundaries, values }, t) =>
    values[boundaries.filter((boundary) => boundary <= t).length] as number,
})
