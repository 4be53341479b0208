import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

export interface InParts<T> {
  /** Whether two rows differ only in what may appear a few frames late. */
  readonly canWait: (now: T, shown: T) => boolean
  /** While it is true nothing waits. */
  readonly atOnce: () => boolean
  /** Rows drawn anew in one frame. */
  readonly perFrame?: number
}

/**
 * Rows as they are shown: numbers that change in all of them are drawn anew a few rows a frame, so that no frame has to
 * draw them all. Anything else appears at once.
 */
export function inParts<T>(rows: Readonly<Ref<readonly T[]>>, options: InParts<T>): ShallowRef<readonly T[]> {
  const { canWait, atOnce, perFrame = 5 } = options
  const shown = shallowRef(rows.value)
  let frame = 0
  let next = 0
  const stop = (): void => {
    cancelAnimationFrame(frame)
    frame = 0
  }
  function showSome(): void {
    const now = rows.value
    const end = next + perFrame
    shown.value = shown.value.map((row, i) => (i >= next && i < end ? (now[i] as T) : row))
    next = end < now.length ? end : 0
    // What changed again meanwhile has its turn in another round.
    frame = shown.value.some((row, i) => row !== now[i]) ? requestAnimationFrame(showSome) : 0
  }
  watch(rows, (now) => {
    const before = shown.value
    const waits =
      !atOnce() &&
      !document.hidden &&
      now.length === before.length &&
      now.every((row, i) => canWait(row, before[i] as T))
    if (!waits) {
      stop()
      shown.value = now
    } else if (frame === 0) {
      next = 0
      frame = requestAnimationFrame(showSome)
    }
  })
  onScopeDispose(stop)
  return shown
}
