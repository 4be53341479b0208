import type { RunStatus, RunSummary } from '../../../src/experiments/run.ts'
import { lab } from '../connection/index.ts'
import { t } from '../i18n.ts'
import { selection } from './selection.ts'
import { attempt, toasts } from './toasts.ts'

export type RunAction = 'pause' | 'resume' | 'cancel' | 'retry' | 'reorder' | 'delete'

const allowed: Readonly<Record<RunAction, readonly RunStatus[]>> = {
  pause: ['queued', 'running'],
  resume: ['paused', 'interrupted', 'failed', 'cancelled'],
  cancel: ['queued', 'running', 'paused'],
  retry: ['interrupted', 'done', 'diverged', 'failed', 'cancelled'],
  reorder: ['queued'],
  delete: ['queued', 'running', 'paused', 'interrupted', 'done', 'diverged', 'failed', 'cancelled'],
}

/** Those of the runs whose state allows the action. */
export const applicable = (list: readonly RunSummary[], action: RunAction): RunSummary[] =>
  list.filter(({ status }) => allowed[action].includes(status))

const idsOf = (list: readonly RunSummary[]): string[] => list.map(({ id }) => id)

/** Each takes any runs, acts on those whose state allows it and says what was done; failures become toasts. */
async function act(
  list: readonly RunSummary[],
  action: RunAction,
  call: (runIds: string[]) => Promise<unknown>,
  said: 'runs.paused' | 'runs.resumed' | 'runs.cancelled' | 'runs.retried' | 'runs.reordered',
): Promise<boolean> {
  const runIds = idsOf(applicable(list, action))
  if (runIds.length === 0) return false
  const done = await attempt(() => call(runIds))
  if (done) toasts.good(t(said, { count: runIds.length }))
  return done
}

export const pauseRuns = (list: readonly RunSummary[]) =>
  act(list, 'pause', (runIds) => lab.call('runs.pause', { runIds }), 'runs.paused')

/** Runs go on when the window closes: whoever resumes them here wants them finished. */
export const resumeRuns = (list: readonly RunSummary[]) =>
  act(list, 'resume', (runIds) => lab.call('runs.resume', { runIds, detached: true }), 'runs.resumed')

export const cancelRuns = (list: readonly RunSummary[]) =>
  act(list, 'cancel', (runIds) => lab.call('runs.cancel', { runIds }), 'runs.cancelled')

export const retryRuns = (list: readonly RunSummary[]) =>
  act(list, 'retry', (runIds) => lab.call('runs.retry', { runIds, detached: true }), 'runs.retried')

/** Waiting runs before all others, or behind them. */
export const moveRuns = (list: readonly RunSummary[], before: string | null) =>
  act(list, 'reorder', (runIds) => lab.call('runs.reorder', { runIds, before }), 'runs.reordered')

export async function deleteRuns(list: readonly RunSummary[]): Promise<boolean> {
  const runIds = idsOf(list)
  if (runIds.length === 0) return false
  const done = await attempt(() => lab.call('runs.delete', { runIds, undoable: true }))
  if (!done) return false
  const wereSelected = runIds.filter((id) => selection.has(id))
  selection.remove(runIds)
  toasts.undoable(t('runs.deleted', { count: runIds.length }), () =>
    attempt(async () => {
      await lab.call('runs.restore', { runIds })
      selection.add(wereSelected)
      toasts.info(t('runs.restored', { count: runIds.length }))
    }),
  )
  return true
}

export async function tagRuns(
  list: readonly RunSummary[],
  { add = [], remove = [] }: { add?: string[]; remove?: string[] },
): Promise<boolean> {
  const runIds = idsOf(list)
  if (runIds.length === 0 || add.length + remove.length === 0) return false
  const done = await attempt(() => lab.call('runs.tag', { runIds, add, remove }))
  if (done && list.length > 1) {
    for (const tag of add) toasts.good(t('runs.tagged', { count: runIds.length, tag }))
    for (const tag of remove) toasts.good(t('runs.untagged', { count: runIds.length, tag }))
  }
  return done
}

export const renameRun = (run: RunSummary, name: string): Promise<boolean> =>
  attempt(() => lab.call('runs.rename', { runId: run.id, name: name.trim() }))

/** Keeps a person's words about a run; empty ones take them away. */
export const noteRun = (run: RunSummary, note: string): Promise<boolean> =>
  attempt(() => lab.call('runs.note', { runId: run.id, note }))
