#!/usr/bin/env node
// Plain JavaScript that any Node ≥ 20 can read: hands over to the Node 24 that comes with the project.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const needed = 24
if (Number(process.versions.node.split('.')[0]) >= needed) {
  module.enableCompileCache?.()
  await import('../src/cli/main.ts')
} else {
  const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  if (!existsSync(own)) {
    console.error(
      `Descent Lab needs Node ${needed} or later; this is ${process.version}. Run npm ci in its folder first.`,
    )
    process.exit(1)
  }
  const self = fileURLToPath(import.meta.url)
  const { status } = spawnSync(own, [self, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
