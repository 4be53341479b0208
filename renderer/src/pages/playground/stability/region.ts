import {
  largestRate,
  motionOf,
  slowestRadius,
  spectralRadius,
  stepsToThousandth,
  type LinearRule,
  type Motion,
} from '../../../../../src/stability/quadratic.ts'
import { walkQuadratic } from '../../../../../src/stability/walk.ts'

export interface RegionSettings {
  rule: LinearRule
  /** One, or two with the smaller first. */
  curvatures: readonly number[]
  lr: number
  momentum: number
}

/** Contours of the map, the edge first. */
export const levels: readonly number[] = [1, 0.99, 0.97, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
/** Steps of the walk beside the map. */
export const shownSteps = 60

/** As a sentence writes the edge of each rule; λ is the steepest curvature. */
export const edgeFormula: Readonly<Record<LinearRule, string>> = {
  sgd: '2/λ',
  momentum: '2(1+β)/λ',
  nesterov: '2(1+β)/(λ(1+2β))',
}

const steepest = (curvatures: readonly number[]): number => curvatures.at(-1) ?? 1

/** The right border of the map: a little behind the widest edge. */
export function widestRate(rule: LinearRule, curvatures: readonly number[]): number {
  const edge = Math.max(...[0, 1].map((momentum) => largestRate(rule, momentum, steepest(curvatures))))
  return edge * 1.12
}

export interface RegionReading {
  radius: number
  /** Of the whole: diverging if one direction is, on the edge if one is, else as the least calm. */
  motion: Motion
  directions: readonly { curvature: number; radius: number; motion: Motion }[]
  /** The edge at this momentum. */
  edge: number
  steps: number
  /** In eigen-coordinates, the start (1, …, 1) first. */
  points: readonly (readonly number[])[]
}

const calmFirst: readonly Motion[] = ['monotone', 'wave', 'zigzag', 'edge', 'diverging']

/** Everything the page says of a setting. */
export function readRegion({ rule, curvatures, lr, momentum }: RegionSettings): RegionReading {
  const setting = { lr, momentum: rule === 'sgd' ? 0 : momentum }
  const directions = curvatures.map((curvature) => ({
    curvature,
    radius: spectralRadius(rule, setting, curvature),
    motion: motionOf(rule, setting, curvature),
  }))
  const radius = slowestRadius(rule, setting, curvatures)
  return {
    radius,
    motion: calmFirst[Math.max(...directions.map(({ motion }) => calmFirst.indexOf(motion)))] ?? 'edge',
    directions,
    edge: largestRate(rule, setting.momentum, steepest(curvatures)),
    steps: stepsToThousandth(radius),
    points: walkQuadratic(rule, setting, curvatures, shownSteps),
  }
}

/** The walk as a table: step, coordinates, distance. */
export function csvOf(points: RegionReading['points']): string {
  const names = points[0]?.length === 1 ? ['x'] : ['x1', 'x2']
  const rows = points.map((point, k) => [k, ...point, Math.hypot(...point)].join(','))
  return `${['step', ...names, 'distance'].join(',')}\n${rows.join('\n')}\n`
}
