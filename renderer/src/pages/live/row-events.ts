import type { RowView } from './rows.ts'

/** What a row tells the list. */
export interface RowEvents {
  point(view: RowView | null): void
  press(event: MouseEvent, view: RowView): void
  key(event: KeyboardEvent, view: RowView): void
  /** @param own by the keyboard, on the row itself */
  focus(view: RowView, own: boolean): void
  fold(view: RowView): void
  /** Pauses or resumes. */
  act(view: RowView): void
  dragStart(event: DragEvent, view: RowView): void
  dragOver(event: DragEvent, view: RowView): void
  dragEnd(): void
  drop(): void
}
