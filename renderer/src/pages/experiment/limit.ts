import { computed, ref, watch } from 'vue'
import type { CallOutput } from '../../../../src/contract/contract.ts'
import type { LabContract } from '../../../../src/contract/lab.ts'
import { probesOf } from '../../../../src/experiments/fit-time.ts'
import { isOver } from '../../../../src/experiments/run.ts'
import { lab } from '../../connection/index.ts'
import { useDraft } from '../../stores/drafts.ts'
import { runs } from '../../stores/runs.ts'
import { attempt } from '../../stores/toasts.ts'

export type Checked = CallOutput<LabContract, 'experiments.check'>

/** How many minutes an experiment may take, as it is typed; the menu and the form share it. */
export const useLimit = (): { minutes: string } => useDraft('experiment.limit', { minutes: '' })

/** Trains an epoch of what has not run here yet. @param done asked when it has */
export function useProbe(done: () => Promise<void>) {
  const waiting = ref<readonly string[]>([])
  const measuring = computed(() => waiting.value.length > 0)
  watch(
    () => waiting.value.every((id) => isOver(runs.byId(id)?.status ?? 'queued')),
    (over) => {
      if (!over || waiting.value.length === 0) return
      waiting.value = []
      void done()
    },
  )
  async function measure(checked: Checked): Promise<void> {
    await attempt(async () => {
      const { runIds } = await lab.call('runs.submit', { runs: probesOf(checked), detached: true })
      waiting.value = runIds
    })
  }
  return { measure, measuring }
}
