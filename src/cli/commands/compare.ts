import { examples } from '../help.ts'
import type { RegisterCommand } from '../command.ts'
import { addMarginOption } from '../margin.ts'

export const compare: RegisterCommand = (program, act) => {
  const command = program
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
  addMarginOption(command).action(
    act(async (terminal, file: string, options: { out?: string; margin?: number }) => {
      const { runExperiment } = await import('../experiment.ts')
      const { runs, report, ended, experiment, exitCode } = await runExperiment(terminal, file, options)
      const { findingsText, summaryOf } = await import('../verdicts.ts')
      const { verdictRecords } = await import('../../comparison/verdict-rows.ts')
      const { tuningRecord } = await import('../../comparison/tuning-records.ts')
      const summary = summaryOf(ended, experiment, options.margin)
      terminal.print(
        { runs, report, verdicts: verdictRecords(summary), tuning: tuningRecord(summary) },
        () => `${findingsText(summary, terminal.locale)}\n\n${runs.length} runs. The report: ${report}`,
      )
      terminal.exit(exitCode)
    }),
  )
}
