import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Places } from '../../src/lab/places.ts'
import { resources } from './airfoil.ts'

/** An empty library of the test's own, removed when the test has finished. */
export function temporaryHome(): Places {
  const folder = mkdtempSync(join(tmpdir(), 'descent-lab-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return { home: join(folder, 'home'), cache: join(folder, 'cache'), resources }
}
