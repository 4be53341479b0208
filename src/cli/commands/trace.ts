import type { RegisterCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { examples } from '../help.ts'
import {
  addSharedOptions,
  numberList,
  realNumber,
  scheduleOf,
  wholeNumber,
  type SharedOptions,
} from '../settings.ts'
import { short, table } from '../table.ts'

interface TraceOptions extends SharedOptions {
  objective: string
  start?: number[]
  steps: number
  noise?: number
  sparse?: number
}

export const trace: RegisterCommand = (program, act) => {
  const command = program
    .command('trace')
    .description('Walk an optimizer on a function of one or two variables.')
    .addHelpText(
      'after',
      examples(
        'trace --objective "x^2" --set lr=0.2 --start 10 --steps 10',
        'trace --objective "0.1*x1^2+2*x2^2" --optimizer momentum --set lr=0.6 --set momentum=0.5 --start=-5,-2',
        'trace --objective rosenbrock --optimizer adam --set lr=0.1 --steps 200 --json',
      ),
    )
    .requiredOption('--objective <expression>', 'x^2, 0.1*x1^2+2*x2^2, or an id (descent list objectives)')
    .option('--start <x>', 'where it starts: 10, or =-5,-2', numberList)
    .option('--steps <n>', 'steps to take', wholeNumber(1, 1_000_000), 20)
    .option('--noise <deviation>', 'normal noise added to every partial derivative', realNumber)
    .option('--sparse <p>', 'probability with which each partial derivative is kept', realNumber)
  addSharedOptions(command).action(
    act(async (terminal, options: TraceOptions) => {
      const { trace } = await import('../../traces/trace.ts')
      const { optimizer = 'sgd', objective, start, steps, set, noise, sparse, seed } = options
      const walked = trace({
        objective,
        optimizer,
        steps,
        set: set ?? {},
        schedule: scheduleOf(options, 'step'),
        ...(start ? { start } : {}),
        ...(noise === undefined ? {} : { noise }),
        ...(sparse === undefined ? {} : { sparse }),
        ...(seed === undefined ? {} : { seed }),
      })
      const { points, values, status, divergedAt } = walked
      terminal.print(
        { optimizer, objective, points, values, status, ...(divergedAt ? { divergedAt } : {}) },
        () => {
          const names = points[0]?.length === 1 ? ['x'] : ['x1', 'x2']
          const rows = points.map((point, step) => [step, ...point.map(short), short(values[step])])
          const end =
            status === 'diverged'
              ? `\nDiverged at step ${divergedAt}: the value is no longer a usable number. Try a smaller lr.`
              : ''
          return table(['step', ...names, 'f'], rows) + end
        },
      )
      if (status === 'diverged') terminal.exit(exitCodes.diverged)
    }),
  )
}
