import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface ProcessFacts {
  pid: number
  parent: number
  state: string
}

function processes(): ProcessFacts[] {
  if (process.platform === 'linux')
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          // The name in parentheses may hold anything.
          const [state = '', parent = ''] =
            readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
          return [{ pid: Number(pid), parent: Number(parent), state }]
        } catch {
          return [] // it has just ended
        }
      })
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), state }
    })
}

/** Ended processes that nobody has asked about yet do not count. */
const lives = ({ state }: ProcessFacts): boolean => !state.startsWith('Z')

export const isAlive = (pid: number): boolean => processes().some((one) => one.pid === pid && lives(one))

/** Living children of a process. */
export const childrenOf = (parent: number): number[] =>
  processes()
    .filter((one) => one.parent === parent && lives(one))
    .map(({ pid }) => pid)

/** Children by what they run: part of their command line. */
export function childrenRunning(parent: number, what: string): number[] {
  return childrenOf(parent).filter((pid) => commandOf(pid).includes(what))
}

function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** SIGKILL, to a process that the test started. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself
  }
}
