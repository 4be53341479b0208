import { defineSchedule } from './schedule.ts'

/** Loshchilov & Hutter 2017 (arXiv:1608.03983), one cycle, with the d2l book's linear warm-up inside. */
export const cosine = defineSchedule({
  id: 'cosine',
  title: { en: 'Cosine', 'zh-CN': '余弦调度器' },
  description: {
    en: 'Falls slowly, then fast, then slowly again, and stays at its final rate.',
    'zh-CN': '先慢、后快、再慢地下降，之后保持最终学习率。',
  },
  tex: '\\eta_t = \\eta_T + \\tfrac{1}{2}(\\eta_0 - \\eta_T)(1 + \\cos(\\pi t / T))',
  parameters: {
    final: { kind: 'number', default: 0, min: 0, meaning: { en: 'rate at the end', 'zh-CN': '最终学习率' } },
    maxUpdate: {
      kind: 'integer',
      default: 20,
      min: 1,
      length: 'end',
      meaning: { en: 'index T at which the final rate is reached', 'zh-CN': '达到最终学习率的位置 T' },
    },
    warmupSteps: {
      kind: 'integer',
      default: 0,
      min: 0,
      length: 'begin',
      meaning: { en: 'linear warm-up, part of T', 'zh-CN': '预热步数，包含在 T 之内' },
    },
    warmupBegin: {
      kind: 'number',
      default: 0,
      min: 0,
      meaning: { en: 'rate at which the warm-up begins', 'zh-CN': '预热的起始学习率' },
    },
  },
  check: ({ maxUpdate, warmupSteps }) =>
    warmupSteps < maxUpdate
      ? null
      : `warmupSteps is ${warmupSteps}, but must be below maxUpdate, ${maxUpdate}.`,
  value({ base, final, maxUpdate, warmupSteps, warmupBegin }, t) {
    if (t < warmupSteps) return warmupBegin + ((base - warmupBegin) * t) / warmupSteps
    if (t >= maxUpdate) return final
    return (
      final + ((base - final) * (1 + Math.cos((Math.PI * (t - warmupSteps)) / (maxUpdate - warmupSteps)))) / 2
    )
  },
})
