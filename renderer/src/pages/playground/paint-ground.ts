import { contour, contourLevels, levelScale, sampleGrid, type Grid } from '../../../../src/charts/contours.ts'
import type { ChartTheme } from '../../../../src/charts/theme.ts'
import { linearTicks, tickFormat } from '../../../../src/charts/ticks.ts'
import { formatNumber } from '../../../../src/locales/format.ts'
import type { Objective } from '../../../../src/objectives/expression.ts'
import type { Interval } from '../../../../src/playground/view.ts'
import { channels, haloText } from './canvas.ts'
import type { Viewport } from './viewport.ts'

const levelCount = 15
/** Pixels of a cell of the grid that contours are followed on. */
const cell = 6

/** The levels that tell most about the part of the plane that is looked at, whatever lies around it. */
export function levelsOf(
  objective: Objective,
  [x1, x2]: readonly [Interval, Interval],
  spacing: 'auto' | 'linear' | 'log',
): { levels: number[]; spacing: 'linear' | 'log' } {
  const grid = sampleGrid((a, b) => objective.value([a, b]), x1, x2, 81, 61)
  const chosen = spacing === 'auto' ? levelScale(grid) : spacing
  return { levels: contourLevels(grid, levelCount, chosen === 'log'), spacing: chosen }
}

export interface Ground {
  readonly objective: Objective
  readonly theme: ChartTheme
  readonly levels: readonly number[]
  readonly minima: readonly (readonly number[])[]
  /** Pixels that ticks and labels keep off at the right. */
  readonly covered: number
}

/** The plane: shaded by height, contour lines with their values, minima, axes. */
export function paintPlane(context: CanvasRenderingContext2D, port: Viewport, ground: Ground): void {
  const { objective, theme, levels } = ground
  const columns = Math.ceil(port.width / cell) + 1
  const rows = Math.ceil(port.height / cell) + 1
  const point = [0, 0]
  const grid = sampleGrid(
    (a, b) => {
      point[0] = a
      point[1] = b
      return objective.value(point)
    },
    port.x,
    port.y,
    columns,
    rows,
  )
  shade(context, port, grid, ground)
  context.lineWidth = 1
  context.strokeStyle = theme.contour
  const labels: { text: string; at: readonly [number, number] }[] = []
  levels.forEach((level, k) => {
    const { lines } = contour(grid, level)
    context.globalAlpha = 0.9 - (0.55 * k) / Math.max(1, levels.length - 1)
    context.beginPath()
    for (const line of lines)
      line.forEach(([a, b], i) => {
        if (i === 0) context.moveTo(port.toX(a), port.toY(b))
        else context.lineTo(port.toX(a), port.toY(b))
      })
    context.stroke()
    if (k % 3 === 1) {
      const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), lines[0] ?? [])
      const free = longest
        .map(([a, b]): readonly [number, number] => [port.toX(a), port.toY(b)])
        .filter(([a, b]) => isFree(port, ground, [a, b], labels))
      const at = free[Math.floor(free.length * 0.37)]
      if (at && longest.length > 20) labels.push({ text: formatNumber(level, 2), at })
    }
  })
  context.globalAlpha = 1
  for (const { text, at } of labels)
    haloText(context, text, at, { color: theme.quiet, halo: theme.background, size: 10 })
  paintMinima(context, port, ground)
  paintAxes(context, port, ground, ['x₁', 'x₂'])
}

function isFree(
  port: Viewport,
  { covered }: Ground,
  [x, y]: readonly [number, number],
  labels: readonly { at: readonly [number, number] }[],
): boolean {
  return (
    x > 70 &&
    y > 24 &&
    x < port.width - covered - 30 &&
    y < port.height - 44 &&
    labels.every(({ at }) => Math.hypot(at[0] - x, at[1] - y) > 70)
  )
}

/** Lower is deeper in colour: a small picture, a pixel a cell of the grid, drawn large and smooth. */
function shade(
  context: CanvasRenderingContext2D,
  port: Viewport,
  grid: Grid,
  { theme, levels }: Ground,
): void {
  const columns = grid.x.length
  const rows = grid.y.length
  const small = document.createElement('canvas')
  small.width = columns
  small.height = rows
  const pen = small.getContext('2d')
  if (!pen || levels.length === 0) return
  const image = pen.createImageData(columns, rows)
  const [r, g, b] = channels(theme.contour)
  const deepest = theme.name === 'dark' ? 110 : 95
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const at = 4 * ((rows - 1 - j) * columns + i)
      const share = 1 - rank(grid.values[j * columns + i] as number, levels)
      image.data[at] = r
      image.data[at + 1] = g
      image.data[at + 2] = b
      image.data[at + 3] = deepest * share ** 1.5
    }
  pen.putImageData(image, 0, 0)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  // A cell's value stands in its pixel's middle.
  const [w, h] = [port.width / (columns - 1), port.height / (rows - 1)]
  context.drawImage(small, -w / 2, -h / 2, w * columns, h * rows)
}

/** Between which levels a value lies: 0 below all, 1 above all. */
function rank(value: number, levels: readonly number[]): number {
  if (!(value <= (levels.at(-1) as number))) return 1
  let k = 0
  while (k < levels.length && value > (levels[k] as number)) k++
  const low = levels[k - 1]
  const within = low === undefined ? 0.5 : (value - low) / ((levels[k] as number) - low)
  return (k + within - 0.5) / levels.length
}

function paintMinima(context: CanvasRenderingContext2D, port: Viewport, { minima, theme }: Ground): void {
  for (const [a = 0, b = 0] of minima) {
    const [x, y] = [port.toX(a), port.toY(b)]
    for (const [color, width] of [
      [theme.background, 4.5],
      [theme.text, 1.75],
    ] as const) {
      context.strokeStyle = color
      context.lineWidth = width
      context.beginPath()
      context.moveTo(x - 5, y)
      context.lineTo(x + 5, y)
      context.moveTo(x, y - 5)
      context.lineTo(x, y + 5)
      context.stroke()
    }
  }
}

/** Ticks along the left and the lower edge, inside the picture, which fills its canvas. */
function paintAxes(
  context: CanvasRenderingContext2D,
  port: Viewport,
  { theme, covered }: Pick<Ground, 'theme' | 'covered'>,
  [xName, yName]: readonly [string, string],
): void {
  const look = { color: theme.text, halo: theme.background }
  const right = port.width - covered
  const xTicks = linearTicks(...port.x, Math.max(3, Math.round(port.width / 110)))
  const yTicks = linearTicks(...port.y, Math.max(3, Math.round(port.height / 70)))
  const [formatX, formatY] = [tickFormat(xTicks), tickFormat(yTicks)]
  context.strokeStyle = theme.axis
  context.lineWidth = 1
  context.beginPath()
  for (const tick of xTicks) {
    const x = Math.round(port.toX(tick)) + 0.5
    context.moveTo(x, port.height)
    context.lineTo(x, port.height - 5)
  }
  for (const tick of yTicks) {
    const y = Math.round(port.toY(tick)) + 0.5
    context.moveTo(0, y)
    context.lineTo(5, y)
  }
  context.stroke()
  for (const tick of xTicks) {
    const x = port.toX(tick)
    if (x > 44 && x < right - 34) haloText(context, formatX(tick), [x, port.height - 13], look)
  }
  for (const tick of yTicks) {
    const y = port.toY(tick)
    if (y > 30 && y < port.height - 26) haloText(context, formatY(tick), [9, y], { ...look, align: 'left' })
  }
  haloText(context, xName, [right - 16, port.height - 14], { ...look, size: 13 })
  haloText(context, yName, [10, 14], { ...look, align: 'left', size: 13 })
}

/** The curve of a function of one variable. */
export function paintCurve(
  context: CanvasRenderingContext2D,
  port: Viewport,
  ground: Omit<Ground, 'levels'>,
): void {
  const { objective, theme, minima } = ground
  const zero = port.toY(0)
  context.strokeStyle = theme.grid
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(0, zero)
  context.lineTo(port.width, zero)
  context.stroke()
  context.strokeStyle = theme.contour
  context.lineWidth = 2
  context.beginPath()
  let drawing = false
  for (let pixel = 0; pixel <= port.width; pixel += 0.5) {
    const y = port.toY(objective.value([port.fromX(pixel)]))
    const seen = Number.isFinite(y) && Math.abs(y) < 20 * port.height
    if (seen && drawing) context.lineTo(pixel, y)
    else if (seen) context.moveTo(pixel, y)
    drawing = seen
  }
  context.stroke()
  paintMinima(context, port, {
    ...ground,
    levels: [],
    minima: minima.map(([x = 0]) => [x, objective.value([x])]),
  })
  paintAxes(context, port, ground, ['x', 'f(x)'])
}
