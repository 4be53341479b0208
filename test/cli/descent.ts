import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const descent = fileURLToPath(new URL('../../bin/descent.js', import.meta.url))

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

/** A library and a cache of this test's own, removed when it ends. */
export function freshPlaces(): { DESCENT_HOME: string; DESCENT_CACHE: string } {
  const folder = mkdtempSync(join(tmpdir(), 'descent-cli-'))
  // The lab of a command lingers for a moment and still writes; it ends by itself.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }))
  return { DESCENT_HOME: join(folder, 'home'), DESCENT_CACHE: join(folder, 'cache') }
}

export function startDescent(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; answer: Promise<Answer> } {
  const child = spawn(process.execPath, [descent, ...args], {
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const answer = new Promise<Answer>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  return { child, answer }
}

/** Runs the command as a shell would, to its end. */
export const descentCommand = (args: readonly string[], env: Record<string, string> = {}): Promise<Answer> =>
  startDescent(args, env).answer

/** Runs it with --json and reads the one value on standard output. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what the answer is
export async function json<T = unknown>(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Answer & { value: T }> {
  const answer = await descentCommand([...args, '--json'], env)
  return { ...answer, value: JSON.parse(answer.stdout) as T }
}
