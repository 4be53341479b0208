import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { defaultTolerance } from '../../bundle/reproduction.ts'
import type { RegisterCommand } from '../command.ts'
import { examples } from '../help.ts'
import { withLab } from '../lab.ts'
import { si } from '../progress.ts'
import { realNumber } from '../settings.ts'
import { table } from '../table.ts'

export const bundle: RegisterCommand = (program, act) => {
  const command = program
    .command('bundle')
    .description('Runs with all they measured as one file that others check, open and run again.')
    .addHelpText(
      'after',
      examples(
        'bundle save 2rxsfouq0m3l --out paper.descent.zip',
        'bundle check paper.descent.zip',
        'bundle rerun paper.descent.zip --json',
      ),
    )

  command
    .command('save')
    .description('Write runs, or all runs of an experiment, as a bundle.')
    .argument('<id...>', 'runs or experiments, or beginnings of their ids')
    .requiredOption('--out <file>', 'FILE.descent.zip')
    .action(
      act(async (terminal, ids: string[], { out }: { out: string }) => {
        const saved = await withLab((lab) =>
          lab.call('bundle.write', { ids, locale: terminal.locale, file: resolve(out) }),
        )
        if (!saved.hasReport) terminal.note('The bundle is too large for a report; all else is in it.')
        terminal.print(
          saved,
          () =>
            `${saved.title}: ${saved.runs} runs, ${si(saved.sizeBytes)}B\n${saved.file}\nSHA-256 ${saved.sha256}`,
        )
      }),
    )

  command
    .command('open')
    .description('Check a bundle and take it into the library; nothing is trained.')
    .argument('<file>', 'FILE.descent.zip')
    .action(
      act(async (terminal, file: string) => {
        const opened = await withLab((lab) => lab.call('bundle.open', { path: resolve(file) }))
        const { title, runIds, added, origin } = opened
        terminal.print(
          opened,
          () =>
            `${title}: ${runIds.length} runs, ${added} of them new here; made ${origin.madeAt} by Descent Lab ${origin.madeBy}.`,
        )
      }),
    )

  command
    .command('check')
    .description('Check every hash of a bundle; no library is touched.')
    .argument('<file>', 'FILE.descent.zip')
    .action(
      act(async (terminal, file: string) => {
        const { withBundle } = await import('../../lab/bundle/unpack.ts')
        const { places } = await import('../../lab/places.ts')
        const checked = await withBundle(
          resolve(file),
          places().cache,
          ({ manifest, sha256 }) => ({
            title: manifest.title,
            made: manifest.made,
            sha256,
            version: manifest.version,
            experiments: manifest.experiments,
            counts: manifest.counts,
            files: manifest.files.length,
          }),
          terminal.signal,
        )
        terminal.print(
          checked,
          () =>
            `${checked.title}: ${checked.counts.runs} runs, ${checked.counts.points} points; ${checked.files} files are what their SHA-256 says.\nMade ${checked.made.at} by Descent Lab ${checked.made.by}. SHA-256 of the bundle: ${checked.sha256}`,
        )
      }),
    )

  command
    .command('rerun')
    .description('Open a bundle, run it again here and compare all numbers. Ends with 5 where they differ.')
    .argument('<file>', 'FILE.descent.zip')
    .option(
      '--tolerance <number>',
      `largest relative difference that still counts as reproduced; ${defaultTolerance} otherwise`,
      (text) => {
        const number = realNumber(text)
        if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError(`"${text}" must be from 0 to 1.`)
        return number
      },
    )
    .action(
      act(async (terminal, file: string, { tolerance }: { tolerance?: number }) => {
        const { rerunBundle } = await import('../rerun.ts')
        const { exitCode, ...result } = await rerunBundle(terminal, resolve(file), tolerance)
        const { reproductionSentences } = await import('../../comparison/reproduction-text.ts')
        terminal.print(result, () => {
          const sentences = reproductionSentences(result, terminal.locale).join('\n')
          const odd = result.runs.filter(({ outcome }) => outcome !== 'equal')
          if (odd.length === 0) return sentences
          return `${sentences}\n\n${table(
            ['run', 'again', 'outcome', 'largest difference', 'where'],
            odd.map(({ runId, againId, outcome, largest, at }) => [
              runId,
              againId,
              outcome,
              largest === null ? null : largest.toPrecision(3),
              at && `${at.quantity}, ${at.unit} ${at.index + (at.unit === 'epoch' ? 1 : 0)}`,
            ]),
          )}`
        })
        terminal.exit(exitCode)
      }),
    )
}
