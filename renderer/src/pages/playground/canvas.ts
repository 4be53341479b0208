import { fontStack } from '../../../../src/charts/theme.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** The canvas as large as it stands on the screen, empty, its unit a CSS pixel; null where it has no context. */
export function fit(canvas: HTMLCanvasElement, { width, height }: Size): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  const context = canvas.getContext('2d')
  if (!context) return null
  // Setting a size makes new pixels even where it is the old one.
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
    fonts.delete(context)
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}

interface TextLook {
  color: string
  align?: CanvasTextAlign
  baseline?: CanvasTextBaseline
  size?: number
}

/** Text on a plain ground. */
export function plainText(
  context: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
  look: TextLook,
): void {
  dress(context, look)
  context.fillText(text, x, y)
}

/** Text that can be read on lines: with a halo in the ground's colour. */
export function haloText(
  context: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
  look: TextLook & { halo: string },
): void {
  dress(context, look)
  context.lineJoin = 'round'
  context.setLineDash([])
  context.strokeStyle = look.halo
  context.lineWidth = 3
  context.strokeText(text, x, y)
  context.fillText(text, x, y)
}

const fonts = new WeakMap<CanvasRenderingContext2D, number>()

function dress(
  context: CanvasRenderingContext2D,
  { color, align = 'center', baseline = 'middle', size = 11 }: TextLook,
): void {
  // A font is read by a parser every time it is set.
  if (fonts.get(context) !== size) {
    context.font = `${size}px ${fontStack}`
    fonts.set(context, size)
  }
  context.textAlign = align
  context.textBaseline = baseline
  context.fillStyle = color
}

/** `#rrggbb` as three numbers. */
export const channels = (color: string): readonly [number, number, number] => [
  parseInt(color.slice(1, 3), 16),
  parseInt(color.slice(3, 5), 16),
  parseInt(color.slice(5, 7), 16),
]
