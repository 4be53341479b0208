import { DescentError } from '../contract/errors.ts'
import { isOver, type RunSummary } from '../experiments/run.ts'
import type { LabClient } from '../lab/connect.ts'
import type { Terminal } from './command.ts'
import { ProgressLine } from './progress.ts'

/**
 * Shows the progress of runs until all are over.
 * @param submit puts them in the queue and names them; events from then on are followed
 * @throws DescentError `interrupted` on Ctrl-C, once the lab keeps them for `runs resume`
 */
export async function followRuns(
  lab: LabClient,
  terminal: Terminal,
  what: string,
  submit: () => Promise<readonly string[]>,
): Promise<Map<string, RunSummary>> {
  const { sequence } = await lab.call('lab.info', {})
  const runIds = await submit()
  const waiting = new Set(runIds)
  const ended = new Map<string, RunSummary>()
  const steps = new Map<string, number>()
  const totals = new Map<string, number>()
  const progress = new ProgressLine()
  for await (const { event } of lab.stream('events', {}, { after: sequence, signal: terminal.signal })) {
    if (event.type === 'progress' && waiting.has(event.runId)) steps.set(event.runId, event.step)
    else if (event.type === 'run' && waiting.has(event.run.id)) {
      totals.set(event.run.id, event.run.totalSteps)
      if (isOver(event.run.status)) {
        steps.set(event.run.id, event.run.totalSteps)
        ended.set(event.run.id, event.run)
        waiting.delete(event.run.id)
      }
    } else if (event.type === 'deleted') event.runIds.forEach((id) => waiting.delete(id))
    else if (event.type === 'engine') terminal.note(`The engine died (${event.reason}) and is started again.`)
    const counted =
      runIds.length > 1 ? `${what}: ${runIds.length - waiting.size} of ${runIds.length} runs` : what
    const total = sum(totals) * (runIds.length / Math.max(1, totals.size))
    progress.update(counted, sum(steps), total, 'steps')
    if (waiting.size === 0) break
  }
  progress.clear()
  if (waiting.size > 0 && terminal.signal.aborted) {
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

const sum = (values: ReadonlyMap<string, number>): number => [...values.values()].reduce((a, b) => a + b, 0)
