import { decodeMessage, encodeMessage } from '../../transport/framing.ts'
import type { Program } from '../../rules/program.ts'
import type { TrainingState } from './training.ts'

/** What a checkpoint holds, by name: a rule whose slots changed since cannot pick up another's numbers. */
interface Stored {
  version: 1
  optimizer: string
  slotNames: readonly string[]
  theta: Float64Array
  slots: Float64Array[]
  /** Carried values, then t, step, seconds, startLoss, last finite and best (step, loss): as a column, so that every bit is kept. */
  carried: Float64Array
  position: Float64Array
}

export function writeCheckpoint(program: Program, state: TrainingState): Uint8Array<ArrayBuffer> {
  const stored: Stored = {
    version: 1,
    optimizer: program.rule.id,
    slotNames: program.slots,
    theta: state.theta,
    slots: [...state.rule.slots],
    carried: state.rule.carried,
    position: Float64Array.of(
      state.rule.t,
      state.step,
      state.seconds,
      state.startLoss ?? NaN,
      state.lastFinite.step,
      state.lastFinite.trainLoss,
      state.best.step,
      state.best.trainLoss,
    ),
  }
  return encodeMessage(stored)
}

/** @throws Error where the checkpoint is another rule's */
export function readCheckpoint(program: Program, bytes: Uint8Array): TrainingState {
  // A copy: training writes into these arrays.
  const stored = decodeMessage(bytes.slice()) as Stored
  if (stored.optimizer !== program.rule.id || stored.slotNames.join() !== program.slots.join())
    throw new Error(
      `The checkpoint holds ${stored.optimizer} with ${stored.slotNames.join(', ')}, not ${program.rule.id} with ${program.slots.join(', ')}.`,
    )
  const [t, step, seconds, startLoss, finiteStep, finiteLoss, bestStep, bestLoss] =
    stored.position as unknown as [number, number, number, number, number, number, number, number]
  return {
    theta: stored.theta,
    rule: { t, slots: stored.slots, carried: stored.carried },
    step,
    seconds,
    startLoss: Number.isNaN(startLoss) ? null : startLoss,
    lastFinite: { step: finiteStep, trainLoss: finiteLoss },
    best: { step: bestStep, trainLoss: bestLoss },
  }
}
