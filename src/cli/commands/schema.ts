import type { RegisterCommand } from '../command.ts'
import { examples } from '../help.ts'

export const schema: RegisterCommand = (program, act) => {
  program
    .command('schema')
    .description('The JSON Schema of experiment files, for editors that complete and check them.')
    .addHelpText('after', examples('schema > experiment.schema.json'))
    .action(
      act(async (terminal) => {
        const { experimentSchema } = await import('../../experiments/json-schema.ts')
        const value = experimentSchema()
        terminal.print(value, () => JSON.stringify(value, null, 2))
      }),
    )
}
