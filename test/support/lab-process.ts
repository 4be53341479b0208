import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { connectLab, type LabClient } from '../../src/lab/connect.ts'
import type { Places } from '../../src/lab/places.ts'
import { childrenRunning, isAlive, kill } from './processes.ts'
import { until } from './until.ts'

export const labEntry = fileURLToPath(new URL('../../src/lab/main.ts', import.meta.url))

/** Joins or starts the lab of this library as a front door does; both end with the test. */
export async function frontDoor(places: Places): Promise<LabClient & { pid: number }> {
  const client = await connectLab(places)
  const { pid } = await client.call('lab.info', {})
  onTestFinished(async () => {
    client.close()
    // Others that were started in the same instant and have not yet found the lock taken would start afresh.
    for (const one of [pid, ...childrenRunning(process.pid, labEntry)]) {
      kill(one)
      await until(() => !isAlive(one))
    }
  })
  return { ...client, pid }
}

/** A lab's process as a front door starts it, and how it ended. */
export function spawnLab(
  { home, cache }: Places,
  via: readonly string[] = [],
): {
  child: ChildProcess
  ended: Promise<{ code: number | null; said: string }>
} {
  const [command, ...rest] = [...via, process.execPath, labEntry]
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DESCENT_HOME: home, DESCENT_CACHE: cache },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, said })),
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended }
}
