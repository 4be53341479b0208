import { InvalidArgumentError } from 'commander'
import { cutText } from '../comparison/cut-text.ts'
import { DescentError } from '../contract/errors.ts'
import { probesOf } from '../experiments/fit-time.ts'
import { message } from '../locales/message.ts'
import type { LabClient } from '../lab/connect.ts'
import type { Terminal } from './command.ts'
import { followRuns } from './follow.ts'

/** Nineteen years; the contract takes no more. */
const mostMinutes = 10_000_000

const minutesOf = { s: 1 / 60, m: 1, h: 60 } as const

/** `10m`, `90s`, `1.5h`, and `10`, which is minutes, as minutes. */
export function timeLimit(text: string): number {
  const [, number = '', unit = 'm'] = /^(\d+(?:\.\d+)?)\s*([smh]?)$/.exec(text.trim()) ?? []
  const minutes = Number(number) * minutesOf[(unit || 'm') as keyof typeof minutesOf]
  if (number === '' || !(minutes > 0))
    throw new InvalidArgumentError(`"${text}" is no time above 0 such as 10m, 90s or 2h.`)
  if (minutes > mostMinutes)
    throw new InvalidArgumentError(`"${text}" is longer than 19 years; leave it out.`)
  return minutes
}

/**
 * The text of an experiment file cut to a time, having said what was cut. Where nothing like it has run here, an epoch of
 * each workload is trained first.
 * @throws DescentError where not even the least of it fits
 */
export async function cutToTime(
  lab: LabClient,
  terminal: Terminal,
  file: { text: string; name: string },
  atMostMinutes: number,
): Promise<string> {
  const ask = () => lab.call('experiments.check', { ...file, atMostMinutes })
  let checked = await ask()
  if (!checked.fitted) {
    const runs = probesOf(checked)
    terminal.note(
      `Measuring the speed here: one epoch of ${runs.map(({ workload }) => workload).join(', ')}.`,
    )
    await followRuns(lab, terminal, 'measuring', async () => {
      const { runIds } = await lab.call('runs.submit', { runs })
      return runIds
    })
    checked = await ask()
  }
  const { fitted } = checked
  if (!fitted)
    throw new DescentError(
      'unsupported',
      'How long the experiment takes is not known: the run that should have measured it has no result.',
      'Train the workload once (`descent train`), or leave --at-most out.',
    )
  const said = cutText(atMostMinutes, fitted, terminal.locale).join(message(terminal.locale, 'sentence.join'))
  if (!fitted.fits)
    throw new DescentError('invalid-value', said, 'Give more time, fewer optimizers or a smaller workload.')
  terminal.note(said)
  return fitted.text
}
