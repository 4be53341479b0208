import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who holds a lock: enough for another process to find out whether that one is still there. */
export interface ProcessIdentity {
  pid: number
  host: string
  /** Process numbers mean the same thing only within one of these: a boot of a machine, a container. */
  space: string
  /** When the process started, in the system's own ticks: a reused number is told apart by it. Null where unknown. */
  startTime: string | null
}

export type Liveness = 'alive' | 'dead' | 'unknown'

let self: Promise<ProcessIdentity> | undefined

export function identifySelf(): Promise<ProcessIdentity> {
  self ??= (async () => ({
    pid: process.pid,
    host: hostname(),
    space: await processSpace(),
    startTime: (await processStat(process.pid))?.startTime ?? null,
  }))()
  return self
}

/** Whether a process is still there. Unknown when it lives on another machine, or cannot be told apart. */
export async function livenessOf(other: ProcessIdentity): Promise<Liveness> {
  const me = await identifySelf()
  if (other.host !== me.host || other.space !== me.space) return 'unknown'
  if (!processExists(other.pid)) return 'dead'
  if (other.startTime === null) return 'unknown'
  const found = await processStat(other.pid)
  if (found === undefined) return processExists(other.pid) ? 'unknown' : 'dead'
  return found.startTime === other.startTime && !found.defunct ? 'alive' : 'dead'
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function processSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${boot.trim()} ${namespace}`.trim()
}

/** Linux only: proc(5), /proc/pid/stat, fields 3 (state) and 22 (start time). */
async function processStat(pid: number): Promise<{ startTime: string; defunct: boolean } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ') // the name before it may hold anything
  const state = fields.at(0)
  const startTime = fields.at(19)
  if (state === undefined || startTime === undefined) return undefined
  return { startTime, defunct: state === 'Z' || state === 'X' }
}
