import type { Interval } from '../../../../src/playground/view.ts'

/** Pixels of the picture that controls cover or that ticks need. */
export interface Insets {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Numbers on the axes as pixels of a canvas, and back. The picture goes on to the canvas's edges. */
export interface Viewport {
  readonly width: number
  readonly height: number
  /** What the whole canvas shows. */
  readonly x: Interval
  readonly y: Interval
  /** Pixels a unit. */
  readonly scaleX: number
  readonly scaleY: number
  /** Where 0 is. */
  readonly zeroX: number
  readonly zeroY: number
  toX(value: number): number
  toY(value: number): number
  fromX(pixel: number): number
  fromY(pixel: number): number
}

/** Beyond this ratio one scale for both axes would leave a sliver of the picture. */
const mostUnequal = 5

/**
 * @param x what must be seen of the axes, in the middle of what is free
 * @param alike one scale for both axes, so that gradients stand at right angles on contour lines
 */
export function viewportOf(
  size: { width: number; height: number },
  [x, y]: readonly [Interval, Interval],
  insets: Insets,
  alike: boolean,
): Viewport {
  const free = {
    width: Math.max(40, size.width - insets.left - insets.right),
    height: Math.max(40, size.height - insets.top - insets.bottom),
  }
  let scaleX = free.width / (x[1] - x[0])
  let scaleY = free.height / (y[1] - y[0])
  const ratio = scaleX / scaleY
  if (alike && ratio < mostUnequal && ratio > 1 / mostUnequal) scaleX = scaleY = Math.min(scaleX, scaleY)
  const middle = { x: insets.left + free.width / 2, y: insets.top + free.height / 2 }
  const centre = { x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2 }
  const toX = (value: number): number => middle.x + (value - centre.x) * scaleX
  const toY = (value: number): number => middle.y - (value - centre.y) * scaleY
  const fromX = (pixel: number): number => centre.x + (pixel - middle.x) / scaleX
  const fromY = (pixel: number): number => centre.y - (pixel - middle.y) / scaleY
  return {
    ...size,
    x: [fromX(0), fromX(size.width)],
    y: [fromY(size.height), fromY(0)],
    scaleX,
    scaleY,
    zeroX: toX(0),
    zeroY: toY(0),
    toX,
    toY,
    fromX,
    fromY,
  }
}
