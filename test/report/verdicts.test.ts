import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../src/charts/comparison.ts'
import { summarise } from '../../src/comparison/summary.ts'
import { verdictRecords } from '../../src/comparison/verdict-rows.ts'
import { htmlReport } from '../../src/lab/report/html.ts'
import { writeReport } from '../../src/lab/report/index.ts'
import { markdownReport } from '../../src/lab/report/markdown.ts'
import { sampleComparison, sampleRuns, type SampleSeries } from '../charts/sampleRuns.ts'

const now = new Date('2026-11-22T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'descent-verdicts-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rates: SampleSeries[] = [
  { label: 'sgd | lr 0.05', optimizer: 'sgd', set: { lr: 0.05 }, floor: 0.244 },
  { label: 'sgd_lr_0.1', optimizer: 'sgd', set: { lr: 0.1 }, floor: 0.25 },
  {
    label: 'sgd lr 0.2',
    optimizer: 'sgd',
    set: { lr: 0.2 },
    floor: 0.26,
    diverging: [0, 1, 2, 3, 4, 5, 6, 7],
  },
  { label: 'adam lr 0.01', optimizer: 'adam', set: { lr: 0.01 }, floor: 0.28 },
]
const lenet: SampleSeries[] = ['sgd', 'adam'].map((optimizer) => ({
  label: optimizer,
  optimizer,
  workload: 'lenet-fashion-mnist',
  batch: 256,
  epochs: 4,
  accuracy: true,
}))
const comparison: Comparison = sampleComparison(rates, 8)
const several: Comparison = { ...comparison, runs: sampleRuns([...rates, ...lenet], 8) }

const text = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/[\s\u00a0\u2009]+/g, ' ')

describe('verdicts in HTML', () => {
  const page = htmlReport(comparison, { locale: 'en', now })

  it('has a matrix of words that agree with the records', () => {
    const words = { better: 'better', worse: 'worse', equivalent: 'equivalent', undecided: 'cannot tell' }
    const cells = [...page.matchAll(/<td class="call (\w+)"><b aria-hidden="true">(.)<\/b> ([\w ]+)<\/td>/g)]
    const records = verdictRecords(summarise(comparison.runs))
    expect(records).toHaveLength(6)
    // Both halves of the matrix, and the list of pairs.
    expect(cells).toHaveLength(12 + 6)
    cells.slice(12).forEach(([, call, , word], i) => {
      expect(call).toBe(records[i]?.verdict)
      expect(word).toBe(words[call as keyof typeof words])
    })
    const count = (call: string) => cells.slice(0, 12).filter(([, one]) => one === call).length
    expect(count('better')).toBe(count('worse'))
    expect(count('better')).toBeGreaterThan(0)
  })

  it('names the correction, the seed of the draws and the margin', () => {
    const said = text(page)
    expect(said).toContain('corrected by Holm’s method for 6 comparisons')
    expect(said).toContain('5000 samples of seeds, drawn from seed 0')
    expect(said).toContain('two one-sided t-tests within 1 % of the mean of both')
    expect(text(htmlReport({ ...comparison, margin: 0.025 }, { locale: 'en', now }))).toContain(
      'within 2.5 %',
    )
  })

  it('finds threats by itself, in either language', () => {
    const said = text(page).slice(text(page).lastIndexOf('Threats to validity'))
    expect(said).toContain('settings by optimizer are sgd 3, adam 1')
    expect(said).toContain('8 of 32 runs diverged')
    expect(said).toContain('The best lr of sgd is 0.05, the smallest of 3 tried')
    expect(text(htmlReport(comparison, { locale: 'zh-CN', now }))).toContain('对有效性的威胁')
  })

  it('has measures where there are runs for them, and a profile over workloads', () => {
    const said = text(htmlReport(several, { locale: 'en', now }))
    for (const title of ['Time to target', 'Sensitivity', 'Tunability', 'Performance profile'])
      expect(said).toContain(title)
    expect(said).toMatch(/≥ 0\.88\d+ (sgd|adam) \d\/8/)
    expect(said).not.toMatch(/\b(NaN|null|undefined|Infinity)\b/)
    const one = text(htmlReport(sampleComparison(rates.slice(0, 1), 2), { locale: 'en', now }))
    for (const title of ['Time to target', 'Sensitivity', 'Tunability', 'Performance profile', 'Verdicts'])
      expect(one).not.toContain(title)
  })

  it('says that runs which repeat others are left out', () => {
    const [first] = comparison.runs
    if (!first) return expect.fail()
    const runs = [...comparison.runs, { ...first, record: { ...first.record, id: 'again' } }]
    expect(text(htmlReport({ ...comparison, runs }, { locale: 'en', now }))).toContain(
      '1 run repeats another’s settings and seed and is left out',
    )
  })
})

describe.each(['en', 'zh-CN'] as const)('Markdown in %s', (locale) => {
  it('has tables whose rows are as long as their heads, and no hole', () => {
    const document = markdownReport(several, locale, now)
    expect(document).not.toMatch(/\b(NaN|null|undefined|Infinity)\b|\{\w+\}/)
    const tables = document.split('\n\n').filter((block) => block.startsWith('| '))
    // Results, verdicts by one or two quantities and measures of two sections, a profile, and what was run.
    expect(tables.length).toBeGreaterThanOrEqual(9)
    for (const table of tables) {
      const widths = table.split('\n').map((line) => line.replace(/\\\|/g, '').match(/\|/g)?.length)
      expect(new Set(widths).size).toBe(1)
    }
    expect(document).toContain(String.raw`sgd \| lr 0.05`)
    expect(document).toContain(String.raw`**sgd \| lr 0.05**`)
  })

  it('is written as .md, with the experiment whole', async () => {
    const file = join(folder, `report-${locale}.md`)
    expect(await writeReport(comparison, { file, locale, now })).toEqual({ files: [file] })
    expect(readFileSync(file, 'utf8')).toContain(
      `\`\`\`yaml\n${comparison.experiment?.text.trimEnd()}\n\`\`\``,
    )
  })
})

it('the CSV of verdicts has what the records have', async () => {
  const file = join(folder, 'table.html')
  const { files } = await writeReport(comparison, { file, locale: 'en', now })
  const lines = readFileSync(files.at(-1) as string, 'utf8')
    .trimEnd()
    .split('\r\n')
  const records = verdictRecords(summarise(comparison.runs))
  expect(lines[0]?.split(',')).toEqual(Object.keys(records[0] ?? {}))
  expect(lines).toHaveLength(7)
  expect(lines[1]).toContain(String(records[0]?.p_holm))
  const unpaired = sampleComparison(rates.slice(0, 1), 2)
  expect(
    (await writeReport(unpaired, { file: join(folder, 'one.csv'), locale: 'en', now })).files,
  ).toHaveLength(2)
})
