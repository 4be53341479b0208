import type { RegisterCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'

export const compare: RegisterCommand = (program, act) => {
  program
    .command('compare')
    .description('Run an experiment file (YAML or JSON) and write its report.')
    .argument('<file>', 'the experiment; resources/experiments holds examples')
    .option('--out <dir>', 'folder for the report')
    .action(
      act(async (terminal, file: string, options: { out?: string }) => {
        const { runExperiment } = await import('../experiment.ts')
        const { runs, report, failed } = await runExperiment(terminal, file, options.out)
        terminal.print({ runs, report }, () => `${runs.length} runs. The report: ${report}`)
        if (failed > 0) terminal.exit(exitCodes.failed)
      }),
    )
}
