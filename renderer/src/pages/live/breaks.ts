import { shallowRef } from 'vue'
import type { LabEvent } from '../../../../src/contract/lab.ts'
import type { RunStatus } from '../../../../src/experiments/run.ts'

/** Where training stood still while somebody watched. */
export interface Break {
  readonly kind: 'paused' | 'interrupted' | 'restarted'
  /** Steps taken when it stopped. */
  readonly step: number
  /** Milliseconds of the wall clock. */
  readonly from: number
  /** Null while it lasts. */
  readonly to: number | null
}

/** Reads pauses and restarts out of the lab's events: a curve's own times leave them out. */
export class BreakLog {
  readonly #breaks = new Map<string, readonly Break[]>()
  readonly #known = new Map<string, { status: RunStatus; restarts: number }>()

  of(runId: string): readonly Break[] {
    return this.#breaks.get(runId) ?? none
  }

  /** What was the case before the first event. */
  know(runs: readonly { id: string; status: RunStatus; restarts: number }[]): void {
    for (const { id, status, restarts } of runs)
      if (!this.#known.has(id)) this.#known.set(id, { status, restarts })
  }

  /** @returns whether a break began or ended */
  apply(event: LabEvent, now: number): boolean {
    if (event.type === 'progress') return this.#goesOn(event.runId, event.step, now)
    if (event.type === 'deleted') {
      for (const runId of event.runIds) {
        this.#breaks.delete(runId)
        this.#known.delete(runId)
      }
      return false
    }
    if (event.type !== 'run') return false
    const { id, status, restarts, steps } = event.run
    const before = this.#known.get(id)
    this.#known.set(id, { status, restarts })
    if (!before) return false
    if (restarts > before.restarts) return this.#stops(id, 'restarted', steps, now)
    if (steps === 0) {
      // From the beginning again: a new curve.
      return this.#breaks.delete(id)
    }
    if ((status === 'paused' || status === 'interrupted') && before.status !== status)
      return this.#stops(id, status, steps, now)
    return false
  }

  #stops(runId: string, kind: Break['kind'], step: number, now: number): boolean {
    const before = this.of(runId)
    const open = before.at(-1)
    if (open?.to === null && open.step === step) return false
    this.#breaks.set(runId, [...before, { kind, step, from: now, to: null }])
    return true
  }

  #goesOn(runId: string, step: number, now: number): boolean {
    const before = this.of(runId)
    const open = before.at(-1)
    if (open?.to !== null || step <= open.step) return false
    this.#breaks.set(runId, [...before.slice(0, -1), { ...open, to: now }])
    return true
  }
}

const none: readonly Break[] = []

const log = new BreakLog()
const version = shallowRef(0)

/** The page's own log: begun when the page is first opened, kept until it is reloaded. */
export const breaks = {
  know: (runs: Parameters<BreakLog['know']>[0]): void => log.know(runs),
  hear(event: LabEvent): void {
    if (log.apply(event, Date.now())) version.value++
  },
  of(runId: string): readonly Break[] {
    return version.value >= 0 ? log.of(runId) : none // read, so that what shows them follows
  },
  /** The same for drawing, which follows frames and not Vue. */
  peek: (runId: string): readonly Break[] => log.of(runId),
}
