import { Command, CommanderError } from 'commander'
import { DescentError } from '../contract/errors.ts'
import type { Act, Terminal } from './command.ts'
import { compare } from './commands/compare.ts'
import { data } from './commands/data.ts'
import { doctor } from './commands/doctor.ts'
import { list } from './commands/list.ts'
import { report } from './commands/report.ts'
import { runs } from './commands/runs.ts'
import { schedule } from './commands/schedule.ts'
import { serve } from './commands/serve.ts'
import { trace } from './commands/trace.ts'
import { train } from './commands/train.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { localeOf } from './locale.ts'

const json = process.argv.includes('--json')
const interrupt = new AbortController()
process.once('SIGINT', () => {
  interrupt.abort()
  process.once('SIGINT', () => process.exit(exitCodes.interrupted)) // a second Ctrl-C does not wait
})

const terminal: Terminal = {
  json,
  locale: localeOf(process.env),
  signal: interrupt.signal,
  print(value, text) {
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text().trimEnd()}\n`)
  },
  note(text) {
    process.stderr.write(`${text}\n`)
  },
  exit(code) {
    process.exitCode = code
  },
}

function fail(error: DescentError): void {
  process.exitCode = exitCodeOf(error.code)
  if (json) {
    const text = `${JSON.stringify({ error: error.toJSON() })}\n`
    process.stdout.write(text)
    process.stderr.write(text)
  } else process.stderr.write(`${error.message}\n${error.remedy}\n`)
}

const act: Act =
  (action) =>
  async (...args) => {
    try {
      await action(terminal, ...args)
    } catch (error) {
      fail(DescentError.from(error))
    }
  }

const program = new Command('descent')
  .description('Trains real models on real data and compares optimizers honestly.')
  .option('--json', 'print the result as one JSON value')
  .option('--locale <locale>', 'language of titles and reports: en or zh-CN')
  .helpOption('-h, --help', 'show help')
  .helpCommand('help [command]', 'show help of a command')
  .showSuggestionAfterError()
  .exitOverride()
  .configureOutput({ writeErr: () => undefined })
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 diverged, 4 data missing or damaged, 130 interrupted.',
  )

for (const register of [trace, train, compare, runs, report, schedule, list, data, doctor, serve])
  register(program, act)
inherit(program)

/** `--json` and `--locale` may stand after the command as well. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command
      .option('--json', 'print the result as one JSON value')
      .option('--locale <locale>', 'language of titles and reports: en or zh-CN')
      .helpOption('-h, --help', 'show help')
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    inherit(command)
  }
}

try {
  if (process.argv.length <= 2) {
    process.stdout.write(program.helpInformation())
    process.exitCode = exitCodes.usage
  } else await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) fail(DescentError.from(error))
  else if (error.exitCode !== 0)
    fail(
      new DescentError(
        'usage',
        error.message.replace(/^error: /, '').replace(/^\(outputHelp\)$/, 'A subcommand is missing.'),
        'See `descent --help` and `descent COMMAND --help`.',
      ),
    )
}
