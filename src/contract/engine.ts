import { z } from 'zod'
import { divergence, finalResult } from '../experiments/run.ts'
import { runSettings } from '../experiments/settings.ts'
import { stopped } from '../experiments/stop.ts'
import { epochColumns, metricColumns, normColumns } from './columns.ts'
import { defineContract } from './contract.ts'
import { errorCodes } from './errors.ts'
import { features, inspection, modelFormats } from './inspection.ts'

const best = z.object({ trainLoss: z.number().nullable(), step: z.int() })

/** A stretch of a run: what was measured since the last one, and the checkpoint at its end. Stored in one transaction. */
const progress = z.object({
  step: z.int(),
  seconds: z.number(),
  points: metricColumns,
  epochs: epochColumns,
  /** Of networks only. */
  norms: normColumns.optional(),
  best,
  /** Opaque to everyone but the engine that wrote it. */
  checkpoint: z.instanceof(Uint8Array),
})
export type Progress = z.infer<typeof progress>

export const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), runId: z.string(), progress }),
  z.object({
    type: z.literal('finished'),
    runId: z.string(),
    progress,
    status: z.enum(['done', 'diverged', 'stopped']),
    final: finalResult,
    divergence: divergence.nullable(),
    /** Of a run that is done before its last epoch. */
    stopped: stopped.optional(),
  }),
  z.object({
    type: z.literal('failed'),
    runId: z.string(),
    error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }),
  }),
])
export type EngineEvent = z.infer<typeof engineEvent>

/** Lab ⇄ engine process. An engine trains one run at a time. */
export const engineContract = defineContract({
  calls: {
    hello: {
      input: z.object({}),
      output: z.object({
        engine: z.string(),
        device: z.string(),
        versions: z.record(z.string(), z.string()),
      }),
    },
    /** Answers once the run has started; events follow. `checkpoint` makes it go on from there. */
    train: {
      input: z.object({
        runId: z.string(),
        settings: runSettings,
        files: z.record(z.string(), z.string()),
        checkpoint: z.instanceof(Uint8Array).nullable(),
        /** What was measured up to the checkpoint: a run that may stop early remembers it. */
        epochs: epochColumns.optional(),
        /** All parameters as one vector, for a run that starts from given ones. */
        weights: z.instanceof(Float32Array).nullable().default(null),
      }),
      output: z.object({ totalSteps: z.int() }),
    },
    /** What a network has learnt at a checkpoint. An engine that trains answers afterwards. */
    inspect: {
      input: z.object({
        settings: runSettings,
        files: z.record(z.string(), z.string()),
        checkpoint: z.instanceof(Uint8Array),
      }),
      output: inspection,
    },
    /** What a network at a checkpoint makes of one row of its test set. */
    features: {
      input: z.object({
        settings: runSettings,
        files: z.record(z.string(), z.string()),
        checkpoint: z.instanceof(Uint8Array),
        row: z.int().min(0),
      }),
      output: features,
    },
    /** A network's weights at a checkpoint, as files: one, or a folder's with their paths. */
    export: {
      input: z.object({
        settings: runSettings,
        checkpoint: z.instanceof(Uint8Array),
        format: z.enum(modelFormats),
      }),
      output: z.object({ files: z.array(z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) })) }),
    },
    /** Ends the run in hand at the next slice, with a last `finished` event of status `stopped`. */
    stop: { input: z.object({ runId: z.string() }), output: z.object({}) },
  },
  streams: { events: { input: z.object({}), event: engineEvent } },
})
