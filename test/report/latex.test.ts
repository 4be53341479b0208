import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeReport } from '../../src/lab/report/index.ts'
import { sampleComparison, threeSeries, type SampleSeries } from '../charts/sampleRuns.ts'
import { whereIs } from '../setup/needs.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'descent-latex-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A paper that shows the report, typeset. @returns what it says */
async function paper(series: readonly SampleSeries[], seeds: number): Promise<string> {
  const { files } = await writeReport(sampleComparison(series, seeds), {
    file: join(folder, 'report.tex'),
    locale: 'en',
    now: new Date(0),
  })
  const document = [
    '\\documentclass{article}',
    '\\usepackage[margin=1cm,landscape]{geometry}',
    '\\usepackage{booktabs,amssymb,pgfplots}\\pgfplotsset{compat=1.18}',
    '\\begin{document}',
    ...files.map((file) => `\\input{${file}}`),
    '\\end{document}',
  ]
  writeFileSync(join(folder, 'paper.tex'), document.join('\n'))
  const options = ['-interaction=nonstopmode', '-halt-on-error', 'paper.tex']
  execFileSync(whereIs('latex'), options, { cwd: folder, stdio: 'ignore' })
  expect(readFileSync(join(folder, 'paper.log'), 'latin1')).not.toMatch(
    /^!|Missing character|Overfull \\vbox/m,
  )
  return execFileSync(whereIs('pdftotext'), ['-layout', join(folder, 'paper.pdf'), '-'], { encoding: 'utf8' })
}

it('typesets tables and figures of losses', { timeout: 60_000 }, async () => {
  const text = await paper(threeSeries, 8)
  for (const word of ['Figure 1', 'Figure 2', 'Table 1', 'Training loss', 'Final training loss', 'Epoch'])
    expect(text).toContain(word)
  // In the table, in the legend and at a row of dots.
  for (const { label } of threeSeries) expect(text.split(label).length - 1).toBeGreaterThanOrEqual(3)
})

it(
  'typesets accuracies, seeds that diverged, single seeds and labels that mean something to TeX',
  { timeout: 60_000 },
  async () => {
    const lenet = { workload: 'lenet-fashion-mnist', batch: 256, epochs: 4, accuracy: true }
    const text = await paper(
      [
        { ...lenet, label: '50 % of $x_1^2 & {y} #~\\', optimizer: 'adam' },
        { ...lenet, label: 'β₁ ≤ 0.9 · μ “wild”', optimizer: 'sgd', diverging: [0] },
      ],
      2,
    )
    expect(text).toContain('50 % of')
    expect(text).toContain('Test accuracy')
    expect(text).toContain('A cross marks')
  },
)
