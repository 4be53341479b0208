import { spawn } from 'node:child_process'

export interface Outcome {
  /** Null where a signal ended it. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Ends the program and all that it has started. */
  signal?: AbortSignal
  timeoutMs?: number
}

/** What is kept of each stream: errors stand at the end. */
const keptCharacters = 64 * 1024

/**
 * Runs a program to its end, without a shell.
 * @throws the system's error where it cannot be started, the signal's reason where it was aborted, and an Error where
 *   it took longer than `timeoutMs`
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const { env = process.env, cwd, signal, timeoutMs } = options
  signal?.throwIfAborted()
  const isGroup = process.platform !== 'win32'
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts (a compiler's linker, say) ends with it.
    detached: isGroup,
    windowsHide: true,
    ...(cwd === undefined ? {} : { cwd }),
  })
  const end = (): void => {
    if (child.pid === undefined) return
    try {
      if (isGroup) process.kill(-child.pid, 'SIGKILL')
      else child.kill('SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  const kept = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => (kept[name] = (kept[name] + text).slice(-keptCharacters)))
  }
  const tooLong = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  const ends = [signal, tooLong].filter((one) => one !== undefined)
  for (const one of ends) one.addEventListener('abort', end)
  try {
    const [code, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (...ending) => resolve(ending))
    })
    signal?.throwIfAborted()
    if (tooLong?.aborted) throw new Error(`${command} did not end within ${(timeoutMs ?? 0) / 1000} s`)
    return { code, signal: killedBy, ...kept }
  } finally {
    for (const one of ends) one.removeEventListener('abort', end)
  }
}

/** The last lines that say something, for an error message. */
export function lastWords({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>, lines = 5): string {
  const text = stderr.trim() === '' ? stdout : stderr
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-lines)
    .join('\n')
}
