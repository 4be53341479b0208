/**
 * Calls `flush` at most once a frame however often the result is called; where the page is hidden, and has no frames,
 * a few times a second.
 */
export function oncePerFrame(flush: () => void): () => void {
  let waiting = false
  const run = (): void => {
    if (!waiting) return
    waiting = false
    flush()
  }
  return () => {
    if (waiting) return
    waiting = true
    if (document.hidden) setTimeout(run, 250)
    else {
      requestAnimationFrame(run)
      // A page that is hidden before its frame comes gets none.
      setTimeout(run, 500)
    }
  }
}
