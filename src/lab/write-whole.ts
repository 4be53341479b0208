import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DescentError } from '../contract/errors.ts'

/**
 * Writes to a temporary neighbour and renames it, so that a reader never sees half a file.
 * @throws DescentError `disk-full` where there is no room, `invalid-value` where nothing may be written
 */
export async function writeWhole(
  file: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`)
  try {
    const handle = await open(temporary, 'wx')
    try {
      for await (const piece of pieces) await handle.appendFile(piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw refusal(file, cause)
  }
}

/** Makes the folder where it is missing. @throws DescentError as `writeWhole` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    throw refusal(folder, cause)
  }
}

function refusal(path: string, cause: unknown): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DescentError(
        'disk-full',
        `There is no room left to write ${path}.`,
        'Free some space and do it again.',
        { cause },
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new DescentError(
        'invalid-value',
        `${path} may not be written.`,
        'Choose another place, or give yourself the right to write there.',
        { cause },
      )
    case 'ENAMETOOLONG':
      return new DescentError('invalid-value', `The name of ${path} is too long.`, 'Choose a shorter one.', {
        cause,
      })
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOTDIR':
      return new DescentError(
        'invalid-value',
        `${path} cannot be written: a file stands where a folder is needed, or a folder where a file is.`,
        'Choose another name.',
        { cause },
      )
    default:
      return cause
  }
}
