import { z } from 'zod'

/**
 * A run measured something on its workload's test set. Whoever chooses settings afterwards may have chosen by it, whether
 * or not the run is still there.
 */
export interface Look {
  runId: string
  workload: string
  dataset: string
  experimentId: string | null
  /** `seriesKey`: the setting that was looked at. */
  series: string
  /** When the first figure was there. */
  seenAt: string
}

const counted = {
  /** Different settings; seeds of one are one. */
  settings: z.int(),
  runs: z.int(),
  first: z.string(),
  last: z.string(),
}

/** How often the test set of a workload has been looked at, in all and by each experiment. */
export const testSetLooks = z.object({
  dataset: z.string(),
  workload: z.string(),
  ...counted,
  experiments: z.int(),
  by: z.array(
    z.object({
      /** Null for runs of no experiment. */
      experimentId: z.string().nullable(),
      /** Null where the library does not hold the experiment. */
      title: z.string().nullable(),
      ...counted,
    }),
  ),
})
export type TestSetLooks = z.infer<typeof testSetLooks>

/** What a comparison has to say of a test set that it uses. */
export const looksAround = z.object({
  workload: z.string(),
  /** Different settings that have been evaluated on it, those compared included. */
  settings: z.int(),
  /** Of them, settings that are not compared and had been evaluated before what is compared began. */
  before: z.int(),
})
export type LooksAround = z.infer<typeof looksAround>
