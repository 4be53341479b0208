import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globals: false,
    // Processes, not threads: native modules, signals and working directories stay the test file's own.
    pool: 'forks',
    maxWorkers: 2,
    // A test that waits longer waits for nothing; those that kill processes set their own limit.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Windows, killed processes and a few cores shared by all of them: in CI a test has a second try, alone it has not.
    retry: process.env['CI'] ? 1 : 0,
    // A forgotten `test.only` would make the others count as skipped.
    allowOnly: false,
    // A golden that is missing fails; `npx vitest run FILE -u` writes it.
    update: 'none',
    reporters: ['default'],
  },
})
