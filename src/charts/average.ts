import type { RunRecord } from '../experiments/run.ts'
import { studentFactor } from '../math/statistics.ts'
import type { MeasuredRun } from './comparison.ts'
import { quantityColumns, type Quantity } from './quantity.ts'

export type XAxis = 'step' | 'epoch' | 'examples' | 'seconds'

/** Points of one run on the chosen axes. A diverged run ends at its last finite value. */
export interface Curve {
  seed: number
  diverged: boolean
  step: ArrayLike<number>
  x: ArrayLike<number>
  y: ArrayLike<number>
}

/** The mean of a series and its 95 % interval (Student's t over seeds) on the evaluation steps all its seeds share. */
export interface SeriesAverage {
  x: Float64Array
  mean: Float64Array
  low: Float64Array
  high: Float64Array
  /** Seeds averaged; with fewer than two, `low` and `high` equal `mean` and there is no band to draw. */
  n: number
  /** Points of the longest averaged seed that the mean lacks, because another seed ended before or skipped them. */
  missing: number
  curves: Curve[]
}

/** A run counts as diverged when it says so; its numbers then enter no mean. */
export function isDiverged(record: RunRecord): boolean {
  return record.status === 'diverged' || record.divergence !== null
}

export function stepsPerEpoch(record: RunRecord): number {
  return record.totalSteps > 0 ? record.totalSteps / record.settings.epochs : 1
}

export function curveOf({ record, metrics }: MeasuredRun, xAxis: XAxis, quantity: Quantity): Curve {
  const perEpoch = stepsPerEpoch(record)
  const { value, ...measured } = quantityColumns(quantity, metrics, record.epochs, perEpoch)
  let length = value.length
  for (let i = 0; i < length; i++) if (!Number.isFinite(value[i])) length = i
  const step = measured.step.subarray(0, length)
  const x = xAxis === 'epoch' ? step.map((at) => at / perEpoch) : measured[xAxis].subarray(0, length)
  return {
    seed: record.settings.seed,
    diverged: isDiverged(record),
    step,
    x,
    y: value.subarray(0, length),
  }
}

/**
 * Averages the seeds that did not diverge, at the steps where every one of them has a point; times are averaged
 * like losses, so a mean against seconds sits at the mean time of its step.
 */
export function averageSeries(
  runs: readonly MeasuredRun[],
  xAxis: XAxis,
  quantity: Quantity = 'trainLoss',
): SeriesAverage {
  const curves = curvesOf(runs, xAxis, quantity)
  const counted = curves.filter((curve) => !curve.diverged && curve.y.length > 0)
  const n = counted.length
  const shared = sharedSteps(counted)
  const average: SeriesAverage = {
    x: new Float64Array(shared.length),
    mean: new Float64Array(shared.length),
    low: new Float64Array(shared.length),
    high: new Float64Array(shared.length),
    n,
    missing: Math.max(0, ...counted.map((curve) => curve.y.length)) - shared.length,
    curves,
  }
  const { x, mean, low, high } = average
  // Curve by curve: long ones are read in their order.
  counted.forEach((curve, seed) => {
    for (let i = 0; i < shared.length; i++) {
      const index = shared.at(i, seed)
      x[i] = (x[i] as number) + (curve.x[index] as number)
      mean[i] = (mean[i] as number) + (curve.y[index] as number)
    }
  })
  for (let i = 0; i < shared.length; i++) {
    x[i] = (x[i] as number) / n
    mean[i] = (mean[i] as number) / n
  }
  if (n > 1) {
    counted.forEach((curve, seed) => {
      for (let i = 0; i < shared.length; i++)
        high[i] = (high[i] as number) + ((curve.y[shared.at(i, seed)] as number) - (mean[i] as number)) ** 2
    })
    const reach = studentFactor(n) / Math.sqrt(n)
    for (let i = 0; i < shared.length; i++) high[i] = reach * Math.sqrt((high[i] as number) / (n - 1))
  }
  for (let i = 0; i < shared.length; i++) {
    const half = high[i] as number
    low[i] = (mean[i] as number) - half
    high[i] = (mean[i] as number) + half
  }
  return average
}

/** The runs' curves; those with the same steps share one array of them, and of epochs. */
function curvesOf(runs: readonly MeasuredRun[], xAxis: XAxis, quantity: Quantity): Curve[] {
  let model: { curve: Curve; perEpoch: number } | undefined
  return runs.map((run) => {
    const curve = curveOf(run, xAxis === 'epoch' ? 'step' : xAxis, quantity)
    const perEpoch = stepsPerEpoch(run.record)
    if (model?.perEpoch === perEpoch && sameSteps(model.curve.step, curve.step)) {
      const { step, x } = model.curve
      return { ...curve, step, x: xAxis === 'step' || xAxis === 'epoch' ? x : curve.x }
    }
    const own =
      xAxis === 'epoch' ? { ...curve, x: Float64Array.from(curve.step, (step) => step / perEpoch) } : curve
    model = { curve: own, perEpoch }
    return own
  })
}

/** The steps that all curves have: how many, and where each lies in which curve. */
interface SharedSteps {
  readonly length: number
  at(shared: number, curve: number): number
}

function sharedSteps(curves: readonly Curve[]): SharedSteps {
  const [first, ...others] = curves
  if (!first) return { length: 0, at: () => -1 }
  const length = first.step.length
  if (others.every((curve) => sameSteps(first.step, curve.step))) return { length, at: (shared) => shared }
  const places: number[][] = []
  const at = others.map(() => 0)
  for (let i = 0; i < length; i++) {
    const step = first.step[i] as number
    const place = [i]
    others.forEach((curve, k) => {
      while ((at[k] as number) < curve.step.length && (curve.step[at[k] as number] as number) < step)
        at[k] = (at[k] as number) + 1
      if (curve.step[at[k] as number] === step) place.push(at[k] as number)
    })
    if (place.length === curves.length) places.push(place)
  }
  return { length: places.length, at: (shared, curve) => places[shared]?.[curve] ?? -1 }
}

function sameSteps(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Where the runs that diverged end, the earliest first; what lies outside of the picture is moved to its edge. */
export function divergedPoints(
  runs: readonly MeasuredRun[],
  average: SeriesAverage,
  x: readonly [number, number],
  y: readonly [number, number],
): { point: [number, number]; step: number }[] {
  return runs
    .flatMap(({ record }, i) => {
      const curve = average.curves[i]
      if (!isDiverged(record) || !curve || curve.y.length === 0) return []
      const last = curve.y.length - 1
      const step = record.divergence?.step ?? curve.step[last] ?? 0
      // A loss above the picture is marked at its upper edge.
      const px = Math.min(x[1], Math.max(x[0], curve.x[last] as number))
      return [
        { point: [px, Math.min(y[1], Math.max(y[0], curve.y[last] as number))] as [number, number], step },
      ]
    })
    .sort((a, b) => a.step - b.step)
}
