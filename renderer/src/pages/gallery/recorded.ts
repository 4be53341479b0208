import type { MeasuredRun } from '../../../../src/charts/comparison.ts'
import { runsOf, type FigureData } from '../../../../src/figures/compute.ts'
import type { TrainingFigure } from '../../../../src/figures/figure.ts'
import { readRecorded } from '../../../../src/figures/recorded.ts'
import { runKey } from './run-key.ts'

/** Real runs that come with the page, read when a figure first needs them: a picture of training needs no lab. */
const files: Readonly<Record<string, () => Promise<{ default: string }>>> = {
  airfoil: () => import('../../../../resources/recorded/airfoil.json?raw'),
  'lenet-fashion-mnist': () => import('../../../../resources/recorded/lenet-fashion-mnist.json?raw'),
}
const read = new Map<string, Promise<ReadonlyMap<string, MeasuredRun>>>()

function runsOfWorkload(workload: string): Promise<ReadonlyMap<string, MeasuredRun>> {
  let reading = read.get(workload)
  if (!reading) {
    reading = (files[workload]?.() ?? Promise.resolve({ default: '{"runs":[]}' })).then(
      ({ default: text }) => new Map(readRecorded(text).map((run) => [runKey(run.record.settings), run])),
    )
    read.set(workload, reading)
  }
  return reading
}

/** A figure drawn of the runs that come with the page; null where not all of them do. */
export async function recordedData(figure: TrainingFigure): Promise<FigureData | null> {
  const known = await runsOfWorkload(figure.series[0].settings.workload)
  const runs = runsOf(figure).map((list) => list.flatMap((settings) => known.get(runKey(settings)) ?? []))
  const isWhole = runs.every((list, k) => list.length === runsOf(figure)[k]?.length)
  return isWhole ? { kind: 'training', figure, runs } : null
}
