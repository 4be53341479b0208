/** The surface of a function of two variables, seen from an angle without perspective. */
import { sampleGrid } from '../charts/contours.ts'
import type { Objective } from '../objectives/expression.ts'
import type { Interval } from './view.ts'

/** A point of the surface on paper: x to the right, y down, depth away from the eye; about 1 across. */
export type Projected = readonly [x: number, y: number, depth: number]

export interface Facet {
  readonly corners: readonly [Projected, Projected, Projected, Projected]
  /** 0 the lowest, 1 the highest of what is shown. */
  readonly height: number
  /** Cosine of the angle to the light, 0 … 1. */
  readonly light: number
}

export interface Surface {
  /** Back to front. */
  readonly facets: readonly Facet[]
  /** The floor's corners, in order around it. */
  readonly floor: readonly Projected[]
  /** Where a point of the plane lies on the surface. */
  on(x1: number, x2: number): Projected
}

const cells = 60
/** The surface's height as a share of its floor's side. */
const tallness = 0.55
/** On a log scale a thousandth of the range above the lowest value is where lines begin to be compressed. */
const logReach = 1000

/**
 * @param azimuth degrees around the upright axis; 0 looks along x2
 * @param elevation degrees above the floor, 5 … 90
 * @param spacing heights as they are, or compressed like contour levels
 */
export function surfaceOf(
  objective: Objective,
  [x1, x2]: readonly [Interval, Interval],
  { azimuth, elevation }: { azimuth: number; elevation: number },
  spacing: 'linear' | 'log',
): Surface {
  const grid = sampleGrid((a, b) => objective.value([a, b]), x1, x2, cells + 1, cells + 1)
  const finite = grid.values.filter(Number.isFinite)
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity)
  const range = high > low ? high - low : 1
  const heightOf = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - low) / range))
    return spacing === 'log' ? Math.log1p(logReach * share) / Math.log1p(logReach) : share
  }
  const [sinA, cosA] = [Math.sin((azimuth * Math.PI) / 180), Math.cos((azimuth * Math.PI) / 180)]
  const [sinE, cosE] = [Math.sin((elevation * Math.PI) / 180), Math.cos((elevation * Math.PI) / 180)]
  const project = (u: number, v: number, height: number): Projected => {
    const across = u * cosA - v * sinA
    const away = u * sinA + v * cosA
    const up = (height - 0.5) * tallness
    return [across, -(away * sinE + up * cosE), away * cosE - up * sinE]
  }
  const unit = (value: number, [from, to]: Interval): number => (value - from) / (to - from) - 0.5

  const heights = grid.values.map((value) => (Number.isFinite(value) ? heightOf(value) : NaN))
  const at = (i: number, j: number): number => heights[j * (cells + 1) + i] as number
  const corner = (i: number, j: number): Projected => project(i / cells - 0.5, j / cells - 0.5, at(i, j))
  const facets: Facet[] = []
  for (let j = 0; j < cells; j++)
    for (let i = 0; i < cells; i++) {
      const height = (at(i, j) + at(i + 1, j) + at(i, j + 1) + at(i + 1, j + 1)) / 4
      if (!Number.isFinite(height)) continue
      const slopeU = ((at(i + 1, j) - at(i, j) + at(i + 1, j + 1) - at(i, j + 1)) / 2) * cells * tallness
      const slopeV = ((at(i, j + 1) - at(i, j) + at(i + 1, j + 1) - at(i + 1, j)) / 2) * cells * tallness
      // The light comes from the upper left of the picture, whichever way it is turned.
      const [lightU, lightV, lightUp] = [-0.5 * cosA - 0.2 * sinA, 0.5 * sinA - 0.2 * cosA, 0.84]
      const steepness = Math.hypot(slopeU, slopeV, 1)
      const light = Math.max(0, (-slopeU * lightU - slopeV * lightV + lightUp) / steepness)
      const corners = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)] as const
      facets.push({ corners, height, light })
    }
  const depth = ({ corners }: Facet): number => corners.reduce((sum, [, , away]) => sum + away, 0)
  facets.sort((a, b) => depth(b) - depth(a))
  return {
    facets,
    floor: [
      [-0.5, -0.5],
      [0.5, -0.5],
      [0.5, 0.5],
      [-0.5, 0.5],
    ].map(([u = 0, v = 0]) => project(u, v, 0)),
    on: (a, b) => project(unit(a, x1), unit(b, x2), heightOf(objective.value([a, b]))),
  }
}
