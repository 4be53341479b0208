import { computed, shallowRef } from 'vue'
import { t } from '../i18n.ts'
import { describeError } from '../lib/errors.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'info' | 'good' | 'bad'
  readonly text: string
  readonly detail?: string
  readonly action?: { readonly label: string; readonly run: () => unknown }
  readonly durationMs: number
}

const shown = shallowRef<readonly Toast[]>([])
let nextId = 1

function show(toast: Omit<Toast, 'id' | 'durationMs'> & { durationMs?: number }): number {
  const id = nextId++
  shown.value = [...shown.value.slice(-3), { durationMs: toast.action ? 10_000 : 5000, ...toast, id }]
  return id
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((toast) => toast.id !== id)
}

/** Short messages at the page's lower edge, read out by screen readers. */
export const toasts = {
  list: computed(() => shown.value),
  dismiss,
  info: (text: string): number => show({ kind: 'info', text }),
  good: (text: string): number => show({ kind: 'good', text }),
  /** Something was done that `undo` takes back. */
  undoable(text: string, undo: () => unknown): number {
    return show({ kind: 'good', text, action: { label: t('action.undo'), run: undo } })
  },
  /** Anything thrown, in words with its remedy. */
  error(thrown: unknown): number {
    const { code, title, message, remedy } = describeError(thrown)
    if (code === 'cancelled') return 0
    return show({ kind: 'bad', text: title, detail: `${message} ${remedy}`.trim(), durationMs: 12_000 })
  },
}

/** Runs an action; what it throws becomes a toast. @returns whether it succeeded */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (thrown) {
    toasts.error(thrown)
    return false
  }
}
