import { isMessageKey, message } from '../../../locales/message.ts'
import { escapeXml as esc } from '../render.ts'
import { section } from './elements.ts'
import type { Page } from './page.ts'

/** How the numbers were made: what "final" means for each workload, and what holds for all. */
export function method({ summary, locale }: Page): string {
  const workloads = [...new Set(summary.sections.map(({ workload }) => workload))]
  const finals = workloads.map((workload) => {
    const key = `report.method.final.${workload}`
    return isMessageKey(key)
      ? message(locale, 'report.method.final', {
          workload,
          detail: message(locale, key as 'report.method.final.airfoil'),
        })
      : message(locale, 'report.method.final.other')
  })
  const notes = [
    ...new Set(finals),
    ...(['best', 'time', 'band', 'overlap', 'diverged', 'smoothing'] as const).map((name) =>
      message(locale, `report.method.${name}`),
    ),
  ]
  return section(
    'method',
    message(locale, 'report.method.title'),
    '<ul class="method">',
    ...notes.map((note) => `<li>${esc(note)}</li>`),
    '</ul>',
  )
}
