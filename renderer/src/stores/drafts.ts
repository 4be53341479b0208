import { reactive, watch } from 'vue'
import { load, save } from '../lib/storage.ts'

const drafts = new Map<string, object>()

/**
 * What a person is in the middle of: reactive, shared by name, kept in this browser across pages and reloads.
 * @param initial used where nothing was saved; keys that a saved draft lacks are taken from it
 */
export function useDraft<T extends object>(name: string, initial: T): T {
  const known = drafts.get(name)
  if (known) return known as T
  const saved = load<Partial<T>>(`draft.${name}`, {})
  const draft = reactive({ ...structuredClone(initial), ...saved }) as T
  let waiting: ReturnType<typeof setTimeout> | undefined
  watch(draft, () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => save(`draft.${name}`, draft), 300)
  })
  drafts.set(name, draft)
  return draft
}
