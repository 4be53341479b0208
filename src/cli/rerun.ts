import { basename } from 'node:path'
import {
  countReproductions,
  defaultTolerance,
  hasEnd,
  isReproduced,
  repetitionOf,
  type Reproduction,
  type ReproductionCounts,
} from '../bundle/reproduction.ts'
import { DescentError } from '../contract/errors.ts'
import type { RunSummary } from '../experiments/run.ts'
import type { LabClient } from '../lab/connect.ts'
import type { Terminal } from './command.ts'
import { exitCodeOfRuns, exitCodes } from './exit-code.ts'
import { askedFor, followRuns, noteFailures } from './follow.ts'
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
        const first = await submitAgain(lab, ended)
        again.push(...first.experimentIds)
        return first.runIds
      },
      () => askedFor(lab, again),
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

/** The same experiment files once more, and by themselves runs that no file asks for. */
async function submitAgain(
  lab: LabClient,
  originals: readonly RunSummary[],
): Promise<{ experimentIds: string[]; runIds: string[] }> {
  const stored = await lab.call('experiments.list', {})
  const { experiments, runs } = repetitionOf(originals, stored.experiments)
  const experimentIds: string[] = []
  const runIds: string[] = []
  for (const { text, title } of experiments) {
    const submitted = await lab.call('experiments.submit', { text, name: title })
    experimentIds.push(submitted.experimentId)
    runIds.push(...submitted.runIds)
  }
  if (runs.length > 0) runIds.push(...(await lab.call('runs.submit', { runs: [...runs] })).runIds)
  return { experimentIds, runIds }
}
