import type { ThemeName } from './theme.ts'

/**
 * Cividis (Nuñez, Anderton and Renslow 2018), perceptually uniform and the same to colour-blind eyes, as the polynomial
 * of d3-scale-chromatic.
 * @param share 0 dark blue … 1 yellow
 */
function cividis(share: number): [number, number, number] {
  const t = Math.max(0, Math.min(1, share))
  const channel = (value: number): number => Math.max(0, Math.min(255, Math.round(value)))
  return [
    channel(-4.54 - t * (35.34 - t * (2381.73 - t * (6402.7 - t * (7024.72 - t * 2710.57))))),
    channel(32.49 + t * (170.73 + t * (52.82 - t * (131.46 - t * (176.58 - t * 67.37))))),
    channel(81.24 + t * (442.36 - t * (2482.43 - t * (6167.24 - t * (6614.94 - t * 2475.67))))),
  ]
}

const hex = (channels: readonly number[]): string =>
  `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`

/** Few enough to be listed in a style sheet, and finer than an eye tells apart. */
const levels = 41
const levelOf = (share: number): number => Math.round(Math.max(0, Math.min(1, share)) * (levels - 1))
const atLevel = (theme: 'light' | 'dark', level: number): string => {
  const share = level / (levels - 1)
  return hex(cividis(theme === 'dark' ? 0.12 + 0.88 * share : 0.92 * (1 - share)))
}
const nameOf = (theme: ThemeName): 'light' | 'dark' => (theme === 'dark' ? 'dark' : 'light')

/** A colour of how good something is: 1, the best, stands out most from the ground of either theme. */
export function gradeColour(theme: ThemeName, share: number): string {
  return atLevel(nameOf(theme), levelOf(share))
}

/** WCAG's relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/**
 * Black or white, whichever reads better on the colour of that grade: one of them always reaches 4.5:1. In the light theme
 * it is a hair off either, by which a style sheet knows what it is on the dark colour of the same grade.
 */
export function gradeInk(theme: ThemeName, share: number): string {
  const level = levelOf(share)
  const dark = inkOn(atLevel('dark', level))
  if (theme === 'dark') return dark
  const light = inkOn(atLevel('light', level))
  return light === '#000000'
    ? dark === light
      ? '#000001'
      : '#010000'
    : dark === light
      ? '#fffffe'
      : '#fefeff'
}
const inkOn = (colour: string): string => (luminance(colour) > 0.179 ? '#000000' : '#ffffff')

/** Light colour → dark colour of every grade and its ink, as `darkOf` has them of the themes. */
export const darkGrades: ReadonlyMap<string, string> = new Map([
  ...Array.from({ length: levels }, (_, level): [string, string] => [
    atLevel('light', level),
    atLevel('dark', level),
  ]),
  ['#000001', '#000000'],
  ['#010000', '#ffffff'],
  ['#fffffe', '#ffffff'],
  ['#fefeff', '#000000'],
])

/** What is so many times farther from the best than the middle one is all looks the same. */
const mostReach = 4

/** How good values are, for colours: what nearly diverged must not make all the others look alike. */
export interface Grades {
  best: number
  /** From here on all is worst. */
  worst: number
  /** There are values beyond the worst colour. */
  isCut: boolean
  /** 1 the best … 0 the worst. */
  of: (value: number) => number
}

export function gradesOf(values: readonly number[], higherIsBetter: boolean): Grades {
  const sign = higherIsBetter ? -1 : 1
  const costs = values.map((value) => sign * value).sort((a, b) => a - b)
  const best = costs[0] ?? 0
  const last = costs.at(-1) ?? 0
  const middle = costs[costs.length >> 1] ?? 0
  const reach = best + mostReach * (middle - best)
  const worst = costs.length > 3 && middle > best && reach < last ? reach : last
  return {
    best: sign * best,
    worst: sign * worst,
    isCut: worst < last,
    of: (value) => (worst > best ? 1 - Math.max(0, Math.min(1, (sign * value - best) / (worst - best))) : 1),
  }
}
