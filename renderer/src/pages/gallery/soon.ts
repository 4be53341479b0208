/** Work that may wait: one piece a frame, in the order in which it was asked for, so that scrolling stays smooth. */
const waiting: (() => void)[] = []
let running = false

export function soon(work: () => void): void {
  waiting.push(work)
  if (running) return
  running = true
  requestAnimationFrame(next)
}

function next(): void {
  waiting.shift()?.()
  running = waiting.length > 0
  if (running) requestAnimationFrame(next)
}
