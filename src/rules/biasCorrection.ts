import type { Arithmetic, Expression } from './expression.ts'

/** What an average that starts at zero lacks after t steps: 1 − βᵗ for both averages of the Adam family. */
export const biasCorrections = (
  h: { readonly beta1: Expression; readonly beta2: Expression },
  { t }: { readonly t: Expression },
  { pow, sub }: Arithmetic,
) => ({ c1: sub(1, pow(h.beta1, t)), c2: sub(1, pow(h.beta2, t)) })

export const biasCorrectionTex = { c1: 'c_1', c2: 'c_2' }
