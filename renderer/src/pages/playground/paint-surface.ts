import type { ChartTheme } from '../../../../src/charts/theme.ts'
import { formatNumber } from '../../../../src/locales/format.ts'
import type { Projected, Surface } from '../../../../src/playground/surface.ts'
import type { Interval } from '../../../../src/playground/view.ts'
import { channels, haloText, type Size } from './canvas.ts'
import type { Insets } from './viewport.ts'

/** From the surface's own measure to pixels, in the middle of what is free. */
export function placing(size: Size, insets: Insets): (point: readonly number[]) => [number, number] {
  const width = size.width - insets.left - insets.right
  const height = size.height - insets.top - insets.bottom
  const scale = Math.min(width / 1.5, height / 1.22)
  return ([x = 0, y = 0]) => [insets.left + width / 2 + scale * x, insets.top + height / 2 + scale * y]
}

export function paintSurface(
  context: CanvasRenderingContext2D,
  surface: Surface,
  [x1, x2]: readonly [Interval, Interval],
  place: (point: readonly number[]) => [number, number],
  theme: ChartTheme,
): void {
  const [ground, tint] = [channels(theme.background), channels(theme.contour)]
  const dark = theme.name === 'dark'
  context.lineWidth = 1
  context.strokeStyle = theme.axis
  context.beginPath()
  surface.floor.forEach((corner, i) =>
    i === 0 ? context.moveTo(...place(corner)) : context.lineTo(...place(corner)),
  )
  context.closePath()
  context.stroke()
  surface.facets.forEach(({ corners, height, light }) => {
    // Deep is coloured, high is pale; the light is on top of both.
    const share = 0.12 + 0.88 * (1 - height)
    const shine = dark ? 0.5 + 0.7 * light : 0.74 + 0.3 * light
    const color = ground.map((channel, k) =>
      Math.round(
        Math.min(
          255,
          (dark ? channel + 26 : channel) * (1 - share) * shine + (tint[k] as number) * share * shine,
        ),
      ),
    )
    const fill = `rgb(${color.join()})`
    context.fillStyle = fill
    context.strokeStyle = fill
    context.beginPath()
    corners.forEach((corner, i) =>
      i === 0 ? context.moveTo(...place(corner)) : context.lineTo(...place(corner)),
    )
    context.closePath()
    context.fill()
    context.stroke()
  })
  paintEdges(context, surface, [x1, x2], place, theme)
}

/** The ends of both axes, at the two edges of the floor that are nearest. */
function paintEdges(
  context: CanvasRenderingContext2D,
  { floor }: Surface,
  [x1, x2]: readonly [Interval, Interval],
  place: (point: readonly number[]) => [number, number],
  theme: ChartTheme,
): void {
  const [a, b, c, d] = floor
  if (!a || !b || !c || !d) return
  const look = { color: theme.text, halo: theme.background }
  const centre = place([(a[0] + c[0]) / 2, (a[1] + c[1]) / 2])
  const nearer = <E extends readonly [Projected, Projected]>(one: E, other: E): E =>
    one[0][2] + one[1][2] < other[0][2] + other[1][2] ? one : other
  const edges = [
    { name: 'x₁', ends: x1, corners: nearer([a, b], [d, c]) },
    { name: 'x₂', ends: x2, corners: nearer([a, d], [b, c]) },
  ]
  for (const { name, ends, corners } of edges) {
    const [from, to] = [place(corners[0]), place(corners[1])]
    const at = (share: number): [number, number] => {
      const [x, y] = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
      const length = Math.hypot(x - centre[0], y - centre[1]) || 1
      return [x + (18 * (x - centre[0])) / length, y + (14 * (y - centre[1])) / length]
    }
    // Not at the corners, where both axes end.
    haloText(context, formatNumber(ends[0], 3), at(0.06), look)
    haloText(context, formatNumber(ends[1], 3), at(0.94), look)
    haloText(context, name, at(0.5), { ...look, size: 13 })
  }
}
