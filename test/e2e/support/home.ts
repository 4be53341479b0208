import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectLab, type LabClient } from '../../../src/lab/connect.ts'

/** The command line's. */
export const executable = resolve(import.meta.dirname, '../../../bin/descent.js')

/** A library, a cache and settings of a test's own, and the lab that works with them. */
export interface TestHome {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** Process of the lab that runs now; null while there is none. */
  labPid(): number | null
  /** Does something through a connection to the lab that is not the page's. */
  withLab<T>(use: (lab: LabClient) => Promise<T>): Promise<T>
  /** Stops the lab and takes the folder away. */
  remove(): Promise<void>
}

export function testHome(): TestHome {
  const folder = mkdtempSync(join(tmpdir(), 'descent-e2e-'))
  const at = (name: string): string => {
    const path = join(folder, name)
    mkdirSync(path)
    return path
  }
  const home = at('home')
  const cache = at('cache')
  const labPid = (): number | null => {
    try {
      const { pid } = JSON.parse(readFileSync(join(home, 'lab.json'), 'utf8')) as { pid: number }
      return isAlive(pid) ? pid : null
    } catch {
      return null
    }
  }
  return {
    folder,
    env: {
      ...process.env,
      DESCENT_HOME: home,
      DESCENT_CACHE: cache,
      XDG_CONFIG_HOME: at('config'),
      XDG_DOWNLOAD_DIR: at('downloads'),
      LANG: 'en_US.UTF-8',
      LC_ALL: '',
    },
    labPid,
    async withLab(use) {
      const lab = await connectLab({ home, cache })
      try {
        return await use(lab)
      } finally {
        lab.close()
      }
    },
    async remove() {
      const pid = labPid()
      if (pid !== null) {
        process.kill(pid, 'SIGTERM')
        while (isAlive(pid)) await sleep(20)
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A process that has ended and that nobody has asked about yet is not alive, though it can be signalled. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return process.platform !== 'linux'
  }
}

/** Processes whose parent this is, and theirs: the engines of a lab. Linux only, as the windows of the tests are. */
export function descendants(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number)
    return children.flatMap((child) => [child, ...descendants(child)])
  } catch {
    return []
  }
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
