import { shallowRef, watch } from 'vue'
import { load, save } from '../../lib/storage.ts'
import type { Aggregate, Sort } from '../../lib/table.ts'

/** How the table is looked at, for a name to bring it back. */
export interface RunView {
  readonly filter: string
  readonly columns: readonly string[]
  /** Columns that show the best value instead of the last. */
  readonly best: readonly string[]
  readonly sort: Sort | null
  /** A field's name; null for none. */
  readonly group: string | null
  readonly aggregate: Aggregate
}
export interface NamedView {
  readonly name: string
  readonly view: RunView
}

/** Views under their names, in the order they were saved. Kept in this browser. */
export const views = shallowRef<readonly NamedView[]>(load<NamedView[]>('runs.views', []))
watch(views, (value) => save('runs.views', value))

/** Under a name that is there already the new one takes its place. */
export function saveView(name: string, view: RunView): void {
  const known = views.value.some((one) => one.name === name)
  views.value = known
    ? views.value.map((one) => (one.name === name ? { name, view } : one))
    : [...views.value, { name, view }]
}

/** @returns whether it could be: another view may have that name */
export function renameView(from: string, to: string): boolean {
  if (to === '' || views.value.some(({ name }) => name === to)) return from === to
  views.value = views.value.map((one) => (one.name === from ? { ...one, name: to } : one))
  return true
}

export function deleteView(name: string): NamedView[] {
  const before = [...views.value]
  views.value = before.filter((one) => one.name !== name)
  return before
}

export const sameView = (a: RunView, b: RunView): boolean => JSON.stringify(a) === JSON.stringify(b)
