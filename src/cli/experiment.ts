import { readFile, realpath } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { places } from '../lab/places.ts'
import { makeFolder, writeWhole } from '../lab/write-whole.ts'
import type { Experiment } from '../experiments/experiment.ts'
import { readExperiment } from '../experiments/read.ts'
import { isTuningRun } from '../comparison/tuning.ts'
import type { LabClient } from '../lab/connect.ts'
import { epochResults, type EpochResult, type RunSummary } from '../experiments/run.ts'
import type { Terminal } from './command.ts'
import { exitCodeOfRuns } from './exit-code.ts'
import { followRuns, noteFailures } from './follow.ts'
import { withLab } from './lab.ts'
import { cutToTime } from './time-limit.ts'

/**
 * Runs an experiment file to its end and writes the report beside a copy of the file.
 * @param options `out`: folder of the report, by default one in the library; `margin`: the largest difference that does
 * not matter, as a share of the mean; `atMost`: minutes that the experiment is cut to
 */
export async function runExperiment(
  terminal: Terminal,
  file: string,
  { out, margin, atMost }: { out?: string; margin?: number; atMost?: number } = {},
): Promise<{
  runs: string[]
  report: string
  ended: RunSummary[]
  failed: number
  experiment: Experiment
  /** Of trials, by run; only where there are targets that they could reach. */
  epochs: Map<string, EpochResult[]>
  exitCode: number
}> {
  const whole = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    throw new DescentError(
      'not-found',
      `${file} cannot be read (${code ?? message}).`,
      'Give the path of an experiment file; resources/experiments holds examples.',
    )
  })
  // Found now, not when everything has been trained.
  if (out !== undefined) await makeFolder(resolve(out))
  return withLab(async (lab) => {
    const text =
      atMost === undefined ? whole : await cutToTime(lab, terminal, { text: whole, name: file }, atMost)
    let submitted = { experimentId: '', title: '', runIds: [] as string[] }
    const followed = await followRuns(
      lab,
      terminal,
      basename(file),
      async () => {
        submitted = await lab.call('experiments.submit', { text, name: file })
        return submitted.runIds
      },
      () => lab.call('experiments.study', { experimentId: submitted.experimentId }),
    )
    const { experimentId } = submitted
    const { runIds } = await lab.call('experiments.study', { experimentId })
    const ended = runIds.flatMap((id) => followed.get(id) ?? [])
    const name = basename(file, extname(file))
    const folder = resolve(out ?? join(places().home, 'reports', `${name}-${experimentId}`))
    await makeFolder(folder)
    const copy = join(folder, basename(file))
    // What was run, which the file may no longer say; the person's own file is left alone.
    if ((await realpath(file).catch(() => '')) !== (await realpath(copy).catch(() => copy)))
      await writeWhole(copy, [text])
    const report = join(folder, 'report.html')
    await lab.call('report.write', {
      runIds,
      file: report,
      locale: terminal.locale,
      ...(margin !== undefined && { margin }),
    })
    const failures = ended.filter(({ error }) => error)
    noteFailures(terminal, failures)
    // A member that diverged is a result.
    const exitCode = exitCodeOfRuns(ended.filter(({ status }) => status !== 'diverged'))
    const experiment = readExperiment(text, file)
    const trials = experiment.targets ? ended.filter(isTuningRun).map(({ id }) => id) : []
    const epochs = await epochsOf(lab, trials)
    return { runs: runIds, report, ended, failed: failures.length, experiment, epochs, exitCode }
  })
}

/** Of one call: their points come along. */
const perCall = 100

async function epochsOf(lab: LabClient, runIds: readonly string[]): Promise<Map<string, EpochResult[]>> {
  const found = new Map<string, EpochResult[]>()
  for (let from = 0; from < runIds.length; from += perCall) {
    const { curves } = await lab.call('runs.curves', { runIds: runIds.slice(from, from + perCall) })
    for (const { runId, epochs } of curves) found.set(runId, epochResults(epochs))
  }
  return found
}
