import type { LocalizedText } from '../locales/localized.ts'

/** A hyperparameter as its rule declares it. Forms, command-line flags, checks and documentation derive from this. */
export type Hyperparameter =
  | {
      readonly kind: 'number'
      readonly default: number
      readonly min: number
      readonly max: number
      /** The bound itself is not allowed. */
      readonly open?: { readonly min?: boolean; readonly max?: boolean }
      readonly scale: 'linear' | 'log'
      readonly tex: string
      readonly meaning: LocalizedText
    }
  /** A number that may be `off`, which is its default. */
  | { readonly kind: 'optional'; readonly min: number; readonly tex: string; readonly meaning: LocalizedText }
  | { readonly kind: 'flag'; readonly default: boolean; readonly meaning: LocalizedText }
  | {
      readonly kind: 'choice'
      readonly default: string
      readonly choices: readonly string[]
      readonly meaning: LocalizedText
    }

type NumberHyperparameter = Extract<Hyperparameter, { kind: 'number' }>

const text = (en: string, zh: string): LocalizedText => ({ en, 'zh-CN': zh })

export function number(
  value: number,
  range: Pick<NumberHyperparameter, 'min' | 'max'> & Partial<Pick<NumberHyperparameter, 'open' | 'scale'>>,
  tex: string,
  meaning: LocalizedText,
): NumberHyperparameter {
  return { kind: 'number', default: value, scale: 'linear', ...range, tex, meaning }
}

/** A learning rate: not negative. */
export const rate = (value: number): NumberHyperparameter =>
  number(value, { min: 0, max: Infinity, scale: 'log' }, '\\eta', text('learning rate', '学习率'))

/** The decay of a moving average, in [0, 1). */
export const decay = (value: number, tex: string, meaning: LocalizedText): NumberHyperparameter =>
  number(value, { min: 0, max: 1, open: { max: true } }, tex, meaning)

/** The small number that keeps a division finite. */
export const tiny = (value: number): NumberHyperparameter =>
  number(
    value,
    { min: 0, max: Infinity, scale: 'log' },
    '\\epsilon',
    text('keeps the division finite', '防止除以零的小常数'),
  )

export const beta1 = (value = 0.9) =>
  decay(value, '\\beta_1', text('decay of the mean of gradients', '梯度均值的衰减率'))
export const beta2 = (value = 0.999) =>
  decay(value, '\\beta_2', text('decay of the mean of squared gradients', '梯度平方均值的衰减率'))
export const momentumDecay = (value: number) =>
  decay(value, '\\mu', text('momentum: how much of the last velocity is kept', '动量：保留多少上一步的速度'))
export const initialAccumulator = () =>
  number(0, { min: 0, max: Infinity }, 's_0', text('start value of the accumulator', '累加器的初始值'))

export const epsPlacement = () =>
  ({
    kind: 'choice',
    default: 'outside',
    choices: ['outside', 'inside'],
    meaning: text('√s+ε (outside) or √(s+ε) (inside)', '√s+ε（outside）或 √(s+ε)（inside）'),
  }) as const

export const flag = (value: boolean, meaning: LocalizedText) =>
  ({ kind: 'flag', default: value, meaning }) as const

/** What every rule takes besides its own. Clipping comes first, then L2 weight decay, then the rule. */
export const sharedHyperparameters = {
  weightDecay: number(
    0,
    { min: 0, max: Infinity, scale: 'log' },
    '\\lambda',
    text('L2 penalty added to the gradient after clipping', '权重衰减：裁剪之后把 λθ 加到梯度上'),
  ),
  clipNorm: {
    kind: 'optional',
    min: 0,
    tex: 'c_{\\mathrm n}',
    meaning: text('largest norm of the whole gradient', '梯度裁剪：整个梯度的最大范数'),
  },
  clipValue: {
    kind: 'optional',
    min: 0,
    tex: 'c_{\\mathrm v}',
    meaning: text('largest absolute value of one component', '梯度裁剪：单个分量的最大绝对值'),
  },
} as const satisfies Record<string, Hyperparameter>

/** Replaces the shared L2 decay in rules that decouple it. */
export const decoupledWeightDecay = (value: number): NumberHyperparameter =>
  number(
    value,
    { min: 0, max: Infinity, scale: 'log' },
    '\\lambda',
    text('decoupled weight decay: θ shrinks by ηλ a step', '解耦的权重衰减：每步 θ 缩小 ηλ 倍'),
  )
