import { DescentError } from '../contract/errors.ts'
import { isOver, type RunSummary } from '../experiments/run.ts'
import type { LabClient } from '../lab/connect.ts'
import type { Terminal } from './command.ts'
import { Latest } from './latest.ts'
import { ProgressLine } from './progress.ts'
import { SetUpProgress } from './set-up-progress.ts'

/**
 * Shows the progress of runs until all are over.
 * @param submit puts them in the queue and names them; events from then on are followed
 * @param more asked when all are over: all runs there are by then, where results ask for others, and how many are left
 * @returns the runs as they ended; those that someone else deleted are missing
 * @throws DescentError `interrupted` on Ctrl-C, once the lab keeps them for `runs resume`
 */
export async function followRuns(
  lab: LabClient,
  terminal: Terminal,
  what: string,
  submit: () => Promise<readonly string[]>,
  more?: () => Promise<{ runIds: readonly string[]; left: number }>,
): Promise<Map<string, RunSummary>> {
  const { signal } = terminal
  const { sequence } = await lab.call('lab.info', {})
  const followed = new Set(await submit())
  const waiting = new Set(followed)
  const ended = new Map<string, RunSummary>()
  /** As they were last, before it was known that they are ours. */
  const others = new Map<string, RunSummary>()
  let expected = followed.size
  const steps = new Tally()
  const totals = new Tally()
  const latest = new Latest()
  const progress = new ProgressLine()
  const setUp = new SetUpProgress(terminal, progress)
  for await (const { event } of lab.stream('events', {}, { after: sequence, signal })) {
    if (event.type === 'progress' && waiting.has(event.runId)) {
      steps.set(event.runId, event.step)
      latest.hear(event)
    }
    if (event.type === 'run' && waiting.has(event.run.id)) {
      const { run } = event
      totals.set(run.id, run.totalSteps)
      steps.set(run.id, isOver(run.status) ? run.totalSteps : run.steps)
      if (isOver(run.status)) {
        ended.set(run.id, run)
        waiting.delete(run.id)
      }
    } else if (event.type === 'run' && more) others.set(event.run.id, event.run)
    else if (event.type === 'deleted') event.runIds.forEach((id) => waiting.delete(id))
    else if (event.type === 'setup') setUp.show(event)
    else if (event.type === 'engine') terminal.note(`The engine died (${event.reason}) and is started again.`)
    if (waiting.size === 0 && more) {
      const { runIds, left } = await more()
      for (const id of runIds) {
        if (followed.has(id)) continue
        followed.add(id)
        const run = others.get(id)
        if (run) {
          totals.set(id, run.totalSteps)
          steps.set(id, isOver(run.status) ? run.totalSteps : run.steps)
        }
        if (run && isOver(run.status)) ended.set(id, run)
        else waiting.add(id)
      }
      expected = ended.size + left
    }
    const counted =
      expected > 1 ? `${what}: ${followed.size - waiting.size} of ${expected} runs` : latest.text || what
    if (totals.size === followed.size) progress.update(counted, steps.sum, totals.sum, 'steps')
    if (waiting.size === 0) break
  }
  progress.clear()
  if (waiting.size > 0 && signal.aborted) {
    lab.close()
    await lab.closed
    throw new DescentError(
      'interrupted',
      `Interrupted; ${waiting.size === 1 ? 'the run is' : `${waiting.size} runs are`} saved.`,
      `\`descent runs resume ${[...waiting].slice(0, 3).join(' ')}${waiting.size > 3 ? ' …' : ''}\` goes on.`,
    )
  }
  return ended
}

/** What experiments have asked for by now, and how many runs are left of them: `more` of `followRuns`. */
export async function askedFor(
  lab: LabClient,
  experimentIds: readonly string[],
): Promise<{ runIds: string[]; left: number }> {
  const found = await Promise.all(
    experimentIds.map((experimentId) => lab.call('experiments.study', { experimentId })),
  )
  return {
    runIds: found.flatMap(({ runIds }) => runIds),
    left: found.reduce((sum, { left }) => sum + left, 0),
  }
}

const failuresNoted = 5

/** Says why runs failed; where many did, of the first few. */
export function noteFailures(terminal: Terminal, runs: readonly RunSummary[]): void {
  for (const { id, name, error } of runs.slice(0, failuresNoted))
    if (error) terminal.note(`${name} (${id}): ${error.message} ${error.remedy}`)
  if (runs.length > failuresNoted) terminal.note(`… and ${runs.length - failuresNoted} more failed.`)
}

/** Numbers by run, and their sum at any time: events are many, and so may runs be. */
class Tally {
  readonly #values = new Map<string, number>()
  sum = 0

  get size(): number {
    return this.#values.size
  }

  set(id: string, value: number): void {
    this.sum += value - (this.#values.get(id) ?? 0)
    this.#values.set(id, value)
  }
}
