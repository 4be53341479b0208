import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Comparison } from '../../charts/comparison.ts'
import { DescentError } from '../../contract/errors.ts'
import type { Locale } from '../../locales/message.ts'
import { csvCurves, csvRuns } from './csv.ts'
import { htmlReport, type Formula } from './html.ts'
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
  await mkdir(dirname(file), { recursive: true })
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

/** Writes to a temporary neighbour and renames it, so that a reader never sees half a file. */
async function writeWhole(file: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`)
  try {
    const handle = await open(temporary, 'wx')
    try {
      for (const piece of pieces) await handle.appendFile(piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true })
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new DescentError(
        'disk-full',
        `There is no room left to write ${file}.`,
        'Free some space and write the report again.',
        { cause },
      )
    throw cause
  }
}
