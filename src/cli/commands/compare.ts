import { examples } from '../help.ts'
import type { RegisterCommand } from '../command.ts'
import { addMarginOption } from '../margin.ts'
import { timeLimit } from '../time-limit.ts'

export const compare: RegisterCommand = (program, act) => {
  const command = program
    .command('compare')
    .description('Run an experiment file (YAML or JSON) and write its report.')
    .addHelpText(
      'after',
      examples(
        'compare resources/experiments/airfoil-optimizers.yaml',
        'compare experiment.yaml --out report --json',
        'compare experiment.yaml --at-most 10m',
      ),
    )
    .argument('<file>', 'the experiment; resources/experiments holds examples')
    .option('--out <dir>', 'folder for the report')
    .option(
      '--at-most <time>',
      'cut it to this, as in 10m or 2h: seeds first, then trials, then epochs; says what was cut',
      timeLimit,
    )
  addMarginOption(command).action(
    act(async (terminal, file: string, options: { out?: string; margin?: number; atMost?: number }) => {
      const { runExperiment } = await import('../experiment.ts')
      const { runs, report, ended, experiment, epochs, exitCode } = await runExperiment(
        terminal,
        file,
        options,
      )
      const { findingsText, summaryOf } = await import('../verdicts.ts')
      const { verdictRecords } = await import('../../comparison/verdict-rows.ts')
      const { tuningRecord } = await import('../../comparison/tuning-records.ts')
      const summary = summaryOf(ended, experiment, options.margin, epochs)
      const { algoPerfRecord } = await import('../../comparison/measures/algoperf.ts')
      const { derivedTargets, targetsOfFile } = await import('../../comparison/measures/derived-targets.ts')
      const targets = targetsOfFile(derivedTargets(summary))
      terminal.print(
        {
          runs,
          report,
          verdicts: verdictRecords(summary),
          tuning: tuningRecord(summary),
          algoPerf: algoPerfRecord(summary.algoPerf),
          targets,
        },
        () =>
          [
            findingsText(summary, terminal.locale),
            ...(targets ? [`targets: ${JSON.stringify(targets)}`] : []),
            `${runs.length} runs. The report: ${report}`,
          ].join('\n\n'),
      )
      terminal.exit(exitCode)
    }),
  )
}
