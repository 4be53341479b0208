import { spawn } from 'node:child_process'
import { mkdirSync, openSync, closeSync, statSync, renameSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { labContract, type LabContract } from '../contract/lab.ts'
import { DescentError, errorCodes, type ErrorShape } from '../contract/errors.ts'
import { createClient, type Client } from '../transport/client.ts'
import { streamChannel } from '../transport/stream.ts'
import { announced } from './endpoint.ts'
import type { Places } from './places.ts'
import { version } from './version.ts'

export type LabClient = Client<LabContract>

const entry = fileURLToPath(new URL('./main.ts', import.meta.url))
const patienceMs = 15_000
const largestLogBytes = 1_000_000

/**
 * Joins the lab that runs for this library, or starts one. The lab goes on for others when this process ends, and
 * by itself when nobody is left.
 * @throws DescentError `library-locked` where a lab of another version runs or one does not answer, what kept a lab
 * from starting, or `engine-unavailable` where that is not known
 */
export async function connectLab({ home, cache }: Pick<Places, 'home' | 'cache'>): Promise<LabClient> {
  const giveUpAt = performance.now() + patienceMs
  let child: Starting | undefined
  for (;;) {
    const client = await joinLab(home)
    if (client) return client
    // Exit code 0: another lab was faster with the lock and is about to listen, or has just ended.
    if (performance.now() > giveUpAt || (child?.exitCode ?? 0) !== 0) throw notStarted(home)
    if (!child || child.exitCode === 0) child = startLab(home, cache)
    await sleep(10)
  }
}

/**
 * The same for those who only carry messages between a page and the lab: a byte stream of the transport's frames,
 * to be passed on as they are.
 */
export async function connectLabSocket(places: Pick<Places, 'home' | 'cache'>): Promise<Socket> {
  const client = await connectLab(places)
  try {
    const endpoint = announced(places.home)
    const socket = endpoint && (await open(endpoint.socket))
    if (!socket) throw notStarted(places.home)
    return socket
  } finally {
    client.close()
  }
}

/** A lab that was started; null while it runs. */
interface Starting {
  exitCode: number | null
}

async function joinLab(home: string): Promise<LabClient | null> {
  const endpoint = announced(home)
  if (!endpoint) return null
  const socket = await open(endpoint.socket)
  if (!socket) return null
  const client = createClient(labContract, streamChannel(socket))
  try {
    const info = await client.call('lab.info', {}, { signal: AbortSignal.timeout(patienceMs) })
    if (info.version === version) return client
  } catch (error) {
    client.close()
    const { code } = DescentError.from(error)
    if (code === 'connection-lost') return null // it has just ended
    if (code === 'cancelled')
      throw new DescentError(
        'library-locked',
        `The lab that has this library open (process ${endpoint.pid}) does not answer.`,
        'End that process, or point DESCENT_HOME at another library.',
      )
    // An answer that this version cannot read is another version's.
  }
  client.close()
  throw new DescentError(
    'library-locked',
    `A lab of version ${endpoint.version} (process ${endpoint.pid}) has this library open; this is version ${version}.`,
    'Close it first, or point DESCENT_HOME at another library.',
  )
}

function open(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', () => resolve(null))
  })
}

/** In a session of its own: Ctrl-C in a terminal is for the command, not for the lab. */
function startLab(home: string, cache: string): Starting {
  const log = openLog(home)
  const child = spawn(process.execPath, [entry], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, DESCENT_HOME: home, DESCENT_CACHE: cache },
  })
  closeSync(log)
  child.unref()
  const starting: Starting = { exitCode: null }
  child.once('exit', (code) => (starting.exitCode = code ?? 1))
  child.once('error', () => (starting.exitCode = 1))
  return starting
}

const logOf = (home: string): string => join(home, 'lab.log')

function openLog(home: string): number {
  const file = logOf(home)
  try {
    mkdirSync(home, { recursive: true })
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestLogBytes)
      renameSync(file, `${file}.old`)
  } catch {
    // another front door was faster, or opening the log says what is wrong
  }
  try {
    return openSync(file, 'a')
  } catch (error) {
    const { message } = error as Error
    throw new DescentError(
      'unsupported',
      `The library's folder ${home} cannot be written (${message}).`,
      'Make it writable, or point DESCENT_HOME at another folder.',
      { cause: error },
    )
  }
}

function notStarted(home: string): DescentError {
  let last = ''
  try {
    const lines = readFileSync(logOf(home), 'utf8').trim().split('\n')
    const said = lastError(lines.at(-1) ?? '')
    if (said) return said
    last = lines.slice(-5).join('\n')
  } catch {
    // no log, nothing to show
  }
  return new DescentError(
    'engine-unavailable',
    `The lab did not start.${last ? ` It last said:\n${last}` : ''}`,
    `See ${logOf(home)}; is the folder writable?`,
  )
}

/** What a lab that could not start printed last (main.ts). */
function lastError(line: string): DescentError | null {
  try {
    const { code, message, remedy } = JSON.parse(line) as ErrorShape
    return errorCodes.includes(code) ? new DescentError(code, message, remedy) : null
  } catch {
    return null
  }
}
