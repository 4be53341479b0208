import { defineSchedule } from './schedule.ts'

/** Loshchilov & Hutter 2017 (arXiv:1608.03983), SGDR, equation 5; PyTorch's CosineAnnealingWarmRestarts. */
export const cosineRestarts = defineSchedule({
  id: 'cosine-restarts',
  title: { en: 'Cosine with warm restarts (SGDR)', 'zh-CN': '带热重启的余弦调度器（SGDR）' },
  description: {
    en: 'Falls along a cosine, jumps back to its first rate and falls again, each time for longer.',
    'zh-CN': '沿余弦下降，再跳回起始学习率重新下降，周期可逐次变长。',
  },
  tex: '\\eta_t = \\eta_{\\min} + \\tfrac{1}{2}(\\eta_0 - \\eta_{\\min})(1 + \\cos(\\pi T_{\\mathrm{cur}} / T_i)), \\quad T_{i+1} = T_{\\mathrm{mult}} T_i',
  parameters: {
    final: {
      kind: 'number',
      default: 0,
      min: 0,
      meaning: { en: 'rate that each cycle falls towards', 'zh-CN': '每个周期趋近的最低学习率' },
    },
    firstCycle: {
      kind: 'integer',
      default: 10,
      min: 1,
      length: 'end',
      meaning: { en: 'length T₀ of the first cycle', 'zh-CN': '首个周期的长度 T₀' },
    },
    cycleFactor: {
      kind: 'integer',
      default: 2,
      min: 1,
      meaning: {
        en: 'how many times longer each cycle is than the one before, Tₘᵤₗₜ',
        'zh-CN': '每个周期是前一个的多少倍，Tₘᵤₗₜ',
      },
    },
  },
  value({ base, final, firstCycle, cycleFactor }, t) {
    const [since, length] = cycleAt(firstCycle, cycleFactor, t)
    return final + ((base - final) * (1 + Math.cos((Math.PI * since) / length))) / 2
  },
})

/** Indices since the last restart, and the length of the cycle that index `t` is in. */
function cycleAt(first: number, factor: number, t: number): [since: number, length: number] {
  if (factor === 1) return [t % first, first]
  let [since, length] = [t, first]
  // Lengths at least double: few cycles fit before any index.
  while (since >= length) {
    since -= length
    length *= factor
  }
  return [since, length]
}
