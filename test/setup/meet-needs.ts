import { needs, type Need } from './needs.ts'
import type { Tally } from './tally.ts'

/**
 * Finds or installs what these test files need, says in the environment where it is, and returns the files that can
 * run. The others are counted as skipped and named with the reason; in CI a missing part is a failure.
 */
export function meetNeeds(files: readonly string[], tally: Tally): string[] {
  const inCi = process.env['CI'] === 'true'
  let runnable = [...files]
  for (const need of needs) {
    const dependent = runnable.filter((file) => need.suites.some((suite) => file.startsWith(`test/${suite}`)))
    const obstacle = meet(need, dependent.length > 0)
    if (obstacle === undefined || dependent.length === 0) continue
    runnable = runnable.filter((file) => !dependent.includes(file))
    console.log(`\n${inCi ? 'FAILED' : 'SKIPPED'} for want of ${need.what}, because ${obstacle}:`)
    for (const file of dependent) {
      console.log(`  ${file}`)
      tally.add(file.split('/')[1] ?? file, `${file} needs ${need.what}`, inCi ? 'failed' : 'skipped')
    }
    console.log(`  This enables ${dependent.length === 1 ? 'it' : 'them'}: ${need.enableLine}`)
    console.log(`  Or, if you have it, tell us where: ${need.variable}=…`)
  }
  return runnable
}

/** Leaves the need's variable set, or returns why the part is missing. Installs only what a test waits for. */
function meet(need: Need, wanted: boolean): string | undefined {
  const given = process.env[need.variable] ?? need.find()
  if (given) {
    process.env[need.variable] = given
    return undefined
  }
  if (!wanted) return 'no test here needs it'
  const obstacle = need.cannotInstall()
  if (obstacle !== undefined) return obstacle
  console.log(`\nInstalling ${need.what} …`)
  try {
    need.install()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const found = need.find()
  if (found === undefined) return 'it was installed, but not where it was expected'
  process.env[need.variable] = found
  return undefined
}
