import { z } from 'zod'

const float64 = z.instanceof(Float64Array)

/** `MetricColumns`: a stretch of a run's curve. */
export const metricColumns = z.object({
  step: float64,
  examples: float64,
  seconds: float64,
  trainLoss: float64,
  trainAccuracy: float64.optional(),
})

export type PointColumns = z.infer<typeof metricColumns>

/** What was measured after each epoch. */
export const epochColumns = z.object({
  epoch: float64,
  seconds: float64,
  trainLoss: float64,
  trainAccuracy: float64.optional(),
  testLoss: float64.optional(),
  testAccuracy: float64.optional(),
})
export type EpochColumns = z.infer<typeof epochColumns>
