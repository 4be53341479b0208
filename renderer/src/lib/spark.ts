import { thinLine } from '../../../src/charts/thin.ts'

/**
 * An SVG path of a loss against steps, log-scaled where every value is positive, as wide as the share of steps taken.
 * Non-finite values are left out. Empty where there are fewer than two points.
 */
export function sparkPath(
  { step, trainLoss }: { step: Float64Array; trainLoss: Float64Array },
  { width, height, totalSteps }: { width: number; height: number; totalSteps: number },
): string {
  const last = step.at(-1)
  if (last === undefined || step.length < 2) return ''
  const high = Math.max(totalSteps, last)
  const kept = thinLine(step, trainLoss, { count: width, low: 0, high })
  let least = Infinity
  let greatest = -Infinity
  for (const i of kept) {
    least = Math.min(least, trainLoss[i] as number)
    greatest = Math.max(greatest, trainLoss[i] as number)
  }
  if (kept.length < 2) return ''
  const scaled = least > 0 ? Math.log : (value: number) => value
  const span = scaled(greatest) - scaled(least)
  const pad = 2
  const parts = kept.map((i) => {
    const x = pad + ((step[i] as number) / high) * (width - 2 * pad)
    const share = span > 0 ? (scaled(trainLoss[i] as number) - scaled(least)) / span : 0
    const y = height - pad - share * (height - 2 * pad)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return `M${parts.join('L')}`
}
