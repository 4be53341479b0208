import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Progress } from '../../src/lab/hub/hub.ts'
import type { ChildTask } from './child.ts'

export interface ChildLine {
  progress?: Progress
  paths?: Record<string, string>
  counted?: number
}

export interface RunningChild {
  process: ChildProcess
  /** The first line that fits. */
  line(fits: (line: ChildLine) => boolean): Promise<ChildLine>
  /** Everything it said, once it has ended. */
  ended: Promise<{ code: number | null; lines: ChildLine[]; errors: string }>
}

export function spawnChild(task: ChildTask): RunningChild {
  const script = fileURLToPath(new URL('child.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, JSON.stringify(task)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const lines: ChildLine[] = []
  const waiting: { fits: (line: ChildLine) => boolean; resolve: (line: ChildLine) => void }[] = []
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as ChildLine
    lines.push(line)
    waiting.filter(({ fits }) => fits(line)).forEach(({ resolve }) => resolve(line))
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<{ code: number | null; lines: ChildLine[]; errors: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, lines, errors })),
  )
  return {
    process: child,
    ended,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const already = lines.find(fits)
        if (already) resolve(already)
        waiting.push({ fits, resolve })
        void ended.then(() => reject(new Error(`the process ended without saying it: ${errors}`)))
      }),
  }
}
