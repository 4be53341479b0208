import { randomUUID } from 'node:crypto'
import {
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DescentError } from '../contract/errors.ts'
import { errorCode, isMissing, storageProblem, withStorageProblems } from './failures.ts'
import { identifySelf, livenessOf } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/**
 * One process at a time, across processes and machines that share the folder.
 *
 * A lock is a folder with one file in it, named by a nonce of its owner. It is made elsewhere and renamed into
 * place, which the system does for one contender only: a folder can be renamed over nothing or over an empty
 * folder, never over one that holds an owner. Taking over from a dead owner removes that owner's file, by its
 * nonce, and then contends like everybody else: however many do it, and wherever one of them dies, nobody can
 * remove a fresh owner's lock, and an empty folder blocks nobody.
 *
 * An owner is dead when its process is gone (looked up by number and start time). Where that cannot be looked up
 * (another machine), it is dead when its file's date has stood still for `staleMs` under the watcher's own clock.
 */
export interface FileLock {
  /** Names this ownership; no two are equal. */
  nonce: string
  /** Throws when the lock was taken over (this machine slept, say): stop before changing anything. */
  assertHeld(): Promise<void>
  release(): Promise<void>
}

export interface LockHolder extends ProcessIdentity {
  nonce: string
  heartbeatMs: number
}

export interface LockTimings {
  /** How often a lock's owner says that it is alive. */
  heartbeatMs: number
  /** An owner that cannot be looked up (another machine) and is silent for this long is taken for dead. */
  staleMs: number
  /** How often a waiting process looks again. */
  pollMs: number
}

export const lockTimings: LockTimings = { heartbeatMs: 5_000, staleMs: 30_000, pollMs: 150 }

export interface LockOptions {
  /** On the same file system as the lock; the lock is made here. */
  stagingFolder: string
  timings: LockTimings
  signal?: AbortSignal
  /** Called each time it looks and somebody else holds it. */
  onWait?: (holder: LockHolder) => Promise<void> | void
}

/** Waits for the lock; only the signal ends the wait early. */
export async function acquireLock(path: string, options: LockOptions): Promise<FileLock> {
  const contender = await prepare(path, options.stagingFolder)
  const watch = new HeartbeatWatch(options.timings.staleMs)
  try {
    for (;;) {
      options.signal?.throwIfAborted()
      if (await contend(contender, path)) return hold(path, contender, options.timings.heartbeatMs)
      const holder = await readHolder(path)
      if (holder && (await watch.isDead(holder))) {
        await unlink(join(path, ownerFile(holder.nonce))).catch(ignoreMissing)
        continue
      }
      if (holder) await options.onWait?.(holder)
      await wait(options.timings.pollMs, undefined, options.signal ? { signal: options.signal } : {})
    }
  } catch (error) {
    await rm(contender.folder, { recursive: true, force: true })
    throw error
  }
}

/** The lock if nobody alive holds it, at once. */
export async function tryAcquireLock(path: string, options: LockOptions): Promise<FileLock | undefined> {
  const busy = new AbortController()
  try {
    return await acquireLock(path, { ...options, signal: busy.signal, onWait: () => busy.abort() })
  } catch (error) {
    if (busy.signal.aborted) return undefined
    throw error
  }
}

/** Who holds the lock, if its owner is, as far as one look can tell, alive. */
export async function liveHolder(
  path: string,
  staleMs: number,
  nowMs: number,
): Promise<LockHolder | undefined> {
  const holder = await readHolder(path)
  if (!holder) return undefined
  const liveness = await livenessOf(holder)
  if (liveness === 'alive') return holder
  return liveness === 'unknown' && nowMs - holder.heartbeatMs < staleMs ? holder : undefined
}

interface Contender {
  nonce: string
  folder: string
}

async function prepare(path: string, staging: string): Promise<Contender> {
  const nonce = randomUUID()
  const folder = join(staging, `lock-${nonce}`)
  const identity = await identifySelf()
  await withStorageProblems(path, async () => {
    await mkdir(dirname(path), { recursive: true })
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, ownerFile(nonce)), JSON.stringify(identity))
  })
  return { nonce, folder }
}

/** One try at the rename; false when somebody's lock is in the way. */
async function contend(contender: Contender, path: string): Promise<boolean> {
  const owner = join(contender.folder, ownerFile(contender.nonce))
  const now = new Date()
  await utimes(owner, now, now) // The wait may have been long.
  try {
    await rename(contender.folder, path)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    if ((code === 'EPERM' || code === 'EACCES') && (await exists(path))) {
      // Windows renames no folder over another, even an empty one; removing it fails unless it is empty.
      await rmdir(path).catch(() => undefined)
      return false
    }
    throw storageProblem(error, path)
  }
}

function hold(path: string, { nonce }: Contender, heartbeatMs: number): FileLock {
  const owner = join(path, ownerFile(nonce))
  const beat = setInterval(() => {
    const now = new Date()
    utimes(owner, now, now).catch(() => undefined) // A lost lock is noticed by assertHeld.
  }, heartbeatMs)
  beat.unref()
  return {
    nonce,
    async assertHeld() {
      if (await exists(owner)) return
      throw new DescentError(
        'conflict',
        `Another process took over ${path}, because this one had not answered for a while.`,
        'Try again: what the other process downloaded is used.',
      )
    },
    async release() {
      clearInterval(beat)
      await unlink(owner).catch(ignoreMissing)
      await rmdir(path).catch(() => undefined) // Somebody else's by now, or gone: both are fine.
    },
  }
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  const names = await readdir(path).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const name of names) {
    if (!name.endsWith(ownerSuffix)) continue
    const file = join(path, name)
    try {
      const { mtimeMs } = await stat(file)
      const identity = identityFrom(await readFile(file, 'utf8'))
      return { ...identity, nonce: name.slice(0, -ownerSuffix.length), heartbeatMs: mtimeMs }
    } catch (error) {
      if (!isMissing(error)) throw error // Released while we looked.
    }
  }
  return undefined
}

/** A file that a power cut left empty names nobody: it is judged by its heartbeat alone. */
function identityFrom(text: string): ProcessIdentity {
  const nobody: ProcessIdentity = { pid: 0, host: '', space: '', startTime: null }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return nobody
    const { pid, host, space, startTime } = value as Partial<Record<keyof ProcessIdentity, unknown>>
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof space !== 'string') return nobody
    return { pid, host, space, startTime: typeof startTime === 'string' ? startTime : null }
  } catch {
    return nobody
  }
}

/** Remembers when each owner's heartbeat was last seen to move, by a clock that no other machine sets. */
class HeartbeatWatch {
  private seen: { nonce: string; heartbeatMs: number; sinceMs: number } | undefined
  private readonly staleMs: number

  constructor(staleMs: number) {
    this.staleMs = staleMs
  }

  async isDead(holder: LockHolder): Promise<boolean> {
    const liveness = await livenessOf(holder)
    if (liveness !== 'unknown') return liveness === 'dead'
    // No two clocks are minutes apart, so an old date needs no watching: a crash before a reboot costs no wait.
    if (Date.now() - holder.heartbeatMs > 20 * this.staleMs) return true
    const nowMs = performance.now()
    if (this.seen?.nonce !== holder.nonce || this.seen.heartbeatMs !== holder.heartbeatMs) {
      this.seen = { nonce: holder.nonce, heartbeatMs: holder.heartbeatMs, sinceMs: nowMs }
      return false
    }
    return nowMs - this.seen.sinceMs > this.staleMs
  }
}

const ownerSuffix = '.owner.json'

function ownerFile(nonce: string): string {
  return `${nonce}${ownerSuffix}`
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false
      throw error
    },
  )
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}
