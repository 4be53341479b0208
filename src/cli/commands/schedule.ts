import type { SettingMap } from '../../experiments/settings.ts'
import type { RegisterCommand } from '../command.ts'
import { examples } from '../help.ts'
import { assignment, wholeNumber } from '../settings.ts'
import { short, table } from '../table.ts'

export const schedule: RegisterCommand = (program, act) => {
  program
    .command('schedule')
    .description('The values of a learning-rate schedule.')
    .addHelpText(
      'after',
      examples(
        'schedule cosine --set base=0.3 --set final=0.01 --set maxUpdate=20 --steps 30',
        'schedule multistep --schedule-set base=0.5 --schedule-set milestones=15,30 --json',
      ),
    )
    .argument('<id>', 'schedule (descent list schedules)')
    .option(
      '--schedule-set <name=value>',
      'a parameter; lists are comma-separated; may be repeated',
      assignment,
    )
    .option('--set <name=value>', 'the same', assignment)
    .option('--steps <n>', 'how many values, from t = 0', wholeNumber(1, 1_000_000), 50)
    .action(
      act(
        async (
          terminal,
          id: string,
          options: { scheduleSet?: SettingMap; set?: SettingMap; steps: number },
        ) => {
          const { schedules } = await import('../../schedules/index.ts')
          const { settleSchedule } = await import('../../schedules/schedule.ts')
          const { sgd } = await import('../../optimizers/sgd.ts')
          const { lookUp } = await import('../../contract/lookup.ts')
          const lr = sgd.hyper['lr']
          const given = { ...options.set, ...options.scheduleSet }
          const value = settleSchedule(
            lookUp(schedules, id, 'schedule'),
            given,
            lr?.kind === 'number' ? lr.default : 0,
          )
          const values = Array.from({ length: options.steps }, (_, t) => value(t))
          terminal.print({ values }, () =>
            table(
              ['t', 'value'],
              values.map((v, t) => [t, short(v)]),
            ),
          )
        },
      ),
    )
}
