import { brokenLine } from './knots.ts'
import { defineSchedule } from './schedule.ts'

/** Xing et al. 2018 (arXiv:1802.08770): warm-up, hold, linear decay; since Hu et al. 2024 (arXiv:2404.06395) called WSD. */
export const trapezoid = defineSchedule({
  id: 'trapezoid',
  title: { en: 'Trapezoid (warm-up, hold, decay; WSD)', 'zh-CN': '梯形调度器（预热、保持、衰减；WSD）' },
  description: {
    en: 'Rises straight, holds its rate for most of the training and falls straight to the final one.',
    'zh-CN': '线性升高，在大部分训练中保持不变，最后线性下降到最终学习率。',
  },
  tex: '\\eta_t = \\begin{cases} \\eta_b + (\\eta_0 - \\eta_b)\\, t / W & t < W \\\\ \\eta_0 & t < W + H \\\\ \\eta_0 + (\\eta_T - \\eta_0)(t - W - H) / D & t < W + H + D \\\\ \\eta_T & \\text{otherwise} \\end{cases}',
  parameters: {
    begin: {
      kind: 'number',
      default: 0,
      min: 0,
      meaning: { en: 'rate at which the rise begins', 'zh-CN': '升高的起始学习率' },
    },
    rise: {
      kind: 'integer',
      default: 2,
      min: 0,
      length: 'end',
      meaning: { en: 'length W of the rise', 'zh-CN': '升高段的长度 W' },
    },
    hold: {
      kind: 'integer',
      default: 16,
      min: 0,
      length: 'end',
      meaning: { en: 'length H of the hold', 'zh-CN': '保持段的长度 H' },
    },
    decay: {
      kind: 'integer',
      default: 2,
      min: 1,
      length: 'end',
      meaning: { en: 'length D of the decay', 'zh-CN': '衰减段的长度 D' },
    },
    final: { kind: 'number', default: 0, min: 0, meaning: { en: 'rate at the end', 'zh-CN': '最终学习率' } },
  },
  value({ base, begin, rise, hold, decay, final }, t) {
    const corners = [
      { at: 0, rate: begin, length: rise },
      { at: rise, rate: base, length: hold },
      { at: rise + hold, rate: base, length: decay },
      // A stretch of no length has no corner of its own.
    ].filter(({ length }) => length > 0)
    return brokenLine(
      [...corners.map(({ at }) => at), rise + hold + decay],
      [...corners.map(({ rate }) => rate), final],
      t,
    )
  },
})
