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

/** What was measured after each epoch; on the test set, or on the examples that were set aside. */
export const epochColumns = z.object({
  epoch: float64,
  seconds: float64,
  trainLoss: float64,
  trainAccuracy: float64.optional(),
  testLoss: float64.optional(),
  testAccuracy: float64.optional(),
  validationLoss: float64.optional(),
  validationAccuracy: float64.optional(),
})
export type EpochColumns = z.infer<typeof epochColumns>

/**
 * What the last step before a point did to each layer of a network: Euclidean norms over its weights and biases, a column
 * a layer.
 */
export const normColumns = z.object({
  step: float64,
  /** Of the loss, not clipped. */
  gradient: z.array(float64),
  update: z.array(float64),
})
export type NormColumns = z.infer<typeof normColumns>
