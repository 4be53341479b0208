import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * One lab per library. The lock is SQLite's own file lock on an otherwise empty database: the system releases it
 * when the process ends, however it ends, so it can be neither stale nor stolen.
 * @returns a function that gives the lock back, or null where another process holds it
 */
export function lockLibrary(home: string): (() => void) | null {
  mkdirSync(home, { recursive: true })
  const db = new Database(join(home, 'lab.lock'), { timeout: 0 })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE')
    return () => db.close()
  } catch (error) {
    db.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
