/** Small pictures of one size, side by side in one. */
export interface Tiles {
  readonly width: number
  readonly height: number
  readonly count: number
  readonly columns: number
  /** Pixels between two of them, left as they are. */
  readonly gap: number
  readonly value: (tile: number, y: number, x: number) => number
}

export type Rgb = readonly [red: number, green: number, blue: number]

/** The whole picture's size in pixels. */
export function sheetSize({ width, height, count, columns, gap }: Omit<Tiles, 'value'>): {
  width: number
  height: number
} {
  const across = Math.min(count, columns)
  const down = Math.ceil(count / columns)
  return { width: across * (width + gap) - gap, height: down * (height + gap) - gap }
}

/** Writes the tiles as RGBA; what is between them stays transparent. */
export function paint(tiles: Tiles, colour: (value: number) => Rgb, into: Uint8ClampedArray): void {
  const { width, height, count, columns, gap, value } = tiles
  const whole = sheetSize(tiles)
  for (let tile = 0; tile < count; tile++) {
    const left = (tile % columns) * (width + gap)
    const top = Math.floor(tile / columns) * (height + gap)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        into.set([...colour(value(tile, y, x)), 255], 4 * ((top + y) * whole.width + left + x))
  }
}

/** Black at 0, white at `most`. */
export const grey =
  (most: number) =>
  (value: number): Rgb => {
    const level = most > 0 ? Math.round((255 * value) / most) : 0
    return [level, level, level]
  }

/** From one colour at −most over another at 0 to a third at most. */
export const diverging =
  (most: number, negative: Rgb, zero: Rgb, positive: Rgb) =>
  (value: number): Rgb => {
    const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0
    const end = value < 0 ? negative : positive
    const between = (i: 0 | 1 | 2): number => Math.round(zero[i] + share * (end[i] - zero[i]))
    return [between(0), between(1), between(2)]
  }

/** @param hex `#rrggbb` */
export function rgbOf(hex: string): Rgb {
  const number = Number.parseInt(hex.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}
