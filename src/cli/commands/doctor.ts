import type { RegisterCommand } from '../command.ts'
import { examples } from '../help.ts'
import { table } from '../table.ts'

export const doctor: RegisterCommand = (program, act) => {
  program
    .command('doctor')
    .description('What trains on this machine, and what does not and why.')
    .addHelpText('after', examples('doctor --json'))
    .option('--fix', 'mend what can be mended')
    .action(
      act(async (terminal) => {
        const { examine } = await import('../../lab/doctor.ts')
        const found = await examine()
        terminal.print(found, () =>
          [
            table(
              ['engine', 'available', 'device'],
              found.engines.map(({ id, available, device, reason = '', remedy = '' }) => [
                id,
                available ? 'yes' : `no: ${reason} ${remedy}`.trimEnd(),
                device,
              ]),
            ),
            ...Object.entries(found.versions).map(([name, version]) => `${name} ${version}`),
          ].join('\n'),
        )
      }),
    )
}
