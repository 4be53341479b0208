import type { InstallProgress } from '../../tensorflow/progress.ts'
import type { RegisterCommand, Terminal } from '../command.ts'
import { examples } from '../help.ts'
import { ProgressLine, si } from '../progress.ts'
import { table } from '../table.ts'

interface DoctorOptions {
  fix?: boolean
  from?: string
}

export const doctor: RegisterCommand = (program, act) => {
  program
    .command('doctor')
    .description('What trains on this machine, and what does not and why.')
    .addHelpText('after', examples('doctor --json', 'doctor --fix', 'doctor --fix --from ~/wheels'))
    .option('--fix', 'install TensorFlow where it is missing or damaged, or a better one fits this machine')
    .option(
      '--from <path>',
      'with --fix: install from this wheel, archive or folder, without asking the network',
    )
    .action(
      act(async (terminal, { fix, from }: DoctorOptions) => {
        if (fix || from !== undefined) await mend(terminal, from)
        const { examine } = await import('../../lab/doctor.ts')
        const found = await examine()
        terminal.print(found, () =>
          [
            table(
              ['engine', 'available', 'device'],
              found.engines.map(({ id, available, device }) => [id, available ? 'yes' : 'no', device]),
            ),
            '',
            ...found.engines.flatMap(({ id, reason, remedy = '' }) =>
              reason === undefined ? [] : [`${id}: ${reason} ${remedy}`.trimEnd(), ''],
            ),
            ...Object.entries(found.versions).map(([name, version]) => `${name} ${version}`),
          ].join('\n'),
        )
      }),
    )
}

async function mend(terminal: Terminal, from: string | undefined): Promise<void> {
  const { installTensorFlow } = await import('../../tensorflow/install.ts')
  const line = new ProgressLine()
  let stage = ''
  const onProgress = (now: InstallProgress): void => {
    const what = `${now.stage} ${now.what}`
    if (what !== stage) {
      line.clear()
      if (!process.stderr.isTTY || now.totalBytes === undefined) terminal.note(`${what} …`)
    }
    stage = what
    if (now.doneBytes !== undefined && now.totalBytes !== undefined)
      line.update(what, now.doneBytes, now.totalBytes, 'B')
  }
  try {
    const { outcome, runtime, sizeBytes, failures } = await installTensorFlow({
      verify: true,
      signal: terminal.signal,
      onProgress,
      ...(from === undefined ? {} : { from }),
    })
    line.clear()
    for (const failure of failures) terminal.note(failure)
    const { tensorflow, variant } = runtime.manifest
    const is = outcome === 'installed' ? 'installed in' : 'there, in'
    terminal.note(
      `TensorFlow ${tensorflow} (${variant === 'cuda' ? 'CUDA' : 'CPU'}) is ${is} ${runtime.folder}: ${si(sizeBytes)}B.`,
    )
  } finally {
    line.clear()
  }
}
