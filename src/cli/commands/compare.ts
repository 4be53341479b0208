import { examples } from '../help.ts'
import type { RegisterCommand } from '../command.ts'

export const compare: RegisterCommand = (program, act) => {
  program
    .command('compare')
    .description('Run an experiment file (YAML or JSON) and write its report.')
    .addHelpText(
      'after',
      examples(
        'compare resources/experiments/airfoil-optimizers.yaml',
        'compare experiment.yaml --out report --json',
      ),
    )
    .argument('<file>', 'the experiment; resources/experiments holds examples')
    .option('--out <dir>', 'folder for the report')
    .action(
      act(async (terminal, file: string, options: { out?: string }) => {
        const { runExperiment } = await import('../experiment.ts')
        const { runs, report, exitCode } = await runExperiment(terminal, file, options.out)
        terminal.print({ runs, report }, () => `${runs.length} runs. The report: ${report}`)
        terminal.exit(exitCode)
      }),
    )
}
