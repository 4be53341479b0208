import type { ScheduleSeries } from '../../../../src/charts/scheduleCurve.ts'
import { settleHyperparameters } from '../../../../src/rules/settle.ts'
import { settleSchedule, withOffset, type Schedule } from '../../../../src/schedules/schedule.ts'
import { workloads } from '../../../../src/workloads/index.ts'
import { optimizerOf, scheduleOf, type ExpandedSeries } from './examine.ts'

/** Points of one curve; what comes later is not drawn. */
const mostPoints = 20_000

export interface Preview {
  series: readonly (ScheduleSeries & { key: string; card: number })[]
  /** Training goes on behind the last point drawn. */
  cut: boolean
}

/** Learning rates of the series as they will train, by epoch or by step. */
export function previewOf(all: readonly ExpandedSeries[], per: 'epoch' | 'step'): Preview {
  let cut = false
  const series = all.flatMap(({ key, card, label, style, settings, space }) => {
    // What is tuned is not known yet.
    if (space && 'lr' in space && !('base' in settings.schedule.set)) return []
    const rule = optimizerOf(settings.optimizer)
    const definition = scheduleOf(settings.schedule.id)
    const workload = workloads.find(({ id }) => id === settings.workload)
    if (!rule || !definition || !workload) return []
    const lr = settleHyperparameters(rule, settings.set)['lr'] as number
    const { offset, per: unit } = settings.schedule
    const schedule: Schedule = withOffset(settleSchedule(definition, settings.schedule.set, lr), offset, lr)
    const stepsAnEpoch = Math.ceil(workload.examples / settings.batch)
    const total = per === 'epoch' ? settings.epochs : settings.epochs * stepsAnEpoch
    const length = Math.min(total, mostPoints)
    cut ||= length < total
    const values = Array.from({ length }, (_, k) =>
      schedule(unit === per ? k : unit === 'epoch' ? Math.floor(k / stepsAnEpoch) : k * stepsAnEpoch),
    )
    return [{ key, card, label, style, values }]
  })
  return { series, cut }
}

/** Steps where any schedule counts steps, and where one epoch would be all there is. */
export const naturalUnit = (all: readonly ExpandedSeries[]): 'epoch' | 'step' =>
  all.some(({ settings }) => settings.schedule.per === 'step') ? 'step' : 'epoch'
