import type { XAxis } from '../../../../src/charts/average.ts'
import { divergedMarker, type SeriesStyle } from '../../../../src/charts/palette.ts'
import { isPerEpoch, type Quantity, type QuantityColumns } from '../../../../src/charts/quantity.ts'
import { ellipsis, fontStack, themes, type ChartTheme, type ThemeName } from '../../../../src/charts/theme.ts'
import { thinLine } from '../../../../src/charts/thin.ts'
import { axisTicks, tickFormat, type Scale } from '../../../../src/charts/ticks.ts'
import { formatExact } from '../../../../src/locales/format.ts'
import type { Break } from './breaks.ts'
import { GrowingLine } from './growing-line.ts'
import { roundUp } from './growing-range.ts'
import { reveal, type Cutoff, type Revealed } from './replay.ts'
import { countUpTo, nearestTo, project, type Projection, type Range } from './scale.ts'
import { VerticalAxis, type Side, type VerticalScale } from './vertical-axis.ts'

/** A quantity of a run as it is drawn; its values are asked for whenever something is drawn. */
export interface PlotLine {
  /** Unique in the picture. */
  readonly id: string
  readonly runId: string
  readonly quantity: Quantity
  readonly side: Side
  readonly label: string
  readonly style: SeriesStyle
  /** Place of its series among those drawn. */
  readonly series: number
  /** It carries its series' markers. */
  readonly marked: boolean
  readonly visible: boolean
  readonly diverged: boolean
  /** It may still grow. */
  readonly growing: boolean
  readonly totalSteps: number
  readonly epochs: number
  readonly batch: number
}

export interface Scene {
  readonly width: number
  readonly height: number
  /** Device pixels a pixel. */
  readonly density: number
  readonly theme: ThemeName
  readonly x: XAxis
  readonly xScale: Scale
  readonly left: VerticalScale
  /** For the lines that are read at the right; null where there are none. */
  readonly right: VerticalScale | null
  /** In [0, 1). */
  readonly smoothing: number
  /** `y` is of the left axis; the right one follows. */
  readonly zoom: { readonly x: Range | null; readonly y: Range | null }
  readonly lines: readonly PlotLine[]
  readonly replay: Cutoff | null
  /** Runs that stand out. */
  readonly isolated: ReadonlySet<string>
  /** On the horizontal axis. */
  readonly cursor: { readonly x: number; readonly y: number | null } | null
  /** A rectangle that is being drawn, in pixels. */
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number] | null
  readonly valuesOf: (line: PlotLine) => QuantityColumns | undefined
  readonly breaksOf: (runId: string) => readonly Break[]
}

/** The value of a run at the cursor. */
export interface Reading {
  /** On the horizontal axis. */
  readonly x: number
  readonly step: number
  readonly value: number
}

interface State {
  readonly line: GrowingLine
  /** Points drawn so far. */
  drawn: number
  revealed: Revealed
  raw: Pen
  smooth: Pen
}

/** Where a stroke goes on: its last place, how long it is for the dashes, and the marker passed last. */
interface Pen {
  x: number
  y: number
  length: number
  slot: number
}

const newPen = (): Pen => ({ x: Number.NaN, y: Number.NaN, length: 0, slot: Number.NEGATIVE_INFINITY })

interface Area {
  left: number
  top: number
  width: number
  height: number
}

const fontSize = 12
/** Markers on a line. */
const markersShown = 7
/** Values measured once an epoch are each marked up to so many. */
const dottedValues = 40
/** Beyond this many, markers and labels tell nothing apart. */
const markedLines = 24
/** New points lie above older ones of other curves; now and then all are drawn anew in their order. */
const tidyMs = 4000
/** While curves only grow, their heads are moved this often. */
const overMs = 100
/** Fewer than six series are named at their ends. */
const labelledSeries = 5
const noRange: Range = [0, 1]

/**
 * The picture of growing curves, on three layers: axes; curves, onto which new points are only added; and what moves
 * (heads, cursor, labels). Everything is drawn anew only when the axes, the size or the choice of lines change, so a
 * frame costs what arrived in it.
 */
export class Plot {
  readonly #axes: CanvasRenderingContext2D
  readonly #curves: CanvasRenderingContext2D
  readonly #over: CanvasRenderingContext2D
  readonly #states = new Map<string, State>()
  readonly #markers = new Map<string, Path2D>()
  #frame = ''
  #structure = ''
  #xRange: Range = noRange
  #dataX: Range = noRange
  readonly #y: Readonly<Record<Side, VerticalAxis>> = { left: new VerticalAxis(), right: new VerticalAxis() }
  #area: Area = { left: 40, top: 8, width: 100, height: 100 }
  #px: Projection = project(noRange, 'linear', 0, 1)
  #scene: Scene | undefined
  #tidiedAt = 0
  #untidy = false
  #overAt = 0
  #overShown: readonly unknown[] = []
  readonly #marks: { x: number; y: number; symbol: string; color: string; size: number }[] = []

  constructor(
    layers: readonly [axes: HTMLCanvasElement, curves: HTMLCanvasElement, over: HTMLCanvasElement],
  ) {
    const [axes, curves, over] = layers.map((canvas) => canvas.getContext('2d'))
    if (!axes || !curves || !over) throw new Error('This browser has no canvas to draw on.')
    this.#axes = axes
    this.#curves = curves
    this.#over = over
  }

  /** The rectangle inside the axes, in pixels. */
  get area(): Readonly<Area> {
    return this.#area
  }
  get xRange(): Range {
    return this.#xRange
  }
  /** Of the left axis. */
  get yRange(): Range {
    return this.#y.left.range
  }
  /** What the horizontal axis shows when nothing is zoomed. */
  get wholeX(): Range {
    return this.#dataX
  }
  get projections(): { x: Projection; y: Projection } {
    return { x: this.#px, y: this.#y.left.projection }
  }

  draw(scene: Scene): void {
    this.#scene = scene
    if (scene.width < 40 || scene.height < 40) return
    let fresh = this.#follow(scene)
    fresh = this.#arrange(scene) || fresh
    const now = performance.now()
    if (fresh || (this.#untidy && now - this.#tidiedAt > tidyMs)) {
      this.#drawAll(scene)
      this.#tidiedAt = now
      this.#untidy = false
    } else this.#extend(scene)
    // Heads that moved a little can wait; what a person does cannot.
    const over = [scene.cursor, scene.isolated, scene.box, scene.replay, scene.lines] as const
    if (!fresh && now - this.#overAt < overMs && over.every((part, i) => part === this.#overShown[i])) return
    this.#overShown = over
    this.#overAt = now
    this.#drawOver(scene)
  }

  /** The point of a run nearest to a place on the horizontal axis; null before its first and behind its last one. */
  read(runId: string, quantity: Quantity, x: number): Reading | null {
    const scene = this.#scene
    const line = scene?.lines.find((one) => one.runId === runId && one.quantity === quantity)
    return scene && line ? this.#read(scene, line, x) : null
  }

  #read(scene: Scene, line: PlotLine, x: number): Reading | null {
    const points = scene.valuesOf(line)
    if (!points) return null
    const { count } = reveal(points, scene.replay)
    const factor = factorOf(line, scene.x)
    const column = points[columnOf(scene.x)]
    const index = nearestTo(column, x / factor, count)
    if (index < 0) return null
    // Beside the ends of a curve there is nothing to read, but for the width of a hand.
    const slack = 6
    const [first, last] = [(column[0] as number) * factor, (column[count - 1] as number) * factor]
    const at = this.#px.toPixel(x)
    if (at < this.#px.toPixel(first) - slack || at > this.#px.toPixel(last) + slack) return null
    return {
      x: (column[index] as number) * factor,
      step: points.step[index] as number,
      value: points.value[index] as number,
    }
  }

  // ————— what there is —————

  /** Takes up new points. @returns whether a curve is no longer the one that was drawn */
  #follow(scene: Scene): boolean {
    let fresh = false
    for (const line of scene.lines) {
      const points = scene.valuesOf(line)
      let state = this.#states.get(line.id)
      if (!state) {
        state = {
          line: new GrowingLine(),
          drawn: 0,
          revealed: { count: 0, share: 0 },
          raw: newPen(),
          smooth: newPen(),
        }
        this.#states.set(line.id, state)
        fresh = true
      }
      if (!points) {
        if (state.drawn > 0) fresh = true
        state.revealed = { count: 0, share: 0 }
        continue
      }
      if (!state.line.update(points, scene.smoothing)) fresh = true
      state.revealed = reveal(points, scene.replay)
      // What is measured once an epoch is not on its way before.
      if (isPerEpoch(line.quantity)) state.revealed = { ...state.revealed, share: 0 }
      if (state.revealed.count < state.drawn) fresh = true
    }
    if (this.#states.size > scene.lines.length) {
      const there = new Set(scene.lines.map(({ id }) => id))
      for (const id of this.#states.keys()) if (!there.has(id)) this.#states.delete(id)
    }
    const structure = scene.lines
      .map(({ id, visible, style }) => (visible ? `${id}${style.hue}${style.dash.join('.')}` : ''))
      .join('|')
    if (structure !== this.#structure) fresh = true
    this.#structure = structure
    return fresh
  }

  /** Decides the axes. @returns whether they are others than before */
  #arrange(scene: Scene): boolean {
    const { width, height, density, theme, x, xScale, zoom } = scene
    this.#dataX = this.#wholeX(scene)
    this.#xRange = zoom.x && !(xScale === 'log' && zoom.x[0] <= 0) ? zoom.x : this.#dataX
    const { left, right } = this.#y
    this.#arrangeY(scene, 'left', scene.left)
    if (zoom.y) left.zoom(zoom.y)
    if (scene.right) {
      this.#arrangeY(scene, 'right', scene.right)
      if (zoom.y) right.zoomLike(left)
    }
    const frame = JSON.stringify([
      width, height, density, theme, x, xScale, this.#xRange, left.scale, left.range, scene.right && right.range,
      scene.smoothing > 0, this.#labelled(scene),
    ]) // prettier-ignore
    if (frame === this.#frame) return false
    this.#frame = frame
    for (const context of [this.#axes, this.#curves, this.#over]) {
      const { canvas } = context
      const size = [Math.round(width * density), Math.round(height * density)] as const
      if (canvas.width !== size[0]) canvas.width = size[0]
      if (canvas.height !== size[1]) canvas.height = size[1]
      context.setTransform(density, 0, 0, density, 0, 0)
    }
    this.#drawAxes(scene)
    return true
  }

  #wholeX(scene: Scene): Range {
    let low = Infinity
    let high = 0
    let grows = false
    for (const line of scene.lines) {
      if (!line.visible) continue
      const points = scene.valuesOf(line)
      const factor = factorOf(line, scene.x)
      const column = points?.[columnOf(scene.x)]
      const last = (column?.at(-1) ?? 0) * factor
      grows ||= line.growing
      if (scene.x === 'seconds' || !line.growing) high = Math.max(high, last)
      else if (scene.x === 'examples')
        high = Math.max(high, last, line.totalSteps * (examplesAStep(points) ?? line.batch))
      else high = Math.max(high, line.totalSteps * factor)
      const first = column ? firstPositive(column) : undefined
      if (first !== undefined) low = Math.min(low, first * factor)
    }
    if (scene.x === 'seconds' && grows) {
      // Nobody knows how long it will take: the axis grows in steps.
      const before = this.#dataX[1]
      high = high > 0 ? (before >= high && before < high * 2.2 ? before : roundUp(high * 1.15)) : 1
    }
    if (!(high > 0)) high = 1
    if (scene.xScale === 'linear') return [0, high]
    if (!(low < high)) return [high / 10, high]
    return [low * 0.97, high * 1.03]
  }

  #arrangeY(scene: Scene, side: Side, to: VerticalScale): void {
    const { x, xScale, zoom, replay } = scene
    let low = Infinity
    let high = -Infinity
    const shown = scene.lines.filter(
      (line) => line.visible && line.side === side && (scene.valuesOf(line)?.step.length ?? 0) > 0,
    )
    // A diverged run decides the range only where there is nothing else.
    const steady = shown.filter(({ diverged }) => !diverged)
    for (const line of steady.length > 0 ? steady : shown) {
      const state = this.#states.get(line.id) as State
      if (!zoom.x && xScale === 'linear') {
        low = Math.min(low, to.scale === 'log' ? state.line.lowPositive : state.line.low)
        high = Math.max(high, state.line.high)
        continue
      }
      const points = scene.valuesOf(line) as QuantityColumns
      const [from, end] = indexRange(points[columnOf(x)], this.#xRange, factorOf(line, x))
      for (let i = from; i < end; i++) {
        const value = points.value[i] as number
        if (!Number.isFinite(value) || (to.scale === 'log' && !(value > 0))) continue
        if (value < low) low = value
        if (value > high) high = value
      }
    }
    const settled = replay !== null || zoom.x !== null || !shown.some(({ growing }) => growing)
    const key = `${to.scale}|${zoom.x ? zoom.x.join() : ''}|${x}|${this.#structure}`
    this.#y[side].arrange(key, to, low, high, settled)
  }

  // ————— axes —————

  #drawAxes(scene: Scene): void {
    const { width, height, xScale } = scene
    const theme = themes[scene.theme]
    const c = this.#axes
    c.clearRect(0, 0, width, height)
    c.font = `${fontSize}px ${fontStack}`
    const tickCount = Math.max(3, Math.min(9, Math.floor(height / 55)))
    const ticksOf = (axis: VerticalAxis) => {
      const ticks = axisTicks(...axis.range, axis.scale, tickCount)
      const format = tickFormat(ticks)
      const room = Math.ceil(Math.max(24, ...ticks.map((tick) => c.measureText(format(tick)).width))) + 18
      return { axis, ticks, format, room }
    }
    const atLeft = ticksOf(this.#y.left)
    const atRight = scene.right && ticksOf(this.#y.right)
    const left = atLeft.room
    const right = atRight
      ? atRight.room
      : this.#labelled(scene)
        ? Math.min(190, this.#labelRoom(scene)) + 14
        : 18
    this.#area = {
      left,
      top: 8,
      width: Math.max(20, width - left - right),
      height: Math.max(20, height - 8 - 24),
    }
    const { top, width: w, height: h } = this.#area
    this.#px = project(this.#xRange, xScale, left, left + w)
    this.#y.left.lay(top + h, top)
    this.#y.right.lay(top + h, top)
    const xTicks = axisTicks(...this.#xRange, xScale, Math.max(2, Math.min(10, Math.floor(w / 85))))
    const xFormat = tickFormat(xTicks)
    const crisp = (value: number): number => Math.round(value) + 0.5
    c.lineWidth = 1
    c.strokeStyle = theme.grid
    c.beginPath()
    const heights = ({ axis, ticks }: ReturnType<typeof ticksOf>) =>
      ticks.map((tick) => crisp(axis.projection.toPixel(tick)))
    for (const y of heights(atLeft)) segment(c, left, y, left + w, y)
    for (const tick of xTicks)
      segment(c, crisp(this.#px.toPixel(tick)), top, crisp(this.#px.toPixel(tick)), top + h)
    c.stroke()
    c.strokeStyle = theme.axis
    c.beginPath()
    segment(c, left + 0.5, top, left + 0.5, top + h)
    segment(c, left, top + h + 0.5, left + w, top + h + 0.5)
    for (const y of heights(atLeft)) segment(c, left - 4, y, left, y)
    if (atRight) {
      segment(c, left + w + 0.5, top, left + w + 0.5, top + h)
      for (const y of heights(atRight)) segment(c, left + w, y, left + w + 4, y)
    }
    for (const tick of xTicks)
      segment(c, crisp(this.#px.toPixel(tick)), top + h, crisp(this.#px.toPixel(tick)), top + h + 4)
    c.stroke()
    c.fillStyle = theme.quiet
    c.textBaseline = 'middle'
    c.textAlign = 'right'
    for (const tick of atLeft.ticks)
      c.fillText(atLeft.format(tick), left - 8, atLeft.axis.projection.toPixel(tick))
    c.textAlign = 'left'
    for (const tick of atRight?.ticks ?? [])
      c.fillText(atRight?.format(tick) ?? '', left + w + 8, this.#y.right.projection.toPixel(tick))
    c.textBaseline = 'top'
    c.textAlign = 'center'
    for (const tick of xTicks) {
      const text = xFormat(tick)
      const half = c.measureText(text).width / 2
      c.fillText(text, Math.min(width - half - 2, this.#px.toPixel(tick)), top + h + 8)
    }
  }

  #labelled(scene: Scene): boolean {
    const series = new Set<string>()
    for (const { visible, label } of scene.lines) if (visible) series.add(label)
    return (
      scene.right === null &&
      scene.width >= 560 &&
      series.size > 0 &&
      series.size <= labelledSeries &&
      scene.lines.length <= markedLines
    )
  }

  #labelRoom(scene: Scene): number {
    this.#over.font = `${fontSize}px ${fontStack}`
    return Math.max(
      0,
      ...scene.lines.map(({ label, visible }) => (visible ? this.#over.measureText(label).width : 0)),
    )
  }

  // ————— curves —————

  #drawAll(scene: Scene): void {
    const c = this.#curves
    c.clearRect(0, 0, scene.width, scene.height)
    scene.lines.forEach((line) => {
      const state = this.#states.get(line.id)
      if (!state) return
      state.drawn = 0
      state.raw = newPen()
      state.smooth = newPen()
      const points = scene.valuesOf(line)
      if (!line.visible || !points) return
      this.#stroke(c, scene, line, state, points)
    })
    this.#drawMarks(c)
  }

  #extend(scene: Scene): void {
    scene.lines.forEach((line) => {
      const state = this.#states.get(line.id)
      if (!state || !line.visible || state.revealed.count <= state.drawn) return
      const points = scene.valuesOf(line)
      if (!points) return
      this.#stroke(this.#curves, scene, line, state, points)
      this.#untidy = true
    })
    this.#drawMarks(this.#curves)
  }

  /** Draws what is not drawn yet: thinned where it is all of it, point by point where it is a few more. */
  #stroke(
    c: CanvasRenderingContext2D,
    scene: Scene,
    line: PlotLine,
    state: State,
    points: QuantityColumns,
  ): void {
    const smoothed = state.line.smoothed
    const width = lineWidth(scene)
    c.save()
    this.#clip(c)
    if (scene.smoothing > 0) {
      this.#path(c, scene, line, state.raw, points, points.value, state, {
        width: 1,
        opacity: 0.32,
        marked: false,
      })
      this.#path(c, scene, line, state.smooth, points, smoothed, state, { width, opacity: 1, marked: true })
    } else
      this.#path(c, scene, line, state.raw, points, points.value, state, {
        width,
        opacity: 1,
        marked: true,
      })
    c.restore()
    state.drawn = state.revealed.count
  }

  #path(
    c: CanvasRenderingContext2D,
    scene: Scene,
    line: PlotLine,
    pen: Pen,
    points: QuantityColumns,
    values: Float64Array,
    { drawn, revealed }: State,
    look: { width: number; opacity: number; marked: boolean },
  ): void {
    const theme = themes[scene.theme]
    const color = theme.hues[line.style.hue]
    const factor = factorOf(line, scene.x)
    const column = points[columnOf(scene.x)]
    const { left, width } = this.#area
    const logX = scene.xScale === 'log'
    const axis = this.#y[line.side]
    const logY = axis.scale === 'log'
    let from = drawn
    let to = revealed.count
    let kept: number[] | null = null
    if (drawn === 0) {
      ;[from, to] = indexRange(column, this.#xRange, factor)
      to = Math.min(to, revealed.count)
      const part = { x: column.subarray(from, to), y: values.subarray(from, to) }
      kept = thinLine(part.x, part.y, {
        count: Math.max(20, Math.floor(width)),
        low: this.#xRange[0] / factor,
        high: this.#xRange[1] / factor,
        logarithmic: logX,
      })
    }
    const count = 1 + (scene.lines.at(-1)?.series ?? 0)
    const marked = look.marked && (line.marked || scene.lines.length <= markedLines) && count <= markedLines
    // Where a line through a few values says too little of where they are, each is marked; one value is no line at all.
    const dotted =
      look.marked &&
      isPerEpoch(line.quantity) &&
      revealed.count <= (scene.lines.length <= markedLines ? dottedValues : 1)
    const marks: [number, number][] = []
    c.lineWidth = look.width
    c.strokeStyle = color
    c.globalAlpha = look.opacity
    c.lineJoin = 'round'
    c.setLineDash([...line.style.dash])
    c.lineDashOffset = pen.length
    c.beginPath()
    let { x: lastX, y: lastY, length } = pen
    if (!Number.isNaN(lastX)) c.moveTo(lastX, lastY)
    const end = kept ? kept.length : to
    for (let k = kept ? 0 : from; k < end; k++) {
      const i = kept ? from + (kept[k] as number) : k
      const x = (column[i] as number) * factor
      const y = values[i] as number
      if (!Number.isFinite(y) || (logY && y <= 0) || (logX && x <= 0)) continue
      const px = this.#px.toPixel(x)
      const py = axis.pixelOf(y)
      if (Number.isNaN(lastX)) c.moveTo(px, py)
      else {
        c.lineTo(px, py)
        length += Math.hypot(px - lastX, py - lastY)
      }
      if (dotted) marks.push([px, py])
      else if (marked) {
        const slot = Math.floor(((px - left) / width) * markersShown - (line.series + 0.5) / count)
        if (pen.slot !== Number.NEGATIVE_INFINITY && slot > pen.slot && slot >= 0) marks.push([px, py])
        pen.slot = slot
      }
      lastX = px
      lastY = py
    }
    c.stroke()
    pen.x = lastX
    pen.y = lastY
    pen.length = length
    // Over all lines where all are drawn, so that none is buried.
    for (const [x, y] of marks)
      this.#marks.push({ x, y, symbol: line.style.marker, color, size: dotted ? 5 : 7 })
  }

  #drawMarks(c: CanvasRenderingContext2D): void {
    for (const { x, y, symbol, color, size } of this.#marks.splice(0)) {
      c.fillStyle = color
      this.#marker(c, symbol, x, y, size)
    }
  }

  #marker(c: CanvasRenderingContext2D, symbol: string, x: number, y: number, size: number): void {
    let shape = this.#markers.get(symbol)
    if (!shape)
      this.#markers.set(symbol, (shape = new Path2D(shapes[symbol] ?? symbol.replace('path://', ''))))
    c.save()
    c.translate(x - size / 2, y - size / 2)
    c.scale(size / 10, size / 10)
    c.fill(shape)
    c.restore()
  }

  #clip(c: CanvasRenderingContext2D, margin = 0): void {
    const { left, top, width, height } = this.#area
    c.beginPath()
    c.rect(left - margin, top - 2, width + 2 + 2 * margin, height + 3)
    c.clip()
  }

  // ————— what moves —————

  #drawOver(scene: Scene): void {
    const c = this.#over
    const theme = themes[scene.theme]
    c.clearRect(0, 0, scene.width, scene.height)
    c.font = `${fontSize}px ${fontStack}`
    const ends: { text: string; color: string; x: number; y: number }[] = []
    const labelled = this.#labelled(scene)
    c.save()
    this.#clip(c, 5)
    scene.lines.forEach((line) => {
      const state = this.#states.get(line.id)
      const points = scene.valuesOf(line)
      if (!line.visible || !state || !points || state.revealed.count === 0) return
      const isolated = scene.isolated.has(line.runId)
      if (scene.isolated.size > 0 && !isolated) return
      if (isolated) {
        const copy: State = { ...state, drawn: 0, raw: newPen(), smooth: newPen() }
        this.#stroke(c, scene, line, copy, points)
        this.#drawMarks(c)
      }
      const color = theme.hues[line.style.hue]
      this.#drawBreaks(c, scene, line, points, state, theme)
      const head = this.#head(scene, line, points, state)
      if (!head) return
      c.globalAlpha = 1
      c.setLineDash([])
      c.strokeStyle = color
      c.fillStyle = color
      if (!Number.isNaN(head.fromX) && state.revealed.share > 0) {
        c.lineWidth = lineWidth(scene)
        c.beginPath()
        segment(c, head.fromX, head.fromY, head.x, head.y)
        c.stroke()
      }
      const complete = state.revealed.count === points.step.length
      if (line.diverged && complete) {
        const y = Math.max(this.#area.top + 7, Math.min(this.#area.top + this.#area.height - 7, head.y))
        this.#marker(c, divergedMarker, head.x, y, 9)
      } else if (line.growing || !complete) {
        c.beginPath()
        c.arc(head.x, head.y, 3.2, 0, 2 * Math.PI)
        c.fill()
      }
      if (labelled) ends.push({ text: line.label, color, x: head.x, y: head.y })
    })
    c.restore()
    if (labelled) this.#drawLabels(c, ends, theme)
    if (scene.cursor) this.#drawCursor(c, scene, theme)
    if (scene.box) {
      const [x0, y0, x1, y1] = scene.box
      c.fillStyle = theme.quiet
      c.globalAlpha = 0.14
      c.fillRect(x0, y0, x1 - x0, y1 - y0)
      c.globalAlpha = 1
      c.strokeStyle = theme.quiet
      c.lineWidth = 1
      c.setLineDash([])
      c.strokeRect(x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0)
    }
  }

  /** Where a curve ends now: its last point, or between that and the next one. */
  #head(scene: Scene, line: PlotLine, points: QuantityColumns, state: State) {
    const values = scene.smoothing > 0 ? state.line.smoothed : points.value
    const { count, share } = state.revealed
    const factor = factorOf(line, scene.x)
    const column = points[columnOf(scene.x)]
    const axis = this.#y[line.side]
    const at = (i: number) => ({
      x: this.#px.toPixel((column[i] as number) * factor),
      y: axis.pixelOf(values[i] as number),
    })
    const from = at(count - 1)
    if (!Number.isFinite(from.y)) return null
    if (share <= 0) return Number.isFinite(from.x) ? { ...from, fromX: Number.NaN, fromY: Number.NaN } : null
    const to = at(count)
    if (!Number.isFinite(to.y) || !Number.isFinite(to.x) || !Number.isFinite(from.x)) return null
    return {
      x: from.x + (to.x - from.x) * share,
      y: from.y + (to.y - from.y) * share,
      fromX: from.x,
      fromY: from.y,
    }
  }

  /** A gap with its two edges where training stood still. */
  #drawBreaks(
    c: CanvasRenderingContext2D,
    scene: Scene,
    line: PlotLine,
    points: QuantityColumns,
    state: State,
    theme: ChartTheme,
  ): void {
    for (const { step, to } of scene.breaksOf(line.runId)) {
      const after = countUpTo(points.step, step, state.revealed.count)
      if (after === 0) continue
      const values = scene.smoothing > 0 ? state.line.smoothed : points.value
      const factor = factorOf(line, scene.x)
      const column = points[columnOf(scene.x)]
      const before = { x: (column[after - 1] as number) * factor, y: values[after - 1] as number }
      let x = this.#px.toPixel(before.x)
      const { projection } = this.#y[line.side]
      let y = projection.toPixel(before.y)
      if (after < state.revealed.count) {
        x = (x + this.#px.toPixel((column[after] as number) * factor)) / 2
        y = (y + projection.toPixel(values[after] as number)) / 2
      } else if (to !== null) continue
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue
      c.globalAlpha = 1
      c.fillStyle = theme.background
      if (after < state.revealed.count) c.fillRect(x - 3.5, y - 9, 7, 18)
      c.fillStyle = theme.text
      c.fillRect(x - 4.5, y - 8, 2, 16)
      c.fillRect(x + 2.5, y - 8, 2, 16)
    }
  }

  /** Beside the lines' heads, moved apart, one a series. */
  #drawLabels(
    c: CanvasRenderingContext2D,
    ends: readonly { text: string; color: string; x: number; y: number }[],
    theme: ChartTheme,
  ): void {
    const { top, height, left, width } = this.#area
    const series = new Map<string, { text: string; color: string; x: number; y: number; n: number }>()
    for (const end of ends) {
      const known = series.get(end.text)
      if (known) {
        known.y += end.y
        known.x = Math.max(known.x, end.x)
        known.n++
      } else series.set(end.text, { ...end, n: 1 })
    }
    const spacing = 15
    const ordered = [...series.values()]
      .map((end) => ({ ...end, y: end.y / end.n }))
      .sort((a, b) => a.y - b.y)
    const places = ordered.map(({ y }) => Math.max(top + 6, Math.min(top + height - 6, y)))
    for (let i = 1; i < places.length; i++)
      places[i] = Math.max(places[i] as number, (places[i - 1] as number) + spacing)
    for (let i = places.length - 1, limit = top + height - 6; i >= 0; i--, limit -= spacing)
      places[i] = Math.min(places[i] as number, limit)
    c.textAlign = 'left'
    c.textBaseline = 'middle'
    c.lineJoin = 'round'
    ordered.forEach(({ text, x, color }, i) => {
      const at = Math.min(x, left + width) + 9
      c.lineWidth = 4
      c.strokeStyle = theme.background
      const shown = ellipsis(text, 190)
      c.strokeText(shown, at, places[i] as number)
      c.fillStyle = color
      c.fillText(shown, at, places[i] as number)
    })
  }

  #drawCursor(c: CanvasRenderingContext2D, scene: Scene, theme: ChartTheme): void {
    const { left, top, width, height } = this.#area
    const { x, y } = scene.cursor as { x: number; y: number | null }
    const px = this.#px.toPixel(x)
    if (px < left - 1 || px > left + width + 1) return
    c.globalAlpha = 1
    c.setLineDash([])
    c.strokeStyle = theme.quiet
    c.lineWidth = 1
    c.beginPath()
    segment(c, Math.round(px) + 0.5, top, Math.round(px) + 0.5, top + height)
    c.stroke()
    let nearest: { line: PlotLine; reading: Reading; px: number; py: number } | undefined
    for (const one of scene.lines) {
      if (!one.visible || (scene.isolated.size > 0 && !scene.isolated.has(one.runId))) continue
      const axis = this.#y[one.side]
      const reading = this.#read(scene, one, x)
      if (!reading || (axis.scale === 'log' && !(reading.value > 0))) continue
      const at = this.#px.toPixel(reading.x)
      const py = axis.projection.toPixel(reading.value)
      if (!Number.isFinite(py) || py < top - 4 || py > top + height + 4) continue
      c.fillStyle = theme.hues[one.style.hue]
      c.beginPath()
      c.arc(at, py, scene.lines.length > 60 ? 1.5 : 3, 0, 2 * Math.PI)
      c.fill()
      if (y !== null && Math.abs(py - y) < 36 && (!nearest || Math.abs(py - y) < Math.abs(nearest.py - y)))
        nearest = { line: one, reading, px: at, py }
    }
    this.#drawTag(c, formatExact(roundTo(x, this.#xRange)), px, top + height + 4, theme)
    if (!nearest) return
    c.strokeStyle = theme.text
    c.lineWidth = 1.5
    c.beginPath()
    c.arc(nearest.px, nearest.py, 5.5, 0, 2 * Math.PI)
    c.stroke()
  }

  /** A value at the axis, on a ground of its own. */
  #drawTag(c: CanvasRenderingContext2D, text: string, x: number, y: number, theme: ChartTheme): void {
    const width = c.measureText(text).width + 10
    const { left, width: w } = this.#area
    const at = Math.max(left, Math.min(left + w + 8 - width, x - width / 2))
    c.fillStyle = theme.text
    c.fillRect(at, y, width, 18)
    c.fillStyle = theme.background
    c.textAlign = 'left'
    c.textBaseline = 'middle'
    c.fillText(text, at + 5, y + 9.5)
  }
}

// ————— columns —————

type Column = 'step' | 'examples' | 'seconds'
export const columnOf = (x: XAxis): Column => (x === 'epoch' ? 'step' : x)

/** Units of the axis a unit of its column. */
export const factorOf = (
  { totalSteps, epochs }: Pick<PlotLine, 'totalSteps' | 'epochs'>,
  x: XAxis,
): number => (x === 'epoch' && totalSteps > 0 ? epochs / totalSteps : 1)

function examplesAStep(points: QuantityColumns | undefined): number | undefined {
  const step = points?.step.at(-1) ?? 0
  return points && step > 0 ? (points.examples.at(-1) as number) / step : undefined
}

function firstPositive(column: Float64Array): number | undefined {
  for (const value of column) if (value > 0) return value
  return undefined
}

/** Indices of the points within a range of the axis, and of the neighbours to which lines lead out of it. */
function indexRange(column: Float64Array, [low, high]: Range, factor: number): [from: number, to: number] {
  const from = countUpTo(column, low / factor)
  const to = countUpTo(column, high / factor)
  return [Math.max(0, from - 1), Math.min(column.length, to + 1)]
}

/** As many digits as a pixel of the axis is worth. */
function roundTo(value: number, [low, high]: Range): number {
  const digits = Math.max(
    1,
    Math.min(12, Math.ceil(Math.log10(Math.abs(value || 1) / ((high - low) / 1000))) + 1),
  )
  return Number(value.toPrecision(digits))
}

function lineWidth({ lines }: Scene): number {
  return lines.length <= 24 ? 2 : lines.length <= 80 ? 1.5 : 1
}

function segment(c: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  c.moveTo(x0, y0)
  c.lineTo(x1, y1)
}

/** ECharts' markers by name, as paths in a box of 10 × 10. */
const shapes: Readonly<Record<string, string>> = {
  circle: 'M5,0A5,5 0 1 1 5,10A5,5 0 1 1 5,0Z',
  rect: 'M0.5,0.5h9v9h-9Z',
  triangle: 'M5,0.5L10,9.5L0,9.5Z',
  diamond: 'M5,0L10,5L5,10L0,5Z',
}
