import { readFile } from 'node:fs/promises'
import { run } from './child.ts'
import { isProgram } from './programs.ts'
import type { Build } from './wheels.ts'

export interface Card {
  index: number
  name: string
  memoryBytes: number
  /** `9.0`; null where the driver does not say. */
  computeCapability: string | null
}

/** What NVIDIA's driver says of this machine. */
export interface Nvidia {
  /** Its version, as `580.95.05`. */
  driver: string
  cards: Card[]
  /** Why it answers no questions although it is installed, as a sentence. */
  problem?: string
}

/** The oldest driver that runs CUDA 12, by CUDA's release notes: Linux and Windows differ. */
export const oldestDriver = process.platform === 'win32' ? '528.33' : '525.60.13'

/** The driver and its cards, or undefined where there is none. */
export async function findNvidia(env: NodeJS.ProcessEnv): Promise<Nvidia | undefined> {
  const asked = isProgram('nvidia-smi', env) ? await ask(env) : undefined
  if (typeof asked === 'object') return asked
  const text = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '')
  const driver = /Kernel Module(?: for \S+)?\s+([\d.]+)/.exec(text)?.[1]
  if (driver === undefined && asked === undefined) return undefined
  const problem = asked ?? 'nvidia-smi, which comes with the driver, is not on this machine.'
  return { driver: driver ?? 'unknown', cards: [], problem }
}

async function ask(env: NodeJS.ProcessEnv): Promise<Nvidia | string> {
  const fields = 'index,name,memory.total,driver_version,compute_cap'
  const query = (names: string): string[] => [`--query-gpu=${names}`, '--format=csv,noheader,nounits']
  try {
    let answer = await run('nvidia-smi', query(fields), { env, timeoutMs: 20_000 })
    // Drivers before 510 do not know of compute_cap.
    if (answer.code !== 0)
      answer = await run('nvidia-smi', query(fields.replace(',compute_cap', '')), { env, timeoutMs: 20_000 })
    if (answer.code !== 0) return (answer.stdout + answer.stderr).trim()
    const rows = answer.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(',').map((cell) => cell.trim()))
    const driver = rows[0]?.[3]
    if (driver === undefined) return 'nvidia-smi finds no card.'
    const cards = rows.map(([index, name = '', memory, , capability = '']) => ({
      index: Number(index),
      name,
      memoryBytes: Number(memory) * 2 ** 20,
      computeCapability: /^\d+\.\d+$/.test(capability) ? capability : null,
    }))
    return { driver, cards }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export function isDriverTooOld(driver: string): boolean {
  return driver !== 'unknown' && driver.localeCompare(oldestDriver, 'en', { numeric: true }) < 0
}

/** The build that serves this machine: CUDA's where a driver that can run it shows a card. */
export async function wantedVariant(
  env: NodeJS.ProcessEnv,
  buildFor: (variant: Build['variant']) => Build | undefined,
): Promise<Build['variant']> {
  if (buildFor('cuda') === undefined) return 'cpu'
  const nvidia = await findNvidia(env)
  return nvidia && nvidia.cards.length > 0 && !isDriverTooOld(nvidia.driver) ? 'cuda' : 'cpu'
}
