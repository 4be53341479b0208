import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { writeReport } from '../../src/lab/report/index.ts'
import { sampleComparison, threeSeries } from '../charts/sampleRuns.ts'
import { whereIs } from '../setup/needs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-pdf-'))
  // A browser that was named for the tests need not be where people install theirs.
  vi.stubEnv('DESCENT_BROWSER', whereIs('chromium'))
  vi.stubEnv('PATH', [dirname(whereIs('chromium')), process.env['PATH']].join(delimiter))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

it.each([
  ['en', /Question|Results/, 'confidence interval'],
  ['zh-CN', /结果/, '置信区间'],
] as const)(
  'prints the whole report in %s, its text as text',
  { timeout: 60_000 },
  async (locale, part, word) => {
    const file = join(folder, 'report.pdf')
    const { files } = await writeReport(sampleComparison(threeSeries, 3), { file, locale, now: new Date(0) })
    expect(files[0]).toBe(file)
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-')
    const text = execFileSync(whereIs('pdftotext'), [file, '-'], { encoding: 'utf8' })
    expect(text).toMatch(part)
    expect(text.replace(/\s+/g, ' ')).toContain(word)
    for (const { label } of threeSeries) expect(text).toContain(label)
  },
)
