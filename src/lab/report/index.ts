import { basename, dirname, extname, join } from 'node:path'
import type { Comparison } from '../../charts/comparison.ts'
import { DescentError } from '../../contract/errors.ts'
import type { Locale } from '../../locales/message.ts'
import { makeFolder, writeWhole } from '../write-whole.ts'
import { csvCurves, csvRuns } from '../../comparison/csv.ts'
import { htmlReport } from './html.ts'
import type { Formula } from './html/page.ts'
import { printPdf } from './pdf.ts'
import { texTables } from './tex.ts'

export interface ReportRequest {
  /** Where to write; the extension picks the format: .html, .pdf, .csv or .tex. */
  file: string
  locale: Locale
  /** KaTeX source, title and source of the update rules, by optimizer id; those that were run are printed. */
  formulas?: Readonly<Record<string, Formula>> | undefined
  now: Date
}

/**
 * Writes a report of the runs. Beside an .html (or .pdf) lie `<name>.csv`, every evaluation point, and
 * `<name>-runs.csv`, a row a run; a .csv has the latter beside it. Each file appears complete or not at all.
 * @returns the files written, the report first
 * @throws DescentError `usage` for another extension, `invalid-value` for no runs, `unsupported` where no browser can
 * print a PDF
 */
export async function writeReport(
  comparison: Comparison,
  request: ReportRequest,
): Promise<{ files: string[] }> {
  const { file, locale, formulas, now } = request
  const extension = extname(file).toLowerCase()
  if (!['.html', '.htm', '.pdf', '.csv', '.tex'].includes(extension))
    throw new DescentError(
      'usage',
      `A report is written as .html, .pdf, .csv or .tex; got ${JSON.stringify(basename(file))}.`,
      'Give --out a file name with one of these endings.',
    )
  if (comparison.runs.length === 0)
    throw new DescentError(
      'invalid-value',
      'A report needs at least one run; got none.',
      'Name runs that `runs list` shows.',
    )
  const stem = join(dirname(file), basename(file, extname(file)))
  const curves = extension === '.csv' ? file : `${stem}.csv`
  const runs = `${stem}-runs.csv`
  const csv = { curves: basename(curves), runs: basename(runs) }
  const page = (unfolded: boolean) => htmlReport(comparison, { locale, formulas, now, csv, unfolded })
  const tables = async () => {
    await writeWhole(curves, csvCurves(comparison.runs))
    await writeWhole(runs, csvRuns(comparison.runs))
  }
  await makeFolder(dirname(file))
  if (extension === '.tex') {
    await writeWhole(file, [texTables(comparison, locale, now)])
    return { files: [file] }
  }
  if (extension === '.csv') {
    await tables()
    return { files: [file, runs] }
  }
  const content = extension === '.pdf' ? await printPdf(page(true)) : page(false)
  await tables()
  await writeWhole(file, [content])
  return { files: [file, curves, runs] }
}
