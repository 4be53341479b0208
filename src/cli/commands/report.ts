import { resolve } from 'node:path'
import type { RegisterCommand } from '../command.ts'
import { examples } from '../help.ts'
import { withLab } from '../lab.ts'
import { addMarginOption } from '../margin.ts'

interface Options {
  out: string
  title?: string
  baseline?: string
  margin?: number
}

export const report: RegisterCommand = (program, act) => {
  const command = program
    .command('report')
    .description('Write a report of runs; .html, .pdf, .md, .csv or .tex.')
    .addHelpText(
      'after',
      examples(
        'report 2rxsfouq0m3l 2rxsfourmxbk --out report.html',
        'report 2rxs --out table.tex --locale zh-CN',
      ),
    )
    .argument('<run...>', 'ids')
    .requiredOption('--out <file>', 'where to; the extension decides the format')
    .option('--title <title>', 'instead of the experiment’s')
    .option('--baseline <run>', 'a run of the series that differences are to; the first series otherwise')
  addMarginOption(command).action(
    act(async (terminal, given: string[], options: Options) => {
      const { title, baseline, margin } = options
      const { files } = await withLab((lab) =>
        lab.call('report.write', {
          runIds: given,
          file: resolve(options.out),
          locale: terminal.locale,
          ...(title === undefined ? {} : { title }),
          ...(baseline === undefined ? {} : { baseline }),
          ...(margin === undefined ? {} : { margin }),
        }),
      )
      terminal.print({ file: files[0] }, () => files.join('\n'))
    }),
  )
}
