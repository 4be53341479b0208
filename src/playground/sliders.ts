import type { Hyperparameter } from '../rules/hyperparameter.ts'

type NumberKind = Extract<Hyperparameter, { kind: 'number' }>

/** How a slider's position, 0 … 1, is a hyperparameter's value. */
export interface SliderScale {
  /** Outside its reach the nearest end. */
  position(value: number): number
  /** With three digits, and never a value that the hyperparameter refuses. */
  value(position: number): number
}

const rateReach = [1e-4, 10] as const
const decades = 3
/** The largest decay is 1 − 10⁻⁴. */
const nines = 4

const clamp = (share: number): number => Math.min(1, Math.max(0, share))
const short = (value: number): number => Number(value.toPrecision(3))

/**
 * A slider for a hyperparameter, from its definition: rates and small numbers by powers of ten; decays in [0, 1) by
 * how far they are from 1, so that .9, .99 and .999 are equally far apart; everything else evenly.
 */
export function sliderScale(declared: NumberKind): SliderScale {
  const { min, max, open, scale, tex } = declared
  if (max === 1 && open?.max && !open.min)
    return {
      position: (value) => clamp(-Math.log10(1 - value) / nines),
      value: (position) => Number((1 - short(10 ** (-nines * position))).toFixed(6)),
    }
  if (scale === 'log') {
    const middle = declared.default > 0 ? declared.default : 0.01
    const [low, high] = tex === '\\eta' ? rateReach : [middle / 10 ** decades, middle * 10 ** decades]
    return logarithmic(low, high)
  }
  return linear(min, max < Infinity ? max : Math.max(min + 1, 4 * declared.default), open)
}

export function logarithmic(low: number, high: number): SliderScale {
  const span = Math.log10(high / low)
  return {
    position: (value) => (value > 0 ? clamp(Math.log10(value / low) / span) : 0),
    value: (position) => short(low * 10 ** (span * position)),
  }
}

export function linear(low: number, high: number, open: NumberKind['open'] = {}): SliderScale {
  const margin = (high - low) / 1000
  const from = open.min ? low + margin : low
  const to = open.max ? high - margin : high
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(high - low)))
  return {
    position: (value) => clamp((value - low) / (high - low)),
    value: (position) =>
      Number(Math.min(to, Math.max(from, low + (high - low) * position)).toFixed(decimals)),
  }
}
