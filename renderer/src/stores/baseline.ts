import { computed, ref, watch } from 'vue'
import { load, save } from '../lib/storage.ts'

/** The series that others are compared with, by its `seriesKey`; null for none. Kept in this browser. */
const key = ref(load<string | null>('baseline', null))
watch(key, (value) => save('baseline', value))

export const baseline = {
  key: computed(() => key.value),
  pin(seriesKey: string): void {
    key.value = seriesKey
  },
  unpin(): void {
    key.value = null
  },
}
