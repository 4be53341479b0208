import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

const folder = new URL('./golden/', import.meta.url)

/**
 * The SVG must equal the committed one, character for character. `UPDATE_GOLDENS=1` rewrites it: look at the picture
 * before you commit it.
 */
export function expectGolden(name: string, svg: string): void {
  const file = new URL(`${name}.svg`, folder)
  if (process.env['UPDATE_GOLDENS']) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, `${svg}\n`)
  }
  expect(`${svg}\n`).toBe(readFileSync(file, 'utf8'))
}
