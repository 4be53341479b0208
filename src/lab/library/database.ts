import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DescentError } from '../../contract/errors.ts'
import { migrations } from './migrations.ts'

export type Db = Database.Database

/**
 * Opens the library below `home`, creating or migrating it. WAL with synchronous=FULL: an acknowledged
 * transaction survives a killed process and a power cut.
 */
export function openDatabase(home: string): Db {
  mkdirSync(home, { recursive: true })
  const db = new Database(join(home, 'library.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('busy_timeout = 5000')
  migrate(db)
  return db
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
