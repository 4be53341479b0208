import type { DatasetStatus, ImportResult, Progress } from '../../lab/hub/types.ts'
import type { RegisterCommand, Terminal } from '../command.ts'
import { DescentError } from '../../contract/errors.ts'
import type { TestSetLooks } from '../../experiments/looks.ts'
import { formatTime } from '../../locales/format.ts'
import { exitCodes } from '../exit-code.ts'
import { examples } from '../help.ts'
import { withLab } from '../lab.ts'
import { ProgressLine, si } from '../progress.ts'
import { table } from '../table.ts'

async function openHub() {
  const { DataHub } = await import('../../lab/hub/hub.ts')
  const { places } = await import('../../lab/places.ts')
  const { cache, resources, searchPaths } = places()
  return new DataHub({ cacheDir: cache, resourcesDir: resources, searchPaths: searchPaths ?? [] })
}

export const data: RegisterCommand = (program, act) => {
  const command = program
    .command('data')
    .description('The datasets: where they are, fetching, checking, importing.')
    .addHelpText(
      'after',
      examples('data list', 'data fetch airfoil', 'data import ~/Downloads/fashion-mnist.zip'),
    )

  command
    .command('list')
    .description('Every dataset and the state of its files.')
    .action(act(async (terminal) => print(terminal, await (await openHub()).list())))

  command
    .command('fetch')
    .description('Get a dataset and check it.')
    .argument('[id]', 'dataset (descent list datasets)')
    .option('--all', 'every dataset')
    .action(
      act(async (terminal, id: string | undefined, options: { all?: true }) => {
        if ((id === undefined) === (options.all === undefined))
          throw new DescentError(
            'usage',
            'data fetch takes a dataset or --all.',
            'Say which: `descent data fetch airfoil`.',
          )
        const hub = await openHub()
        const progress = new ProgressLine()
        const how = { signal: terminal.signal, onProgress: show(progress) }
        const got = id === undefined ? await hub.fetchAll(how) : [await hub.fetch(id, how)]
        progress.clear()
        print(terminal, got)
      }),
    )

  command
    .command('verify')
    .description('Hash every file that is there and compare; exits with 4 where one is missing or damaged.')
    .argument('[id]', 'only this dataset')
    .action(
      act(async (terminal, id: string | undefined) => {
        const checked = await (await openHub()).verify(id, { signal: terminal.signal })
        print(terminal, checked)
        // Files that are missing or only partly there do not verify either.
        if (checked.some(({ files }) => files.some(({ state }) => state !== 'ready')))
          terminal.exit(exitCodes.data)
      }),
    )

  command
    .command('looks')
    .description('How often each test set has been looked at, by settings, runs and experiments.')
    .action(
      act(async (terminal) => {
        const { looks } = await withLab((lab) => lab.call('data.looks', {}))
        terminal.print(looks, () => looksTable(looks))
      }),
    )

  command
    .command('import')
    .description('Take dataset files from a file, folder or archive; each is recognised by its hash.')
    .argument('<path>', 'file, folder, .zip, .tar, .tar.gz or .gz')
    .action(
      act(async (terminal, path: string) => {
        const hub = await openHub()
        const progress = new ProgressLine()
        const result = await hub.import(path, { signal: terminal.signal, onProgress: show(progress) })
        progress.clear()
        if (result.recognised.length === 0) throw nothingFound(path, result)
        for (const { from, reason } of result.refused) terminal.note(`${from}: ${reason}`)
        const touched = new Set(result.recognised.map(({ dataset }) => dataset))
        print(
          terminal,
          (await hub.list()).filter(({ id }) => touched.has(id)),
        )
      }),
    )
}

function looksTable(looks: readonly TestSetLooks[]): string {
  if (looks.length === 0) return 'No run in this library has been evaluated on a test set.'
  return table(
    ['workload', 'experiment', 'settings', 'runs', 'first', 'last'],
    looks.flatMap(({ workload, settings, runs, experiments, first, last, by }) => [
      [workload, `all (${experiments})`, settings, runs, formatTime(first), formatTime(last)],
      ...by.map((one) => [
        workload,
        one.experimentId === null ? 'none' : (one.title ?? one.experimentId),
        one.settings,
        one.runs,
        formatTime(one.first),
        formatTime(one.last),
      ]),
    ]),
  )
}

function nothingFound(path: string, { refused, ignored }: ImportResult): DescentError {
  const [first] = refused
  if (first)
    return new DescentError(
      first.code,
      `${first.from}: ${first.reason}`,
      'Get the file again, or from another source.',
    )
  return new DescentError(
    'data-missing',
    `${path} holds none of the known dataset files (${ignored} looked at).`,
    '`descent list datasets` names the files, their sizes and SHA-1.',
  )
}

const show =
  (line: ProgressLine) =>
  ({ file, receivedBytes, sizeBytes }: Progress): void =>
    line.update(file, receivedBytes, sizeBytes, 'B')

function print(terminal: Terminal, datasets: readonly DatasetStatus[]): void {
  const value = datasets.map(({ id, title, licence, files }) => ({
    id,
    title: title[terminal.locale],
    licence: licence.name,
    files,
  }))
  terminal.print(value, () =>
    table(
      ['dataset', 'file', 'state', 'size', 'path'],
      datasets.flatMap(({ id, files }) =>
        files.map(({ name, state, sizeBytes, path }) => [id, name, state, `${si(sizeBytes)}B`, path]),
      ),
    ),
  )
}
