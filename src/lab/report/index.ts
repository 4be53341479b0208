import { basename, dirname, extname, join } from 'node:path'
import type { Comparison } from '../../charts/comparison.ts'
import { DescentError } from '../../contract/errors.ts'
import type { Locale } from '../../locales/message.ts'
import { makeFolder, writeWhole } from '../write-whole.ts'
import { csvCurves, csvRuns, csvTrials, csvVerdicts } from '../../comparison/csv.ts'
import { summarise } from '../../comparison/summary.ts'
import { htmlReport } from './html.ts'
import type { Formula } from './html/page.ts'
import { markdownReport } from './markdown.ts'
import { printPdf } from './pdf.ts'
import { texFigures } from './tex-figures.ts'
import { texTables } from './tex.ts'

export interface ReportRequest {
  /** Where to write; the extension picks the format: .html, .pdf, .md, .csv or .tex. */
  file: string
  locale: Locale
  /** KaTeX source, title and source of the update rules, by optimizer id; those that were run are printed. */
  formulas?: Readonly<Record<string, Formula>> | undefined
  /** Nothing is written beside an .html, nor named in it. */
  alone?: boolean | undefined
  now: Date
}

/**
 * Writes a report of the runs. Beside an .html (or .pdf) lie `<name>.csv`, every evaluation point,
 * `<name>-runs.csv`, a row a run, `<name>-verdicts.csv`, a row a judged pair, and `<name>-tuning.csv`, a row a trial; a .csv
 * has the latter beside it, a .tex (tables) `<name>-figures.tex`. Each file appears complete or not at all.
 * @returns the files written, the report first
 * @throws DescentError `usage` for another extension, `invalid-value` for no runs, `unsupported` where no browser can
 * print a PDF
 */
export async function writeReport(
  comparison: Comparison,
  request: ReportRequest,
): Promise<{ files: string[] }> {
  const { file, locale, formulas, alone = false, now } = request
  const extension = extname(file).toLowerCase()
  if (!['.html', '.htm', '.pdf', '.md', '.csv', '.tex'].includes(extension))
    throw new DescentError(
      'usage',
      `A report is written as .html, .pdf, .md, .csv or .tex; got ${JSON.stringify(basename(file))}.`,
      'Give --out a file name with one of these endings.',
    )
  if (comparison.runs.length === 0 && !comparison.study)
    throw new DescentError(
      'invalid-value',
      'A report needs at least one run; got none.',
      'Name runs that `runs list` shows.',
    )
  const stem = join(dirname(file), basename(file, extname(file)))
  const curves = extension === '.csv' ? file : `${stem}.csv`
  const runs = `${stem}-runs.csv`
  const csv = alone ? undefined : { curves: basename(curves), runs: basename(runs) }
  const page = (unfolded: boolean) => htmlReport(comparison, { locale, formulas, now, csv, unfolded })
  const tables = async () => {
    await writeWhole(curves, csvCurves(comparison.runs))
    await writeWhole(runs, csvRuns(comparison.runs))
    const summary = summarise(comparison.runs, comparison)
    const more = [
      { path: `${stem}-verdicts.csv`, rows: [...csvVerdicts(summary)] },
      { path: `${stem}-tuning.csv`, rows: [...csvTrials(summary)] },
    ].filter(({ rows }) => rows.length > 0)
    for (const { path, rows } of more) await writeWhole(path, rows)
    return [runs, ...more.map(({ path }) => path)]
  }
  await makeFolder(dirname(file))
  if (extension === '.tex') {
    const figures = `${stem}-figures.tex`
    await writeWhole(figures, [texFigures(comparison, locale, now)])
    await writeWhole(file, [texTables(comparison, locale, now)])
    return { files: [file, figures] }
  }
  if (extension === '.md') {
    await writeWhole(file, [markdownReport(comparison, locale, now)])
    return { files: [file] }
  }
  if (extension === '.csv') return { files: [file, ...(await tables())] }
  const content = extension === '.pdf' ? await printPdf(page(true)) : page(false)
  const beside = alone ? [] : [curves, ...(await tables())]
  await writeWhole(file, [content])
  return { files: [file, ...beside] }
}
