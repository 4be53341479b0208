import { defineSchedule } from './schedule.ts'

/** A broken line through given points: what no formula draws, and what chains of warm-up, hold and decay become. */
export const knots = defineSchedule({
  id: 'knots',
  title: { en: 'Knots', 'zh-CN': '节点折线' },
  description: {
    en: 'A straight line from knot to knot; the first and the last rate are held outside.',
    'zh-CN': '节点之间线性变化；首尾节点之外保持其学习率。',
  },
  tex: '\\eta_t = v_i + (v_{i+1} - v_i) \\tfrac{t - b_i}{b_{i+1} - b_i} \\text{ for } b_i \\le t < b_{i+1}',
  parameters: {
    boundaries: {
      kind: 'list',
      min: 0,
      default: [10, 30],
      increasing: true,
      length: 'end',
      meaning: { en: 'indices of the knots', 'zh-CN': '各节点的位置' },
    },
    values: {
      kind: 'list',
      min: 0,
      default: [0.1, 0.01],
      meaning: { en: 'rates at the knots, one each', 'zh-CN': '各节点的学习率，每个节点一个' },
    },
  },
  baseOf: ({ values }) => values[0] as number,
  check({ boundaries, values }) {
    if (values.length === 0) return 'values is empty, but there must be one knot at least.'
    return values.length === boundaries.length
      ? null
      : `${boundaries.length} boundaries need as many values, but there are ${values.length}.`
  },
  value: ({ boundaries, values }, t) => brokenLine(boundaries, values, t),
})

/** The rate at index `t` of a line through knots at increasing boundaries, level before the first and behind the last. */
export function brokenLine(boundaries: readonly number[], values: readonly number[], t: number): number {
  const right = boundaries.findIndex((boundary) => boundary > t)
  if (right <= 0) return values.at(right) as number // before the first knot, or (−1) behind the last
  const [from, to] = [boundaries[right - 1] as number, boundaries[right] as number]
  // Both terms are positive: nothing cancels, however far the rate falls.
  return ((values[right - 1] as number) * (to - t) + (values[right] as number) * (t - from)) / (to - from)
}
