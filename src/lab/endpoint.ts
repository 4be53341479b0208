import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where a running lab listens; written to `lab.json` in its library. */
export interface Endpoint {
  socket: string
  pid: number
  version: string
}

const fileOf = (home: string): string => join(home, 'lab.json')
/** sun_path holds 108 bytes on Linux, 104 on macOS. */
const longestSocketPath = 100

/** A path only this user can connect to. */
export function socketPath(home: string): string {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\descent-lab-${hash}`
  const beside = join(home, 'lab.sock')
  if (Buffer.byteLength(beside) <= longestSocketPath) return beside
  const directory = join(tmpdir(), `descent-lab-${userInfo().uid}`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return join(directory, `${hash}.sock`)
}

export function announce(home: string, endpoint: Endpoint): void {
  const file = fileOf(home)
  writeFileSync(`${file}.new`, JSON.stringify(endpoint))
  renameSync(`${file}.new`, file)
}

export function withdraw(home: string): void {
  rmSync(fileOf(home), { force: true })
}

/** What the last lab announced; it may no longer run. */
export function announced(home: string): Endpoint | null {
  try {
    return JSON.parse(readFileSync(fileOf(home), 'utf8')) as Endpoint
  } catch {
    return null
  }
}
