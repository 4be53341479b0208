import type { Comparison } from '../../charts/comparison.ts'
import { formatTime } from '../../locales/format.ts'
import { message } from '../../locales/message.ts'
import { header } from './html/head.ts'
import { profile } from './html/measures.ts'
import { method } from './html/method.ts'
import type { HtmlOptions, Page } from './html/page.ts'
import { provenance } from './html/provenance.ts'
import { repeat } from './html/repeat.ts'
import { acrossBatches, results } from './html/results.ts'
import { whatWasRun } from './html/settings.ts'
import { escapeXml as esc } from './render.ts'
import { tuning } from './html/tuning.ts'
import { threats } from './html/verdicts.ts'
import { styleSheet } from './style.ts'
import { summarise } from '../../comparison/summary.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** The report as one file: no script, nothing loaded, readable in either theme and on paper. */
export function htmlReport(comparison: Comparison, options: HtmlOptions): string {
  const { locale } = options
  const summary = summarise(comparison.runs, comparison)
  const page: Page = { comparison, summary, options, locale, numbers: { figure: 0, table: 0 } }
  return [
    '<!doctype html>',
    `<html lang="${locale}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="generator" content="Descent Lab">',
    `<title>${esc(comparison.title)}</title>`,
    `<style>${styleSheet}</style>`,
    '</head>',
    '<body>',
    `<a class="skip" href="#findings">${esc(message(locale, 'report.skip'))}</a>`,
    '<div class="page">',
    header(page),
    '<main>',
    ...results(page),
    ...acrossBatches(page),
    profile(page),
    ...tuning(page),
    threats(page),
    summary.sections.length > 0 ? whatWasRun(page) : '',
    repeat(page),
    provenance(page),
    method(page),
    '</main>',
    footer(page),
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function footer({ comparison, options, locale }: Page): string {
  const known = comparison.runs.find(({ record }) => record.provenance)?.record.provenance
  const version = known?.versions['descent-lab']
  const date = formatTime(options.now)
  const text = version
    ? message(locale, 'report.footer', { version, date })
    : message(locale, 'report.footerNoVersion', { date })
  return `<footer>${esc(text)}</footer>`
}
