/** What Chinese input writes wide, as ASCII: `０．１～１`, `（1－x）`. */
export const halfWidth = (text: string): string =>
  text.replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ')

/** A number as people type it: `0.01`, `1e-3`, `−2`, `10^-3`, `1,5` is not one. @returns undefined where it is none */
export function parseNumber(text: string): number | undefined {
  const plain = halfWidth(text)
    .trim()
    .replace(/[−–]/g, '-')
    .replace(/^([+-]?)10\s*\^\s*(-?\d+)$/, '$11e$2')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}

/** As it would be typed again: 0.001, 1e-7, 20000. */
export const writeNumber = (value: number): string => String(value).replace('e+', 'e')

/** The next value up or down: one `step`, or on a log scale the neighbour among 1, 2, 5 × 10ⁿ (coarse: a decade). */
export function stepNumber(
  from: number,
  direction: 1 | -1,
  options: {
    min: number
    max: number
    step: number
    scale: 'linear' | 'log'
    integer?: boolean
    coarse: boolean
  },
): number {
  const { min, max, step, scale, coarse } = options
  const next =
    scale === 'log' ? stepLog(from, direction, coarse) : from + direction * step * (coarse ? 10 : 1)
  // Without the dust of binary fractions: 0.1 + 0.2 steps to 0.3.
  return Number(Math.min(max, Math.max(min, next)).toPrecision(12))
}

function stepLog(from: number, direction: 1 | -1, coarse: boolean): number {
  if (!(from > 0)) return direction === 1 ? 1e-4 : from
  if (coarse) return direction === 1 ? from * 10 : from / 10
  const exponent = Math.floor(Math.log10(from))
  const ladder = [exponent - 1, exponent, exponent + 1].flatMap((power) =>
    [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
  )
  const near = 1e-9
  return direction === 1
    ? (ladder.find((rung) => rung > from * (1 + near)) ?? from * 2)
    : (ladder.findLast((rung) => rung < from * (1 - near)) ?? from / 2)
}
