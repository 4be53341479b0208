import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/** `legacy` runs in the old Electron of the tests only (electron.vite.config.ts). */
export type BuildKind = 'shipping' | 'legacy'

const root = resolve(import.meta.dirname, '..')
const folders: Record<BuildKind, string> = { shipping: 'out', legacy: 'out-legacy' }
const inputs = [
  'renderer/**/*',
  'electron/**/*',
  'src/**/*.ts',
  'resources/{experiments,fonts,recorded}/*',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
]

/** What the inputs look like now: names, sizes and times, which is quick; touching a file costs a build of seconds. */
function state(): string {
  const hash = createHash('sha256')
  for (const file of globSync(inputs, { cwd: root }).sort()) {
    const { size, mtimeMs } = statSync(join(root, file))
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** Whether something changed since the last build, or there was none. */
export function isStale(kind: BuildKind = 'shipping'): boolean {
  try {
    return readFileSync(join(root, folders[kind], '.stamp'), 'utf8') !== state()
  } catch {
    return true
  }
}

/**
 * Builds the window and the page if something changed since the last time, in a process of its own.
 * @param anyway also if nothing changed
 * @throws Error where the sources do not build; the last build stays
 */
export function build(kind: BuildKind = 'shipping', anyway = false): void {
  if (!anyway && !isStale(kind)) return
  const options = [...(anyway ? [] : ['--if-stale']), ...(kind === 'legacy' ? ['--legacy'] : [])]
  const { status } = spawnSync(process.execPath, [import.meta.filename, ...options], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('The window and the page could not be built; see above.')
}

if (process.argv[1] === import.meta.filename) await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'if-stale': { type: 'boolean', default: false },
      legacy: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const kind = values.legacy ? 'legacy' : 'shipping'
  if (values.help) {
    console.log(
      'Builds the window and the page into out/.\n' +
        '  --if-stale  only when a source has changed since the last build\n' +
        '  --legacy    the build that the tests run in an old Electron, into out-legacy/',
    )
    return
  }
  const release = await lock(kind)
  try {
    // Another process may have built it while we waited.
    if (!values['if-stale'] || isStale(kind)) await buildNow(kind)
  } finally {
    release()
  }
}

/** Beside the folder, then exchanged: a build that fails leaves the last one, and readers find one or the other. */
async function buildNow(kind: BuildKind): Promise<void> {
  const before = state()
  const folder = join(root, folders[kind])
  const [next, last] = [`${folder}.next`, `${folder}.last`]
  rmSync(next, { recursive: true, force: true })
  Object.assign(process.env, {
    DESCENT_BUILD_FOLDER: next,
    NODE_ENV: 'production',
    NODE_ENV_ELECTRON_VITE: 'production',
  })
  process.chdir(root)
  const vite = await import('electron-vite')
  await vite.build({ mode: kind === 'legacy' ? 'legacy' : 'production', logLevel: 'warn' })
  writeFileSync(join(next, '.stamp'), before)
  rmSync(last, { recursive: true, force: true })
  if (existsSync(folder)) renameSync(folder, last)
  renameSync(next, folder)
  rmSync(last, { recursive: true, force: true })
}

/** One build of a kind at a time. @returns a function that lets the next one in */
async function lock(kind: BuildKind): Promise<() => void> {
  const file = join(root, 'node_modules', `.descent-build-${kind}`)
  const own = `${file}-${process.pid}`
  writeFileSync(own, String(process.pid))
  for (;;) {
    try {
      linkSync(own, file) // fails where it exists, and is there with its content at once
      rmSync(own)
      return () => rmSync(file, { force: true })
    } catch {
      if (!isAlive(ownerOf(file))) rmSync(file, { force: true })
      await sleep(100)
    }
  }
}

function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}
