import { computed, shallowRef, watch } from 'vue'
import { t } from '../../i18n.ts'
import { load, save } from '../../lib/storage.ts'
import { toasts } from '../../stores/toasts.ts'

/** More would leave no room for the others. */
const most = 20

const ids = shallowRef<ReadonlySet<string>>(new Set(load<string[]>('runs.pins', [])))
watch(ids, (value) => save('runs.pins', [...value]))

/** Runs that stay at the top of the table. Kept in this browser. */
export const pins = {
  ids: computed(() => ids.value),
  /** Pins these runs; where all of them are, lets them go. */
  toggle(runIds: readonly string[], existing: (runId: string) => boolean): void {
    const next = new Set([...ids.value].filter(existing)) // deleted runs take no place
    if (runIds.every((id) => next.has(id))) for (const id of runIds) next.delete(id)
    else for (const id of runIds) next.add(id)
    if (next.size > most) toasts.info(t('runs.pin.tooMany', { most }))
    ids.value = new Set([...next].slice(0, most))
  },
}
