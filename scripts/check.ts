import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface Part {
  name: string
  what: string
  /** Run one after the other; a later one also runs when an earlier one failed. The package comes first. */
  commands: readonly (readonly [name: string, ...args: string[]])[]
  /** What to do when it fails. */
  fix: string
}

export interface PartResult {
  part: Part
  ok: boolean
  seconds: number
  /** All that its commands printed. */
  output: string
}

/** What must hold of the source as text. The longest comes first, so that the others fit beside it. */
export const parts: readonly Part[] = [
  {
    name: 'lint',
    what: 'eslint, with the layers (eslint.config.js)',
    commands: [['eslint', '.']],
    fix: '`npx eslint --fix .` mends what has one right form; the rest is for you.',
  },
  {
    name: 'types',
    what: 'tsc and vue-tsc: pure layers without Node and DOM, everything else, the page, the tests that look at it',
    commands: [
      ['typescript:tsc', '-p', 'tsconfig.pure.json'],
      ['typescript:tsc', '-p', 'tsconfig.json'],
      ['vue-tsc', '-p', 'renderer/tsconfig.json'],
      ['typescript:tsc', '-p', 'test/e2e/tsconfig.json'],
      ['typescript:tsc', '-p', 'test/unit/renderer/tsconfig.json'],
    ],
    fix: 'Mend the types above; a name unknown only in tsconfig.pure.json is one that a page or Node lacks.',
  },
  {
    name: 'knip',
    what: 'unused files, exports and dependencies (knip.json)',
    commands: [['knip', '--no-config-hints']],
    fix: 'Remove what nothing uses, or the `export` before it; a new entry point goes into knip.json.',
  },
  {
    name: 'format',
    what: 'prettier',
    commands: [['prettier', '--check', '--log-level', 'warn', '.']],
    fix: '`npm run format` writes these files as they should be.',
  },
]

const root = resolve(import.meta.dirname, '..')

/** The script behind a package's command: `eslint`, or `typescript:tsc` where the two names differ. */
function script(name: string): string {
  const [packageName = name, command = packageName] = name.split(':')
  const manifest = join(root, 'node_modules', packageName, 'package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> }
  const path = typeof bin === 'string' ? bin : bin[command]
  if (path === undefined) throw new Error(`${manifest} has no command ${command}.`)
  return join(dirname(manifest), path)
}

async function runPart(part: Part): Promise<PartResult> {
  const start = performance.now()
  let ok = true
  let output = ''
  for (const [name, ...args] of part.commands) {
    const child = spawn(process.execPath, [script(name), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env,
    })
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const code = await new Promise((settle, fail) => child.on('error', fail).on('close', settle))
    ok &&= code === 0
  }
  return { part, ok, seconds: (performance.now() - start) / 1000, output: output.trimEnd() }
}

/** Runs the parts to the end, whatever fails, and prints each with its time and, if it failed, its output. */
export async function check(wanted: readonly Part[] = parts): Promise<PartResult[]> {
  const waiting = [...wanted]
  const results: PartResult[] = []
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const result = await runPart(part)
      results.push(result)
      console.log(`${result.ok ? '✓' : '✗'} ${part.name} — ${part.what} (${result.seconds.toFixed(1)} s)`)
      if (!result.ok) console.log(`${result.output}\n→ ${part.fix}\n`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work))
  return results
}

if (process.argv[1] === import.meta.filename) {
  const names = process.argv.slice(2)
  const unknown = names.filter((name) => !parts.some((part) => part.name === name))
  if (unknown.length > 0) {
    console.error(
      `There is no part ${unknown.join(', ')}; the parts are ${parts.map(({ name }) => name).join(', ')}.`,
    )
    process.exit(2)
  }
  const results = await check(names.length > 0 ? parts.filter(({ name }) => names.includes(name)) : parts)
  const failed = results.filter(({ ok }) => !ok)
  console.log(
    failed.length === 0 ? 'All parts hold.' : `Failed: ${failed.map(({ part }) => part.name).join(', ')}.`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}
