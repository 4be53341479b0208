import { computed, onScopeDispose, shallowRef, toValue, type Component, type MaybeRefOrGetter } from 'vue'

export interface Command {
  readonly id: string
  readonly label: string
  readonly group: 'go' | 'actions' | 'runs'
  readonly icon?: Component
  /** Shown at the right: Ctrl K. */
  readonly keys?: string
  /** Other words it is found by. */
  readonly words?: string
  readonly run: () => unknown
}

const sources = shallowRef<ReadonlySet<MaybeRefOrGetter<readonly Command[]>>>(new Set())

/** Everything the palette offers now. */
export const commands = computed(() => [...sources.value].flatMap((source) => [...toValue(source)]))

/** Offers commands in the palette while the calling component is there. */
export function useCommands(source: MaybeRefOrGetter<readonly Command[]>): void {
  sources.value = new Set([...sources.value, source])
  onScopeDispose(() => {
    const next = new Set(sources.value)
    next.delete(source)
    sources.value = next
  })
}
