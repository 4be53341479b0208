import type { SeriesStyle } from '../../../../src/charts/palette.ts'
import type { ChartTheme } from '../../../../src/charts/theme.ts'
import { axisTicks, tickFormat, type Scale } from '../../../../src/charts/ticks.ts'
import { plainText, type Size } from './canvas.ts'

/** One of the small plots: a quantity of every walk against the step. */
export interface Plot {
  readonly title: string
  readonly lines: readonly { readonly style: SeriesStyle; readonly values: Float64Array }[]
}

/** Below this a log axis shows only rounding. */
const leastOnLog = 1e-16
/** What flies away must not press the rest flat: the axis ends this many times above the highest start. */
const mostAboveStart = 1e3
const gap = 26

/** What a plot's axes show; two that are equal look alike. */
interface Axes {
  readonly title: string
  readonly steps: number
  readonly low: number
  readonly high: number
  readonly scale: Scale
}
interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const boxesOf = ({ width, height }: Size, count: number): Box[] => {
  const each = (width - 24 - gap * (count - 1)) / count
  return Array.from({ length: count }, (_, i) => ({
    left: 50 + i * (each + gap),
    top: 26,
    width: each - 46,
    height: height - 26 - 34,
  }))
}

export const axesOf = (plots: readonly Plot[], steps: number): Axes[] =>
  plots.map(({ title, lines }) => ({ title, steps, ...rangeOf(lines.map(({ values }) => values)) }))

/** Grid, ticks and titles: on a canvas of their own, because they seldom change while something is dragged. */
export function paintAxes(
  context: CanvasRenderingContext2D,
  size: Size,
  axes: readonly Axes[],
  { theme, name }: { theme: ChartTheme; name: string },
): void {
  boxesOf(size, axes.length).forEach((box, i) => {
    const { title, steps, low, high, scale } = axes[i] as Axes
    const { yOf } = measure(box, axes[i] as Axes)
    const look = { color: theme.quiet }
    const yTicks = axisTicks(low, high, scale, Math.max(2, Math.round(box.height / 34)))
    const formatY = tickFormat(yTicks)
    context.lineWidth = 1
    context.strokeStyle = theme.grid
    context.beginPath()
    for (const tick of yTicks) {
      const y = Math.round(yOf(tick)) + 0.5
      context.moveTo(box.left, y)
      context.lineTo(box.left + box.width, y)
    }
    context.stroke()
    for (const tick of yTicks)
      plainText(context, formatY(tick), [box.left - 5, yOf(tick)], { ...look, align: 'right' })
    const xTicks = axisTicks(0, steps, 'linear', Math.max(2, Math.round(box.width / 70))).filter(
      Number.isInteger,
    )
    const formatX = tickFormat(xTicks)
    const bottom = box.top + box.height
    for (const tick of xTicks)
      plainText(context, formatX(tick), [box.left + (tick * box.width) / steps, bottom + 10], look)
    plainText(context, name, [box.left + box.width / 2, bottom + 25], look)
    plainText(context, title, [box.left - 40, 12], { color: theme.text, align: 'left' })
  })
}

function measure(box: Box, { low, high, scale }: Axes): { yOf: (value: number) => number } {
  const isLog = scale === 'log'
  const from = isLog ? Math.log10(low) : low
  const unit = box.height / ((isLog ? Math.log10(high) : high) - from)
  const bottom = box.top + box.height
  return {
    yOf: (value) => {
      const share = isLog ? Math.log10(Math.max(value, leastOnLog / 10)) : value
      return Math.max(-farthest, Math.min(farthest, bottom - (share - from) * unit))
    },
  }
}

/** The lines up to the last step, and where they are at the cursor. */
export function paintCurves(
  context: CanvasRenderingContext2D,
  size: Size,
  plots: readonly Plot[],
  axes: readonly Axes[],
  { cursor, theme }: { cursor: number; theme: ChartTheme },
): void {
  boxesOf(size, plots.length).forEach((box, i) => {
    const { lines } = plots[i] as Plot
    const { steps } = axes[i] as Axes
    const { yOf } = measure(box, axes[i] as Axes)
    const perStep = box.width / Math.max(1, steps)
    context.save()
    context.beginPath()
    context.rect(box.left - 1, box.top - 1, box.width + 4, box.height + 4)
    context.clip()
    context.lineWidth = 1.5
    context.lineJoin = 'bevel'
    for (const { style, values } of lines) {
      context.strokeStyle = theme.hues[style.hue]
      context.setLineDash(style.dash as number[])
      const bucket = Math.max(1, Math.floor((pixelsABucket * steps) / box.width))
      trace(context, values, bucket, box.left, perStep, yOf)
    }
    context.setLineDash([])
    context.strokeStyle = theme.axis
    context.lineWidth = 1
    const x = Math.round(box.left + cursor * perStep) + 0.5
    context.beginPath()
    context.moveTo(x, box.top)
    context.lineTo(x, box.top + box.height)
    context.stroke()
    for (const { style, values } of lines) {
      const at = Math.min(cursor, values.length - 1)
      const value = values[at] ?? NaN
      if (!Number.isFinite(value)) continue
      context.fillStyle = theme.hues[style.hue]
      context.beginPath()
      context.arc(box.left + at * perStep, yOf(value), 3, 0, 2 * Math.PI)
      context.fill()
    }
    context.restore()
  })
}

/** Of many values within a pixel or two the lowest and the highest say all that can be seen. */
const pixelsABucket = 1.5
/** On a stretch that is level to less than a pixel, a point every few pixels draws the same line. */
const levelPixels = 0.7
const longestLevel = 8
/** A canvas draws no sensible line to a point far outside. */
const farthest = 1e5

function trace(
  context: CanvasRenderingContext2D,
  values: Float64Array,
  bucket: number,
  left: number,
  perStep: number,
  yOf: (value: number) => number,
): void {
  context.beginPath()
  const last = values.length - 1
  let drawing = false
  let [lastX, lastY] = [0, 0]
  const to = (k: number): void => {
    const value = values[k] as number
    if (!Number.isFinite(value)) {
      drawing = false
      return
    }
    const [x, y] = [left + k * perStep, yOf(value)]
    if (!drawing) context.moveTo(x, y)
    else if (k < last && Math.abs(y - lastY) < levelPixels && x - lastX < longestLevel) return
    else context.lineTo(x, y)
    drawing = true
    lastX = x
    lastY = y
  }
  for (let k = 0; k <= last; k += bucket) {
    let [lowest, highest] = [k, k]
    for (let j = k + 1; j < Math.min(values.length, k + bucket); j++) {
      if ((values[j] as number) < (values[lowest] as number)) lowest = j
      if ((values[j] as number) > (values[highest] as number)) highest = j
    }
    to(Math.min(lowest, highest))
    if (lowest !== highest) to(Math.max(lowest, highest))
  }
  to(last)
  context.stroke()
}

/**
 * What all lines span, in round numbers, so that axes stand still while something is dragged: by powers of ten where
 * values are positive and far apart.
 */
function rangeOf(lines: readonly Float64Array[]): Pick<Axes, 'low' | 'high' | 'scale'> {
  let [low, high, leastPositive, start] = [Infinity, -Infinity, Infinity, 0]
  for (const values of lines) {
    start = Math.max(start, Math.abs(values[0] ?? 0) || Math.abs(values[1] ?? 0))
    for (const value of values) {
      if (value < low) low = value
      if (value > high) high = value
      if (value > leastOnLog && value < leastPositive) leastPositive = value
    }
  }
  if (start > 0) high = Math.min(high, mostAboveStart * start)
  if (low >= -1e-9 * high && leastPositive < high / 20)
    return {
      low: 10 ** Math.floor(Math.log10(leastPositive)),
      high: roundUp(1.1 * high),
      scale: 'log',
    }
  if (!(high > low)) return { low: (low || 0) - 1, high: (low || 0) + 1, scale: 'linear' }
  const step = 10 ** Math.floor(Math.log10(high - low)) / 2
  return { low: step * Math.floor(low / step), high: step * Math.ceil(high / step), scale: 'linear' }
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5].find((factor) => factor * power >= value) ?? 10)
}
