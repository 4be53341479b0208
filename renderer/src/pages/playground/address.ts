import { onScopeDispose, watch, type WatchSource } from 'vue'
import { onBeforeRouteLeave, useRoute, useRouter } from 'vue-router'
import { toasts } from '../../stores/toasts.ts'

export interface Addressed {
  /** The page's own. */
  readonly path: string
  /** Changes whenever the state does. */
  readonly state: WatchSource | object
  /** The state as text; null while it has none. */
  readonly write: () => string | null
  /** Takes a state that was written. @throws Error where the text is damaged */
  readonly read: (text: string) => void
}

const quietMs = 400

/** The address says what is on the page, a moment after the last change; an address that is opened is obeyed. */
export function useStateInAddress({ path, state, write, read }: Addressed): void {
  const route = useRoute()
  const router = useRouter()
  let waiting: ReturnType<typeof setTimeout> | undefined

  watch(
    () => route.query['s'],
    (given) => {
      if (route.path !== path || typeof given !== 'string' || given === write()) return
      try {
        read(given)
      } catch (error) {
        toasts.error(error)
      }
    },
    { immediate: true },
  )
  const tell = (): void => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      const text = write()
      if (route.path === path && text !== null) void router.replace({ path, query: { s: text } })
    }, quietMs)
  }
  watch(state, tell, { immediate: true, deep: true })
  // A page that is being left must not be called back by its own address.
  onBeforeRouteLeave(() => clearTimeout(waiting))
  onScopeDispose(() => clearTimeout(waiting))
}
