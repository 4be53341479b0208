import { createHash } from 'node:crypto'
import { globSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
  'resources/fonts/*',
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

function stampOf(kind: BuildKind): string {
  return join(root, folders[kind], '.stamp')
}

/** Whether something changed since the last build, or there was none. */
export function isStale(kind: BuildKind = 'shipping'): boolean {
  try {
    return readFileSync(stampOf(kind), 'utf8') !== state()
  } catch {
    return true
  }
}

/** Builds when something changed since the last time. @throws Error where the sources do not build */
export async function buildIfStale(kind: BuildKind = 'shipping'): Promise<void> {
  if (!isStale(kind)) return
  await locked(kind, async () => {
    if (isStale(kind)) await buildNow(kind) // another process may have built it while we waited
  })
}

/** Builds the window and the page. @throws Error where the sources do not build */
export const build = (kind: BuildKind = 'shipping'): Promise<void> => locked(kind, () => buildNow(kind))

/** One build at a time: each empties the folder it writes to. */
async function locked(kind: BuildKind, work: () => Promise<void>): Promise<void> {
  const file = join(root, 'node_modules', `.descent-build-${kind}`)
  const own = `${file}-${process.pid}`
  writeFileSync(own, String(process.pid))
  for (;;) {
    try {
      linkSync(own, file) // fails where it exists, and is there with its content at once
      break
    } catch {
      if (!isAlive(ownerOf(file))) rmSync(file, { force: true })
      await sleep(100)
    }
  }
  rmSync(own)
  try {
    await work()
  } finally {
    rmSync(file, { force: true })
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

async function buildNow(kind: BuildKind): Promise<void> {
  const before = state()
  rmSync(stampOf(kind), { force: true })
  process.env['NODE_ENV_ELECTRON_VITE'] = 'production'
  process.env['NODE_ENV'] ??= 'production'
  const vite = await import('electron-vite')
  process.chdir(root)
  await vite.build({ mode: kind === 'legacy' ? 'legacy' : 'production', logLevel: 'warn' })
  writeFileSync(stampOf(kind), before)
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      'if-stale': { type: 'boolean', default: false },
      legacy: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const kind = values.legacy ? 'legacy' : 'shipping'
  if (values.help)
    console.log(
      'Builds the window and the page into out/.\n' +
        '  --if-stale  only when a source has changed since the last build\n' +
        '  --legacy    the build that the tests run in an old Electron, into out-legacy/',
    )
  else if (values['if-stale']) await buildIfStale(kind)
  else await build(kind)
}
