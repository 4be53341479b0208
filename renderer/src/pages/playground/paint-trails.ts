import type { SeriesStyle } from '../../../../src/charts/palette.ts'
import type { ChartTheme } from '../../../../src/charts/theme.ts'
import { markerPath } from '../../lib/marker.ts'

/** A walk as pixels. */
export interface Trail {
  readonly style: SeriesStyle
  /** x and y of every point in turn, the start first; NaN where there is none. */
  readonly pixels: Float64Array
  /** It diverged: its end is crossed out once the cursor is there. */
  readonly diverged: boolean
}

const markers = new Map<string, Path2D>()
function markerOf(style: SeriesStyle): Path2D {
  let path = markers.get(style.marker)
  if (!path) markers.set(style.marker, (path = new Path2D(markerPath(style.marker))))
  return path
}

/** Steps up to which every point has a marker of its own. */
const fewSteps = 60
/** A canvas draws no sensible line to a point far outside. */
const farthest = 1e5

/** Trails up to a step, what is still to come faintly; heads on top of all. */
export function paintTrails(
  context: CanvasRenderingContext2D,
  trails: readonly Trail[],
  cursor: number,
  theme: ChartTheme,
): void {
  context.lineJoin = 'round'
  for (const { style, pixels } of trails) {
    const count = pixels.length / 2
    const at = Math.min(cursor, count - 1)
    context.strokeStyle = theme.hues[style.hue]
    context.lineWidth = 2
    context.setLineDash([])
    if (at < count - 1) {
      context.globalAlpha = 0.22
      line(context, pixels, at, count - 1)
      context.globalAlpha = 1
    }
    context.setLineDash(style.dash as number[])
    line(context, pixels, 0, at)
  }
  context.setLineDash([])
  for (const { style, pixels, diverged } of trails) {
    const last = pixels.length / 2 - 1
    const at = Math.min(cursor, last)
    if (last <= fewSteps) for (let k = 1; k < at; k++) mark(context, style, pixels, k, 0.62, theme)
    mark(context, style, pixels, at, 1.15, theme)
    if (diverged && cursor > last) cross(context, pixels, last, theme)
  }
}

function line(context: CanvasRenderingContext2D, pixels: Float64Array, from: number, to: number): void {
  context.beginPath()
  let [x, y] = [NaN, NaN]
  for (let k = from; k <= to; k++) {
    const nextX = Math.min(farthest, Math.max(-farthest, pixels[2 * k] as number))
    const nextY = Math.min(farthest, Math.max(-farthest, pixels[2 * k + 1] as number))
    // What moves by less than a pixel is not seen under a line two pixels wide; a walk that has arrived costs nothing.
    if (k < to && Math.abs(nextX - x) < 1 && Math.abs(nextY - y) < 1) continue
    if (k === from) context.moveTo(nextX, nextY)
    else context.lineTo(nextX, nextY)
    x = nextX
    y = nextY
  }
  context.stroke()
}

function mark(
  context: CanvasRenderingContext2D,
  style: SeriesStyle,
  pixels: Float64Array,
  k: number,
  scale: number,
  theme: ChartTheme,
): void {
  const [x, y] = [pixels[2 * k] as number, pixels[2 * k + 1] as number]
  if (!(Math.abs(x) < farthest && Math.abs(y) < farthest)) return
  context.save()
  context.translate(x - 5 * scale, y - 5 * scale)
  context.scale(scale, scale)
  context.fillStyle = theme.hues[style.hue]
  context.strokeStyle = theme.background
  context.lineWidth = 2
  context.stroke(markerOf(style))
  context.fill(markerOf(style))
  context.restore()
}

function cross(context: CanvasRenderingContext2D, pixels: Float64Array, k: number, theme: ChartTheme): void {
  const [x, y] = [pixels[2 * k] as number, pixels[2 * k + 1] as number]
  context.strokeStyle = theme.bad
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(x - 6, y - 6)
  context.lineTo(x + 6, y + 6)
  context.moveTo(x + 6, y - 6)
  context.lineTo(x - 6, y + 6)
  context.stroke()
}

/** An arrow from where a rule's parameters are to where its gradient was taken. */
export function paintLookAhead(
  context: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
  style: SeriesStyle,
  theme: ChartTheme,
): void {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  context.fillStyle = theme.background
  context.strokeStyle = theme.hues[style.hue]
  context.lineWidth = 1.75
  context.setLineDash([3, 3])
  context.beginPath()
  context.moveTo(...from)
  context.lineTo(...to)
  context.stroke()
  context.setLineDash([])
  context.beginPath()
  context.arc(from[0], from[1], 5, 0, 2 * Math.PI)
  context.fill()
  context.stroke()
  if (length < 12) return
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
  const tip = [to[0] - 7 * ux, to[1] - 7 * uy] as const
  context.fillStyle = theme.hues[style.hue]
  context.beginPath()
  context.moveTo(...tip)
  context.lineTo(tip[0] - 8 * ux + 4 * uy, tip[1] - 8 * uy - 4 * ux)
  context.lineTo(tip[0] - 8 * ux - 4 * uy, tip[1] - 8 * uy + 4 * ux)
  context.closePath()
  context.fill()
}
