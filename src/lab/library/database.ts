import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DescentError } from '../../contract/errors.ts'
import { defineLookFunctions } from './looks.ts'
import { migrations } from './migrations.ts'

export type Db = Database.Database

/**
 * Opens the library below `home`, creating or migrating it. WAL with synchronous=FULL: an acknowledged
 * transaction survives a killed process and a power cut.
 */
export function openDatabase(home: string): Db {
  let db: Db | undefined
  try {
    mkdirSync(home, { recursive: true })
    db = new Database(join(home, 'library.sqlite'))
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('busy_timeout = 5000')
    defineLookFunctions(db)
    migrate(db)
    return db
  } catch (error) {
    db?.close()
    throw libraryError(error, home)
  }
}

/** What the file system or SQLite said, as a person who runs a laboratory can use it; other errors as they are. */
export function libraryError(error: unknown, home = ''): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (error instanceof DescentError) return error
  if (/^(SQLITE_FULL|SQLITE_IOERR_(WRITE|FSYNC|SHMSIZE)|ENOSPC|EDQUOT)/.test(code))
    return new DescentError(
      'disk-full',
      `The library cannot be written (${message}).`,
      'Make room on the disk, then run the command again; what was saved before is kept.',
      { cause: error },
    )
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code))
    return new DescentError(
      'data-damaged',
      `The library ${join(home, 'library.sqlite')} is damaged (${message}).`,
      'Put a copy of it in its place, or point DESCENT_HOME at another folder.',
      { cause: error },
    )
  if (/^(SQLITE_(READONLY|CANTOPEN|IOERR)|EACCES|EPERM|EROFS|ENOTDIR|ENOENT|EEXIST)/.test(code))
    return new DescentError(
      'unsupported',
      `The library's folder ${home} cannot be written (${message}).`,
      'Make it writable, or point DESCENT_HOME at another folder.',
      { cause: error },
    )
  return error
}

function migrate(db: Db): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > migrations.length)
    throw new DescentError(
      'library-newer',
      `The library is of version ${version}; this Descent Lab knows versions up to ${migrations.length}.`,
      'Update Descent Lab, or point DESCENT_HOME at another library.',
    )
  for (let next = version; next < migrations.length; next++)
    db.transaction(() => {
      db.exec(migrations[next] as string)
      db.pragma(`user_version = ${next + 1}`)
    })()
}
