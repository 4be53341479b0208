import type { Scale } from '../../../../src/charts/ticks.ts'
import { growingRange } from './growing-range.ts'
import { project, type Projection, type Range } from './scale.ts'

/** Which of the picture's vertical axes a line is read at. */
export type Side = 'left' | 'right'

export interface VerticalScale {
  readonly scale: Scale
  /** Where the axis ends, whatever is drawn; by default where that does. */
  readonly from?: number
  readonly to?: number
  /** Values beyond mean nothing: the axis never reaches there. */
  readonly within?: Range
  /** Its lines grow upwards, as accuracies do. */
  readonly rises?: boolean
}

const nothing: Range = [0, 1]

/** A vertical axis: it stands still while its lines grow inside it. */
export class VerticalAxis {
  scale: Scale = 'linear'
  /** What is shown. */
  range: Range = nothing
  /** What would be shown if nothing were zoomed. */
  whole: Range = nothing
  projection: Projection = project(nothing, 'linear', 1, 0)
  #data: Range | null = null
  #key = ''

  /**
   * @param key another one means that nothing before is worth keeping still
   * @param low and `high`: of what is drawn; crossed where nothing is
   */
  arrange(key: string, to: VerticalScale, low: number, high: number, settled: boolean): void {
    this.scale = to.scale
    if (key !== this.#key) this.#data = null
    this.#key = key
    this.#data = growingRange(this.#data, low, high, to.scale, settled, to.rises)
    const [least, most] = to.within ?? [-Infinity, Infinity]
    this.range = this.whole = [
      to.from ?? Math.max(least, this.#data[0]),
      to.to ?? Math.min(most, this.#data[1]),
    ]
  }

  zoom(range: Range): void {
    if (this.scale !== 'log' || range[0] > 0) this.range = range
  }

  /** Shows the same part of itself as another axis does. */
  zoomLike({ whole, range, scale }: VerticalAxis): void {
    const other = project(whole, scale, 0, 1)
    const own = project(this.whole, this.scale, 0, 1)
    this.range = [own.toValue(other.toPixel(range[0])), own.toValue(other.toPixel(range[1]))]
  }

  /** Lays the range between two pixels. */
  lay(bottom: number, top: number): void {
    this.projection = project(this.range, this.scale, bottom, top)
  }

  /** What lies far outside is clipped; beyond 10⁵ pixels renderers go wrong. */
  pixelOf(value: number): number {
    return Math.max(-1e4, Math.min(1e4, this.projection.toPixel(value)))
  }
}
