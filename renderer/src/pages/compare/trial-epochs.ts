import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { epochResults, isOver, type EpochResult, type RunSummary } from '../../../../src/experiments/run.ts'
import { lab } from '../../connection/index.ts'

type Epochs = ReadonlyMap<string, readonly EpochResult[]>

/** Of one call; their points come along and are not kept. */
const perCall = 100

/**
 * What trials measured after their epochs, by run, as they end; read where it is asked for alone.
 * @param trials none where nothing is asked
 */
export function useTrialEpochs(trials: Ref<readonly RunSummary[]>): ShallowRef<Epochs> {
  const epochs = shallowRef<Epochs>(new Map())
  /** When what is known of a run was measured: it may have been started again. */
  const known = new Map<string, string | null>()
  let reading = false
  async function read(): Promise<void> {
    if (reading) return
    reading = true
    try {
      for (;;) {
        const wanted = trials.value
          .filter(({ id, status, finishedAt }) => isOver(status) && known.get(id) !== finishedAt)
          .slice(0, perCall)
        if (wanted.length === 0) return
        const { curves } = await lab.call('runs.curves', { runIds: wanted.map(({ id }) => id) })
        const next = new Map(epochs.value)
        for (const { runId, epochs: measured } of curves) next.set(runId, epochResults(measured))
        for (const { id, finishedAt } of wanted) known.set(id, finishedAt)
        epochs.value = next
      }
    } catch {
      // A run that has just been deleted, or a connection that is gone: the next change of the list asks again.
    } finally {
      reading = false
    }
  }
  watch(trials, () => void read(), { immediate: true })
  return epochs
}
