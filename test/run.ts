import { globSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { inspect } from 'node:util'
import type { TestModule, Vitest } from 'vitest/node'
import { check, parts } from '../scripts/check.ts'
import { meetBuild } from './setup/meet-build.ts'
import { meetNeeds } from './setup/meet-needs.ts'
import { Tally } from './setup/tally.ts'

/**
 * Everything: what scripts/check.ts checks, then every test file. `npm test -- FILTER …` runs the parts and files
 * whose name (`check/lint`, `test/hub/lock.test.ts`) contains one of the filters.
 * The last line is `N passed, N failed, N skipped`; the exit code is 1 if anything failed or nothing ran.
 */
const root = resolve(import.meta.dirname, '..')
process.chdir(root)
// Vitest colours what it prints to a file or a pipe too; a log should be plain.
if (!process.stdout.isTTY && !('FORCE_COLOR' in process.env)) process.env['NO_COLOR'] = '1'
const filters = process.argv.slice(2)
const matches = (name: string): boolean =>
  filters.length === 0 || filters.some((filter) => name.includes(filter))
const tally = new Tally()

const wanted = parts.filter(({ name }) => matches(`check/${name}`))
if (wanted.length > 0) {
  console.log('check')
  for (const { part, ok } of await check(wanted)) tally.add('check', part.name, ok ? 'passed' : 'failed')
}

const files = globSync('test/**/*.test.ts')
  .map((file) => file.replaceAll('\\', '/'))
  .filter(matches)
  .sort()
const runnable = meetBuild(meetNeeds(files, tally), tally)
if (runnable.length > 0) {
  try {
    const { startVitest } = await import('vitest/node')
    // Absolute, because vitest runs every file whose path contains what it is given.
    const absolute = runnable.map((file) => resolve(root, file))
    const vitest = await startVitest(absolute, { run: true, watch: false })
    count(vitest)
    await vitest.close()
  } catch (error) {
    console.error(error)
    tally.add('vitest', 'it broke off, see above', 'failed')
  }
}

const { passed, failed } = tally.total
if (passed + failed === 0)
  console.log(`\nNo test ran${filters.length > 0 ? `: nothing is named ${filters.join(' or ')}` : ''}.`)
process.stdout.write(tally.text(), () => process.exit(failed > 0 || passed === 0 ? 1 : 0))

function count(vitest: Vitest): void {
  const unaccounted = new Set(runnable)
  for (const module of vitest.state.getTestModules()) {
    const file = relative(root, module.moduleId).replaceAll('\\', '/')
    unaccounted.delete(file)
    countModule(file, module)
  }
  for (const file of unaccounted) tally.add(suiteOf(file), `${file} did not run`, 'failed')
  // Errors that came through a process boundary are plain objects.
  for (const error of vitest.state.getUnhandledErrors()) {
    const { message = inspect(error), cause } = error as { message?: string; cause?: { message?: string } }
    tally.add('unhandled errors', cause?.message ?? message, 'failed')
  }
}

function countModule(file: string, module: TestModule): void {
  const suite = suiteOf(file)
  // What fails outside a test (a file that cannot be read, a hook) is a failure of its own.
  for (const place of [module, ...module.children.allSuites()])
    if (place.errors().length > 0)
      tally.add(suite, `${file}${'fullName' in place ? ` > ${place.fullName}` : ''}`, 'failed')
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    // A test that is still pending never came to its end.
    tally.add(suite, `${file} > ${test.fullName}`, state === 'pending' ? 'failed' : state)
  }
}

/** The folder below test/. */
function suiteOf(file: string): string {
  return file.split('/')[1] ?? file
}
