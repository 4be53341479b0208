/** Where axes have their ticks: round numbers only, on linear and logarithmic axes alike. */

import { formatExact, formatFixed } from '../locales/format.ts'

export type Scale = 'linear' | 'log'

/** About from this ratio of the greatest to the least of positive numbers on, they are read on a log axis. */
export const logRatio = 20

const roundSteps = [1, 2, 2.5, 5, 10]

/** Round numbers in [low, high], about `count` of them. */
export function linearTicks(low: number, high: number, count = 6): number[] {
  const span = high - low
  if (!(span > 0) || !Number.isFinite(span)) return [low]
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (roundSteps.find((factor) => factor * power >= rough * 0.999) ?? 10)
  const ticks: number[] = []
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) ticks.push(clean(k * step))
  // Fewer than three do not show a scale.
  return ticks.length < 3 && count < 12 ? linearTicks(low, high, count + 1) : ticks
}

/** Decades where there are several, 1-2-5 between them where there is room, linear steps within one. */
export function logTicks(low: number, high: number, count = 6): number[] {
  const decades = Math.log10(high / low)
  if (!(decades > 0)) return [low]
  if (decades < 0.9) {
    const ticks = linearTicks(low, high, count)
    if (ticks.length >= 3) return ticks
    return linearTicks(low, high, count * 2)
  }
  const from = Math.floor(Math.log10(low))
  const to = Math.ceil(Math.log10(high))
  const within = (multiples: readonly number[], stride: number) => {
    const ticks: number[] = []
    for (let exponent = from; exponent <= to; exponent++) {
      // Counted from 10⁰, so that a range that grows keeps its ticks.
      if (exponent % stride !== 0) continue
      for (const multiple of multiples) {
        const tick = clean(multiple * 10 ** exponent)
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick)
      }
    }
    return ticks
  }
  if (decades * 3 <= count * 1.5) return within([1, 2, 5], 1)
  for (let stride = Math.max(1, Math.ceil(decades / count)); stride >= 1; stride--) {
    const ticks = within([1], stride)
    if (ticks.length >= 3) return ticks
  }
  return within([1, 2, 5], 1)
}

export function axisTicks(low: number, high: number, scale: Scale, count?: number): number[] {
  return scale === 'log' ? logTicks(low, high, count) : linearTicks(low, high, count)
}

/** The interval with a margin on both sides, in the axis's own measure. */
export function padded(
  low: number,
  high: number,
  scale: Scale,
  below = 0.04,
  above = 0.04,
): [number, number] {
  if (scale === 'log') {
    const span = Math.log(high / low) || 0.2
    return [low * Math.exp(-below * span), high * Math.exp(above * span)]
  }
  const span = high - low || Math.abs(high) * 0.2 || 1
  return [low - below * span, high + above * span]
}

/** How ticks are written: with equal decimals where they are steps of one size, else each as short as it is exact. */
export function tickFormat(ticks: readonly number[]): (value: number) => string {
  const written = ticks.map(String)
  const plain = ticks.every((tick) => tick === 0 || (Math.abs(tick) >= 1e-3 && Math.abs(tick) < 1e5))
  const even =
    ticks.length > 2 &&
    ticks.every(
      (tick, i) =>
        i < 2 ||
        Math.abs(tick - 2 * (ticks[i - 1] as number) + (ticks[i - 2] as number)) <
          1e-9 * Math.abs(tick - (ticks[i - 1] as number)),
    )
  if (!plain || !even) return formatExact
  const decimals = Math.max(...written.map((text) => (text.split('.')[1] ?? '').length))
  return (value) => formatFixed(value, decimals)
}

/** 0.30000000000000004 → 0.3 */
function clean(value: number): number {
  return Number.parseFloat(value.toPrecision(12))
}
