import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { errorCode } from '../../files/failures.ts'
import { examineFile } from './hash.ts'
import type { Examination, Expected, HashOptions } from './hash.ts'
import type { FilePaths } from './layout.ts'

/**
 * A note beside a file: the SHA-1 that was found when it was hashed, and how the file looked then. While it
 * looks the same, a list need not hash it again. The times are those of the last change of bytes and of
 * anything else about the file, in nanoseconds, so an edit that puts the date back is noticed too.
 */
interface Stamp {
  sizeBytes: string
  modifiedNs: string
  changedNs: string
  sha1: string
}

/** Hashes the file and remembers what was found. */
export async function examineAndStamp(
  paths: FilePaths,
  expected: Expected,
  options: HashOptions = {},
): Promise<Examination> {
  const before = await appearance(paths.final)
  const examination = await examineFile(paths.final, expected, options)
  const sha1 =
    examination.state === 'good' ? expected.sha1 : examination.state === 'bad' ? examination.sha1 : undefined
  const after = await appearance(paths.final)
  if (before === undefined || after === undefined || sha1 === undefined || !sameAppearance(before, after)) {
    await forgetStamp(paths)
  } else await writeStamp(paths, { ...after, sha1 })
  return examination
}

/** As `examineAndStamp`, but trusts the note where the file still looks as it did. */
export async function examineCheaply(paths: FilePaths, expected: Expected): Promise<Examination> {
  const now = await appearance(paths.final)
  if (now === undefined) return { state: 'missing' }
  const stamp = await readStamp(paths)
  if (stamp && sameAppearance(stamp, now) && Number(now.sizeBytes) === expected.sizeBytes) {
    return stamp.sha1 === expected.sha1
      ? { state: 'good' }
      : { state: 'bad', reason: `its SHA-1 is ${stamp.sha1}; expected ${expected.sha1}`, sha1: stamp.sha1 }
  }
  return examineAndStamp(paths, expected)
}

type Appearance = Omit<Stamp, 'sha1'>

async function appearance(path: string): Promise<Appearance | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  if (stats === undefined) return undefined
  return {
    sizeBytes: String(stats.size),
    modifiedNs: String(stats.mtimeNs),
    changedNs: String(stats.ctimeNs),
  }
}

function sameAppearance(a: Appearance, b: Appearance): boolean {
  return a.sizeBytes === b.sizeBytes && a.modifiedNs === b.modifiedNs && a.changedNs === b.changedNs
}

async function readStamp(paths: FilePaths): Promise<Stamp | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(paths.stamp, 'utf8'))
    return isStamp(value) ? value : undefined
  } catch {
    return undefined // No note, or half a note: the file is hashed again.
  }
}

function isStamp(value: unknown): value is Stamp {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Partial<Record<keyof Stamp, unknown>>
  return [fields.sizeBytes, fields.modifiedNs, fields.changedNs, fields.sha1].every(
    (field) => typeof field === 'string',
  )
}

async function writeStamp(paths: FilePaths, stamp: Stamp): Promise<void> {
  try {
    await writeFile(paths.stamp, JSON.stringify(stamp))
  } catch (error) {
    // A cache that may only be read (shared, or on a full disk) still serves; it is just hashed more often.
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOENT'].includes(errorCode(error) ?? ''))
      throw error
  }
}

async function forgetStamp(paths: FilePaths): Promise<void> {
  await rm(paths.stamp, { force: true }).catch(() => undefined)
}
