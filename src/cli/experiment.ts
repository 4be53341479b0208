import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { places } from '../lab/places.ts'
import type { Terminal } from './command.ts'
import { followRuns } from './follow.ts'
import { withLab } from './lab.ts'

/**
 * Runs an experiment file to its end and writes the report beside a copy of the file.
 * @param out folder of the report; by default one in the library
 */
export async function runExperiment(
  terminal: Terminal,
  file: string,
  out?: string,
): Promise<{ runs: string[]; report: string; failed: number }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DescentError(
      'not-found',
      `${file} cannot be read (${error.code ?? error.message}).`,
      'Give the path of an experiment file; resources/experiments holds examples.',
    )
  })
  return withLab(async (lab) => {
    let submitted = { experimentId: '', title: '', runIds: [] as string[] }
    const ended = await followRuns(lab, terminal, basename(file), async () => {
      submitted = await lab.call('experiments.submit', { text, name: file })
      return submitted.runIds
    })
    const { experimentId, runIds } = submitted
    const name = basename(file, extname(file))
    const folder = resolve(out ?? join(places().home, 'reports', `${name}-${experimentId}`))
    await mkdir(folder, { recursive: true })
    await copyFile(file, join(folder, basename(file)))
    const report = join(folder, 'report.html')
    await lab.call('report.write', { runIds, file: report, locale: terminal.locale })
    const failures = [...ended.values()].filter(({ status }) => status === 'failed')
    for (const { name: run, error } of failures.slice(0, 5))
      terminal.note(`${run}: ${error?.message ?? 'failed'} ${error?.remedy ?? ''}`)
    return { runs: runIds, report, failed: failures.length }
  })
}
