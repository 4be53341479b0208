import { InvalidArgumentError, type Command } from 'commander'
import type { RegisterCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import type { Look } from '../figures.ts'
import { oneOf, realNumber, wholeNumber } from '../settings.ts'

interface LookOptions {
  theme: Look['theme']
  width?: number
  height?: number
  scale: number
  title: boolean
  rerun: boolean
}

export const figure: RegisterCommand = (program, act) => {
  const command = program
    .command('figure')
    .description('Draw one picture of the subject; what it needs trained is trained once and then reused.')
    .argument('<id>', 'figure (descent list figures)')
    .requiredOption('--out <file>', 'where to; .svg or .png')
  addLook(command).action(
    act(async (terminal, id: string, options: LookOptions & { out: string }) => {
      const { lookUp } = await import('../../contract/lookup.ts')
      const { figures } = await import('../../figures/index.ts')
      const found = lookUp(figures, id, 'figure')
      const { writeFigure } = await import('../figures.ts')
      const file = await writeFigure(terminal, found, options.out, options)
      terminal.print({ files: [file] }, () => file)
    }),
  )
}

export const figures: RegisterCommand = (program, act) => {
  const command = program
    .command('figures')
    .description('Draw every picture of the subject into a folder, and name those that cannot be drawn.')
    .requiredOption('--out <dir>', 'folder for ID.svg and ID.png')
    .option('--format <format>', 'svg, png or svg,png', formatList, ['svg', 'png'] as const)
  addLook(command).action(
    act(async (terminal, options: LookOptions & { out: string; format: readonly ('svg' | 'png')[] }) => {
      const { figures } = await import('../../figures/index.ts')
      const { writeFigures } = await import('../figures.ts')
      const { files, left } = await writeFigures(terminal, figures, options.out, options.format, options)
      for (const { figure, why } of left)
        terminal.note(`Left out: ${figure.id}. ${why.message} ${why.remedy}`)
      terminal.print({ files }, () => files.join('\n'))
      if (left.length > 0) terminal.exit(exitCodes.failed)
    }),
  )
}

function addLook(command: Command): Command {
  return command
    .option('--theme <theme>', 'light, dark or print', oneOf('light', 'dark', 'print'), 'light')
    .option('--width <pixels>', 'instead of what suits the figure', wholeNumber(320))
    .option('--height <pixels>', 'instead of what suits the figure', wholeNumber(200))
    .option('--scale <factor>', 'pixels of a PNG for each of the figure’s', scale, 2)
    .option('--no-title', 'leave the title to the page around it')
    .option('--rerun', 'train what comes with the program as a recorded run (LeNet: minutes)', false)
}

function scale(text: string): number {
  const value = realNumber(text)
  if (!(value >= 0.5 && value <= 8))
    throw new InvalidArgumentError(`"${text}" must be a number from 0.5 to 8.`)
  return value
}

function formatList(text: string): ('svg' | 'png')[] {
  return [...new Set(text.split(',').map((one) => oneOf('svg', 'png')(one.trim())))]
}
