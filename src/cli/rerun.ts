import { basename } from 'node:path'
import {
  countReproductions,
  defaultTolerance,
  hasEnd,
  isReproduced,
  type Reproduction,
  type ReproductionCounts,
} from '../bundle/reproduction.ts'
import { DescentError } from '../contract/errors.ts'
import type { RunSummary } from '../experiments/run.ts'
import type { LabClient } from '../lab/connect.ts'
import type { Terminal } from './command.ts'
import { exitCodeOfRuns, exitCodes } from './exit-code.ts'
import { followRuns, noteFailures } from './follow.ts'
import { withLab } from './lab.ts'

export interface Rerun {
  reproduced: boolean
  tolerance: number
  counts: ReproductionCounts
  runs: Reproduction[]
  /** Of the bundle, and those that repeat them. */
  experimentIds: string[]
  again: string[]
  /** Runs of the bundle that had no end to come to: interrupted, cancelled or failed. */
  unfinished: number
}

/** Opens a bundle, runs again what it holds, and compares. */
export const rerunBundle = (
  terminal: Terminal,
  file: string,
  tolerance = defaultTolerance,
): Promise<Rerun & { exitCode: number }> =>
  withLab(async (lab) => {
    const { runIds, experimentIds } = await lab.call('bundle.open', { path: file })
    const { runs: all } = await lab.call('runs.list', {})
    const bundled = new Set(runIds)
    const runs = all.filter(({ id }) => bundled.has(id))
    const ended = runs.filter(hasEnd)
    if (ended.length === 0)
      throw new DescentError(
        'unsupported',
        `None of the ${runs.length} runs of ${file} came to an end that could be compared.`,
        'Run them on: `descent runs resume RUN …`.',
      )
    const again: string[] = []
    const followed = await followRuns(
      lab,
      terminal,
      basename(file),
      async () => {
        const first = await submitAgain(lab, experimentIds, ended)
        again.push(...first.experimentIds)
        return first.runIds
      },
      () => progressOf(lab, again),
    )
    noteFailures(
      terminal,
      [...followed.values()].filter(({ error }) => error),
    )
    const { runs: results } = await lab.call('runs.reproduction', {
      runIds: ended.map(({ id }) => id),
      among: [...followed.keys()],
      tolerance,
    })
    const counts = countReproductions(results)
    const reproduced = isReproduced(counts)
    const failed = exitCodeOfRuns([...followed.values()].filter(({ status }) => status !== 'diverged'))
    return {
      reproduced,
      tolerance,
      counts,
      runs: results,
      experimentIds,
      again,
      unfinished: runs.length - ended.length,
      exitCode: reproduced ? exitCodes.done : failed === exitCodes.done ? exitCodes.notReproduced : failed,
    }
  })

/** The same experiment files once more, and runs that are of none with the same settings. */
async function submitAgain(
  lab: LabClient,
  experimentIds: readonly string[],
  runs: readonly RunSummary[],
): Promise<{ experimentIds: string[]; runIds: string[] }> {
  const { experiments } = await lab.call('experiments.list', {})
  const alone = runs.filter(({ experimentId }) => experimentId === null)
  const submitted: string[] = []
  const runIds: string[] = []
  for (const { id, text, title } of experiments) {
    if (!experimentIds.includes(id)) continue
    const { experimentId, runIds: first } = await lab.call('experiments.submit', { text, name: title })
    submitted.push(experimentId)
    runIds.push(...first)
  }
  if (alone.length > 0)
    runIds.push(...(await lab.call('runs.submit', { runs: alone.map(({ settings }) => settings) })).runIds)
  return { experimentIds: submitted, runIds }
}

/** What experiments have asked for by now, and what they still will. */
async function progressOf(
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
