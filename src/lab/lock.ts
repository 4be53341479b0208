import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { libraryError } from './library/database.ts'

/**
 * One lab per library. The lock is SQLite's own file lock on an otherwise empty database: the system releases it
 * when the process ends, however it ends, so it can be neither stale nor stolen.
 * @returns a function that gives the lock back, or null where another process holds it
 * @throws DescentError where the library's folder cannot be written
 */
export function lockLibrary(home: string): (() => void) | null {
  let db: Database.Database | undefined
  try {
    mkdirSync(home, { recursive: true })
    const lock = new Database(join(home, 'lab.lock'), { timeout: 0 })
    db = lock
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (error) {
    db?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw libraryError(error, home)
  }
}
