import { message } from '../../../locales/message.ts'
import { trainCommand } from '../../../comparison/present.ts'
import { escapeXml as esc } from '../render.ts'
import { section } from './elements.ts'
import type { Page } from './page.ts'

const code = (text: string): string => `<pre><code>${esc(text)}</code></pre>`

/** How to repeat it: the experiment file as it was submitted, or a command a run. */
export function repeat({ comparison: { experiment }, summary, options, locale }: Page): string {
  const file = 'experiment.yaml'
  const paragraph = (text: string): string => `<p>${esc(text)}</p>`
  const how = experiment
    ? [
        paragraph(message(locale, 'report.repeat.file', { file })),
        code(experiment.text.trimEnd()),
        paragraph(message(locale, 'report.repeat.command')),
        code(`npm run -s descent -- compare ${file} --out report`),
        ...(summary.tuning
          ? [paragraph(message(locale, 'report.repeat.tuning', { trials: summary.tuning.plan.trials }))]
          : []),
      ]
    : [
        paragraph(message(locale, 'report.repeat.each')),
        code(
          summary.sections
            .flatMap(({ series }) => series)
            .flatMap(({ settings, seeds }) => seeds.map((seed) => `${trainCommand(settings)} --seed ${seed}`))
            .join('\n'),
        ),
      ]
  return section(
    'repeat',
    message(locale, 'report.repeat.title'),
    ...how,
    paragraph(message(locale, 'report.repeat.exact')),
    options.csv ? paragraph(message(locale, 'report.repeat.data', options.csv)) : '',
  )
}
