import { build, type BuildKind } from '../../scripts/build.ts'
import type { Tally } from './tally.ts'

/** Which test files look at which build. */
const builds: readonly { kind: BuildKind; suites: readonly string[] }[] = [
  { kind: 'shipping', suites: ['test/e2e/'] },
  { kind: 'legacy', suites: ['test/e2e/window/'] },
]

/** Builds what these test files look at, and returns those that can run: a build that fails is a failed test of its own. */
export function meetBuild(files: readonly string[], tally: Tally): string[] {
  let runnable = [...files]
  for (const { kind, suites } of builds) {
    const dependent = runnable.filter((file) => suites.some((suite) => file.startsWith(suite)))
    if (dependent.length === 0) continue
    try {
      build(kind)
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
      tally.add('build', `${kind}, which ${dependent.length} test files need`, 'failed')
      runnable = runnable.filter((file) => !dependent.includes(file))
    }
  }
  return runnable
}
