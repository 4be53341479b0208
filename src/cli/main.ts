import { Command, CommanderError } from 'commander'
import { DescentError } from '../contract/errors.ts'
import { suggestion } from '../contract/lookup.ts'
import { version } from '../lab/version.ts'
import type { Act, Terminal } from './command.ts'
import { bundle } from './commands/bundle.ts'
import { compare } from './commands/compare.ts'
import { data } from './commands/data.ts'
import { doctor } from './commands/doctor.ts'
import { figure, figures } from './commands/figure.ts'
import { list } from './commands/list.ts'
import { exportModel } from './commands/export.ts'
import { report } from './commands/report.ts'
import { runs } from './commands/runs.ts'
import { schedule } from './commands/schedule.ts'
import { schema } from './commands/schema.ts'
import { serve } from './commands/serve.ts'
import { trace } from './commands/trace.ts'
import { train } from './commands/train.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { localeNamed, localeOf } from './locale.ts'

const json = process.argv.includes('--json')
const interrupt = new AbortController()
let isHeeded = false
process.once('SIGINT', () => {
  process.once('SIGINT', () => process.exit(exitCodes.interrupted)) // a second Ctrl-C does not wait
  interrupt.abort()
  if (isHeeded) return
  fail(new DescentError('interrupted', 'Interrupted.', 'Start it again when you are ready.'))
  process.exit()
})
// A reader that has seen enough, as `head` has, is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

const terminal: Terminal = {
  json,
  locale: localeOf(process.env),
  get signal() {
    isHeeded = true
    return interrupt.signal
  },
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
  .version(version, '-V, --version', 'show the version')
  .helpCommand('help [command]', 'show help of a command')
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 diverged, 4 data missing or damaged, 5 not reproduced, 130 interrupted.',
  )

for (const register of [
  trace,
  train,
  compare,
  runs,
  report,
  bundle,
  exportModel,
  figure,
  figures,
  schedule,
  schema,
  list,
  data,
  doctor,
  serve,
])
  register(program, act)
/** The command that was called wrongly: its help explains. */
let mistaken = program
inherit(program)

/** `--json` and `--locale` may stand before and after the command. */
function inherit(command: Command): void {
  command
    .option('--json', 'print the result as one JSON value')
    .option('--locale <locale>', 'language of titles and reports: en or zh-CN', localeNamed)
    .helpOption('-h, --help', 'show help')
    .exitOverride((error) => {
      mistaken = command
      throw error
    })
    .configureOutput({ writeErr: () => undefined })
  command.commands.forEach(inherit)
}

/** A command whose help was asked for and that there is not; commander would show the help of what it stands below. */
function refuseUnknownHelp(words: readonly string[]): void {
  let at = program
  let isHelp = false
  for (const word of words) {
    if (word.startsWith('-')) return
    const next = at.commands.find((command) => command.name() === word)
    if (next) at = next
    else if (word === 'help' && !isHelp) isHelp = true
    else if (isHelp && at.commands.length > 0)
      throw new DescentError(
        'usage',
        `${fullName(at)} has no command ${JSON.stringify(word)}.`,
        `${suggestion(
          word,
          at.commands.map((command) => command.name()),
        )}See \`${fullName(at)} --help\`.`,
      )
    else return
  }
}

function fullName(of: Command): string {
  const names: string[] = []
  for (let command: Command | null = of; command; command = command.parent) names.unshift(command.name())
  return names.join(' ')
}

function wrongUsage({ message }: CommanderError): DescentError {
  const subcommands = mistaken.commands.map((command) => command.name()).join(', ')
  return new DescentError(
    'usage',
    message.replace(/^error: /, '').replace(/^\(outputHelp\)$/, `A subcommand is missing: ${subcommands}.`),
    `See \`${fullName(mistaken)} --help\`.`,
  )
}

try {
  if (process.argv.length <= 2) {
    process.stdout.write(program.helpInformation())
    process.exitCode = exitCodes.usage
  } else {
    refuseUnknownHelp(process.argv.slice(2))
    await program.parseAsync()
  }
} catch (error) {
  if (!(error instanceof CommanderError)) fail(DescentError.from(error))
  else if (error.exitCode !== 0) fail(wrongUsage(error))
}
