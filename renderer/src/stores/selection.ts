import { computed, shallowRef, watch } from 'vue'
import { load, save } from '../lib/storage.ts'
import { runs } from './runs.ts'

const chosen = shallowRef<ReadonlySet<string>>(new Set(load<string[]>('selection', [], sessionStorage)))
watch(chosen, (ids) => save('selection', [...ids], sessionStorage))

/** The runs selected in Runs, which Compare and Live show. Kept for this tab. */
export const selection = {
  ids: computed(() => chosen.value),
  /** Those selected that still exist, in the order of the library. */
  runs: computed(() => runs.list.value.filter(({ id }) => chosen.value.has(id))),
  has: (runId: string): boolean => chosen.value.has(runId),
  set(runIds: Iterable<string>): void {
    chosen.value = new Set(runIds)
  },
  add(runIds: Iterable<string>): void {
    chosen.value = new Set([...chosen.value, ...runIds])
  },
  remove(runIds: Iterable<string>): void {
    const next = new Set(chosen.value)
    for (const runId of runIds) next.delete(runId)
    chosen.value = next
  },
  toggle(runId: string): void {
    if (chosen.value.has(runId)) selection.remove([runId])
    else selection.add([runId])
  },
  clear(): void {
    chosen.value = new Set()
  },
}
