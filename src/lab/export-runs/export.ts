import { dirname, join, parse } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { DescentError } from '../../contract/errors.ts'
import type { exportFormats } from '../../contract/lab.ts'
import type { Library } from '../library/library.ts'
import { makeFolder, writeWhole } from '../write-whole.ts'
import { zip, type ZippedFile } from '../zip.ts'
import { csv } from './csv.ts'
import { json } from './json.ts'
import { parquet } from './parquet.ts'
import type { ExportedRun } from './source.ts'
import { tablesOf } from './tables.ts'
import { tensorBoardFiles } from './tensorboard.ts'

export type ExportFormat = (typeof exportFormats)[number]

export interface ExportRequest {
  /** Ids, or beginnings of them. */
  runIds: readonly string[]
  format: ExportFormat
}

/**
 * Writes runs with every point they measured. `csv` and `parquet` are three tables: the file that is named holds a row a
 * run, `-points` and `-epochs` beside it what was measured. `tensorboard` is a folder, or one archive where the name ends
 * in `.zip`.
 * @param file absolute path
 * @returns the files written, the one that was named first
 * @throws DescentError `not-found`, `disk-full`, `invalid-value` where nothing may be written
 */
export async function writeExport(
  library: Library,
  { runIds, format, file }: ExportRequest & { file: string },
): Promise<string[]> {
  const runs = runsOf(library, runIds)
  const write = async (path: string, pieces: Parameters<typeof writeWhole>[1]): Promise<string> => {
    await makeFolder(dirname(path))
    await writeWhole(path, pieces)
    return path
  }
  if (format === 'tensorboard' && file.toLowerCase().endsWith('.zip'))
    return [await write(file, zip(filesOf(runs, format, '')))]
  const written: string[] = []
  for (const { path, pieces } of filesOf(runs, format, file)) written.push(await write(path, pieces()))
  return written
}

/** More is not carried to a page in one message. */
const mostBytes = 256 * 1024 * 1024

/**
 * The same as one file for a page that saves it itself: an archive where the format has several.
 * @throws DescentError `unsupported` where it is too large to be handed over
 */
export async function makeExport(
  library: Library,
  { runIds, format }: ExportRequest,
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const files = filesOf(runsOf(library, runIds), format, format === 'tensorboard' ? '' : `runs.${format}`)
  const [only] = files
  const alone = format === 'json' && only
  const parts: Uint8Array[] = []
  let size = 0
  for await (const piece of alone ? alone.pieces() : zip(files)) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    parts.push(bytes)
    await setImmediate() // others are answered in between
    size += bytes.byteLength
    if (size > mostBytes)
      throw new DescentError(
        'unsupported',
        `These ${runIds.length} runs make more than ${mostBytes / 1024 / 1024} MB, which a page cannot take at once.`,
        'Select fewer, or write them with `descent runs export RUN … --out PATH`.',
      )
  }
  return { name: alone ? 'runs.json' : `runs-${format}.zip`, bytes: new Uint8Array(Buffer.concat(parts)) }
}

/** Each run once, also when it is named twice. */
function runsOf(library: Library, ids: readonly string[]): ExportedRun[] {
  const named = new Map(ids.map((id) => library.run(id)).map((run) => [run.id, run]))
  return [...named.values()].map((run) => ({
    run,
    points: () => library.metrics(run.id),
    epochs: () => library.epochs(run.id),
  }))
}

/** @param path of the first file; of the folder that holds them, where they are TensorBoard's */
function filesOf(runs: readonly ExportedRun[], format: ExportFormat, path: string): ZippedFile[] {
  switch (format) {
    case 'json':
      return [{ path, pieces: () => json(runs) }]
    case 'tensorboard':
      return tensorBoardFiles(runs).map((file) => ({ ...file, path: join(path, file.path) }))
    case 'csv':
    case 'parquet': {
      const { dir, name, ext } = parse(path)
      return tablesOf(runs).map((table) => ({
        path: table.name === 'runs' ? path : join(dir, `${name}-${table.name}${ext}`),
        dense: format === 'parquet',
        pieces: () => (format === 'csv' ? csv(table) : parquet(table)),
      }))
    }
  }
}
