import { decodeMessage, encodeMessage } from '../../transport/framing.ts'
import type { Program } from '../../rules/program.ts'
import type { Weights } from './stepper.ts'
import type { Position } from './training.ts'

/** What a checkpoint holds, by name: a rule whose slots changed since cannot pick up another's numbers. */
interface Stored {
  version: 1
  optimizer: string
  slotNames: readonly string[]
  theta: Float32Array
  /** None where the run is done. */
  slots: readonly Float32Array[]
  carried: Float64Array
  /** As a column, so that every bit is kept: t, step, seconds, startLoss, running sums, last finite and best. */
  position: Float64Array
}

export function writeCheckpoint(
  { rule, slots }: Program,
  weights: Weights,
  { rule: host, step, seconds, startLoss, running, lastFinite, best }: Position,
): Uint8Array<ArrayBuffer> {
  const stored: Stored = {
    version: 1,
    optimizer: rule.id,
    slotNames: slots,
    theta: weights.theta,
    slots: weights.slots,
    carried: host.carried,
    position: Float64Array.of(
      host.t,
      step,
      seconds,
      startLoss ?? NaN,
      running.loss,
      running.hits,
      running.seen,
      lastFinite.step,
      lastFinite.trainLoss,
      best.step,
      best.trainLoss,
    ),
  }
  return encodeMessage(stored)
}

/** @throws Error where the checkpoint is another rule's */
export function readCheckpoint(
  { rule, slots }: Program,
  bytes: Uint8Array,
): { weights: Weights; position: Position } {
  // A copy: training writes into these arrays.
  const stored = decodeMessage(bytes.slice()) as Stored
  if (stored.optimizer !== rule.id || stored.slotNames.join() !== slots.join())
    throw new Error(
      `The checkpoint holds ${stored.optimizer} with ${stored.slotNames.join(', ')}, not ${rule.id} with ${slots.join(', ')}.`,
    )
  const at = (i: number): number => stored.position[i] as number
  return {
    weights: { theta: stored.theta, slots: stored.slots },
    position: {
      rule: { t: at(0), carried: stored.carried },
      step: at(1),
      seconds: at(2),
      startLoss: Number.isNaN(at(3)) ? null : at(3),
      running: { loss: at(4), hits: at(5), seen: at(6) },
      lastFinite: { step: at(7), trainLoss: at(8) },
      best: { step: at(9), trainLoss: at(10) },
    },
  }
}
