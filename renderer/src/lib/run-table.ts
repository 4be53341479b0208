import type { LabEvent } from '../../../src/contract/lab.ts'
import { withEpochs } from '../../../src/experiments/best.ts'
import type { RunSummary } from '../../../src/experiments/run.ts'

/** What an event asks of a run's curve. */
export type CurveChange =
  | { kind: 'append'; runId: string; event: Extract<LabEvent, { type: 'progress' }> }
  | { kind: 'clear' | 'drop'; runId: string }

/** Every run as the lab last told it, in the order of creation. */
export class RunTable {
  #runs = new Map<string, RunSummary>()
  #sorted = true
  #newest: RunSummary | undefined

  get(runId: string): RunSummary | undefined {
    return this.#runs.get(runId)
  }

  list(): RunSummary[] {
    if (!this.#sorted)
      this.replaceAll(
        [...this.#runs.values()].sort((a, b) => (comesBefore(a, b) ? -1 : comesBefore(b, a) ? 1 : 0)),
      )
    return [...this.#runs.values()]
  }

  replaceAll(runs: readonly RunSummary[]): void {
    this.#runs = new Map(runs.map((run) => [run.id, run]))
    this.#newest = runs.at(-1)
    this.#sorted = true
  }

  /** @returns what the event means for curves */
  apply(event: LabEvent): CurveChange[] {
    switch (event.type) {
      case 'run': {
        const { run } = event
        const known = this.#runs.get(run.id)
        this.#set(run)
        // Taken from step 0 again.
        return known && run.steps === 0 && known.steps > 0 ? [{ kind: 'clear', runId: run.id }] : []
      }
      case 'progress': {
        const known = this.#runs.get(event.runId)
        if (!known) return []
        this.#runs.set(event.runId, {
          ...known,
          steps: event.step,
          totalSteps: event.totalSteps,
          seconds: event.seconds,
          best: bestOf(withEpochs(known.best, event.epochs), event.points),
        })
        return [{ kind: 'append', runId: event.runId, event }]
      }
      case 'deleted':
        for (const runId of event.runIds) this.#runs.delete(runId)
        return event.runIds.map((runId) => ({ kind: 'drop', runId }))
      case 'data':
      case 'engine':
      case 'setup':
        return []
    }
  }

  /** A run that comes back takes its old place in the order of creation. */
  #set(run: RunSummary): void {
    if (!this.#runs.has(run.id)) {
      if (this.#newest && comesBefore(run, this.#newest)) this.#sorted = false
      else this.#newest = run
    }
    this.#runs.set(run.id, run)
  }
}

const comesBefore = (a: RunSummary, b: RunSummary): boolean =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id)

function bestOf(
  best: RunSummary['best'],
  { step, trainLoss }: { step: Float64Array; trainLoss: Float64Array },
): RunSummary['best'] {
  let lowest = best
  for (let i = 0; i < trainLoss.length; i++) {
    const loss = trainLoss[i] as number
    if (Number.isFinite(loss) && (lowest.trainLoss === null || loss < lowest.trainLoss))
      lowest = { ...lowest, trainLoss: loss, step: step[i] as number }
  }
  return lowest
}
