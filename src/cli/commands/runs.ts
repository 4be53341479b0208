import type { RunRecord } from '../../experiments/run.ts'
import type { LabClient } from '../../lab/connect.ts'
import type { RegisterCommand, Terminal } from '../command.ts'
import { extname, resolve as absolute } from 'node:path'
import { exportFormats } from '../../contract/lab.ts'
import { DescentError } from '../../contract/errors.ts'
import { exitCodeOfRuns } from '../exit-code.ts'
import { examples } from '../help.ts'
import { withLab } from '../lab.ts'
import { details, listing, withMetrics } from '../run-text.ts'

export const runs: RegisterCommand = (program, act) => {
  const command = program
    .command('runs')
    .description('The runs in the library.')
    .addHelpText(
      'after',
      examples(
        'runs list',
        'runs show 2rxs --json',
        'runs resume 2rxsfouq0m3l 2rxsfourmxbk',
        'runs export 2rxs --out curves.parquet',
        'runs add-seeds 2rxs 10',
      ),
    )

  command
    .command('list')
    .description('All runs, oldest first.')
    .action(
      act(async (terminal) =>
        withLab(async (lab) => {
          const { runs } = await lab.call('runs.list', {})
          terminal.print(runs, () => listing(runs))
        }),
      ),
    )

  command
    .command('show')
    .description('One run with its metrics.')
    .argument('<run>', 'id, or the beginning of one')
    .action(
      act(async (terminal, runId: string) =>
        withLab(async (lab) => {
          const { run, metrics } = await lab.call('runs.show', { runId })
          terminal.print(withMetrics(run, metrics), () => details(run, metrics))
        }),
      ),
    )

  command
    .command('resume')
    .description('Go on with interrupted, paused, failed or cancelled runs from their checkpoint.')
    .argument('<run...>', 'ids')
    .action(act(async (terminal, runIds: string[]) => withLab((lab) => resume(lab, terminal, runIds))))

  command
    .command('cancel')
    .description('End waiting, running, paused or interrupted runs; what they measured is kept.')
    .argument('<run...>', 'ids')
    .action(
      act(async (terminal, runIds: string[]) =>
        withLab((lab) => change(lab, terminal, 'runs.cancel', runIds)),
      ),
    )

  command
    .command('pause')
    .description('Take runs out of training until they are resumed.')
    .argument('<run...>', 'ids')
    .action(
      act(async (terminal, runIds: string[]) =>
        withLab((lab) => change(lab, terminal, 'runs.pause', runIds)),
      ),
    )

  command
    .command('add-seeds')
    .description(
      'Run further seeds of everything that an experiment compares; reports say that they came later.',
    )
    .argument('<experiment>', 'its id, the id of one of its runs, or the beginning of either')
    .argument('<count>', 'seeds more of each series', countOf)
    .action(
      act(async (terminal, given: string, seeds: number) =>
        withLab((lab) => addSeeds(lab, terminal, given, seeds)),
      ),
    )

  command
    .command('export')
    .description('Write runs with every point they measured, for other programs.')
    .argument('<run...>', 'ids, or beginnings of them')
    .requiredOption('--out <path>', 'FILE.csv, FILE.parquet, FILE.json, or a folder (TensorBoard)')
    .action(
      act(async (terminal, given: string[], { out }: { out: string }) => {
        const { files } = await withLab((lab) =>
          lab.call('export.write', { runIds: given, format: formatOf(out), file: absolute(out) }),
        )
        terminal.print({ files }, () => files.join('\n'))
      }),
    )

  command
    .command('delete')
    .description('Remove runs and all they measured.')
    .argument('<run...>', 'ids')
    .action(
      act(async (terminal, runIds: string[]) =>
        withLab(async (lab) => {
          const doomed = await shown(lab, runIds)
          await lab.call('runs.delete', { runIds: doomed.map(({ id }) => id) })
          terminal.print(
            doomed,
            () => `Deleted ${doomed.map(({ name, id }) => `${name} (${id})`).join(', ')}.`,
          )
        }),
      ),
    )
}

/** What the ending of a path asks for; a folder is TensorBoard's. */
function formatOf(path: string): (typeof exportFormats)[number] {
  const ending = extname(path).slice(1).toLowerCase()
  return exportFormats.find((format) => format === ending) ?? 'tensorboard'
}

/** @throws DescentError `usage` */
function countOf(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 1 && count <= 1000) return count
  throw new DescentError(
    'usage',
    `${JSON.stringify(text)} is no number of seeds.`,
    'Give a whole number from 1 to 1000.',
  )
}

async function addSeeds(lab: LabClient, terminal: Terminal, given: string, seeds: number): Promise<void> {
  const { followRuns, noteFailures } = await import('../follow.ts')
  const experimentId = await experimentNamed(lab, given)
  const ended = await followRuns(lab, terminal, 'further seeds', async () => {
    const { runIds } = await lab.call('experiments.extend', { experimentId, seeds })
    return runIds
  })
  const runs = [...ended.values()]
  terminal.print(runs, () => listing(runs))
  noteFailures(
    terminal,
    runs.filter(({ error }) => error),
  )
  // A member that diverged is a result.
  terminal.exit(exitCodeOfRuns(runs.filter(({ status }) => status !== 'diverged')))
}

/** @throws DescentError `not-found` where neither an experiment nor a run of one is meant */
async function experimentNamed(lab: LabClient, given: string): Promise<string> {
  const { experiments } = await lab.call('experiments.list', {})
  const [only, ...others] = experiments.filter(({ id }) => given !== '' && id.startsWith(given))
  if (only && others.length === 0) return only.id
  const { run } = await lab.call('runs.show', { runId: given }).catch((cause: unknown) => {
    const { code, message, remedy } = DescentError.from(cause)
    if (code !== 'not-found') throw cause
    throw new DescentError(code, `${message} No single experiment begins with it either.`, remedy, { cause })
  })
  if (run.experimentId !== null) return run.experimentId
  throw new DescentError(
    'not-found',
    `The run ${run.id} belongs to no experiment.`,
    'Train it with other seeds: `descent train … --seed 1`.',
  )
}

async function resume(lab: LabClient, terminal: Terminal, given: readonly string[]): Promise<void> {
  const { askedFor, followRuns, noteFailures } = await import('../follow.ts')
  const resumed = await shown(lab, given)
  const experiments = new Set(resumed.flatMap(({ study, experimentId }) => (study && experimentId) ?? []))
  const studied = () => askedFor(lab, [...experiments])
  let before = new Set<string>()
  const submit = async (): Promise<string[]> => {
    const runIds = resumed.map(({ id }) => id)
    before = new Set((await studied()).runIds)
    await lab.call('runs.resume', { runIds })
    return runIds
  }
  // What an experiment that tunes goes on to ask for; not what was there before: it may be over, or not resumed.
  const more = async () => {
    const { runIds, left } = await studied()
    return { runIds: runIds.filter((id) => !before.has(id)), left }
  }
  const ended = await followRuns(lab, terminal, 'resumed', submit, experiments.size > 0 ? more : undefined)
  const runIds = [...new Set([...resumed.map(({ id }) => id), ...ended.keys()])]
  const results = await Promise.all(runIds.map((runId) => lab.call('runs.show', { runId })))
  const runs = results.map(({ run }) => run)
  const [only] = results
  if (only && results.length === 1) {
    const { error } = only.run
    if (error) throw new DescentError(error.code, error.message, error.remedy)
    terminal.print(withMetrics(only.run, only.metrics), () => listing(runs))
  } else {
    const values = results.map(({ run, metrics }) => withMetrics(run, metrics))
    terminal.print(values, () => listing(runs))
    noteFailures(
      terminal,
      runs.filter(({ error }) => error),
    )
  }
  terminal.exit(exitCodeOfRuns(runs))
}

async function change(
  lab: LabClient,
  terminal: Terminal,
  call: 'runs.cancel' | 'runs.pause',
  given: readonly string[],
): Promise<void> {
  const runIds = (await shown(lab, given)).map(({ id }) => id)
  await lab.call(call, { runIds })
  const changed = await shown(lab, runIds)
  terminal.print(changed, () => listing(changed))
}

/** The runs that are named, each once. */
async function shown(lab: LabClient, given: readonly string[]): Promise<RunRecord[]> {
  const runs = await Promise.all(given.map(async (runId) => (await lab.call('runs.show', { runId })).run))
  return [...new Map(runs.map((run) => [run.id, run])).values()]
}
