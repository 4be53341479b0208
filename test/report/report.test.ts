import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../src/charts/comparison.ts'
import { writeReport } from '../../src/lab/report/index.ts'
import { htmlReport } from '../../src/lab/report/html.ts'
import { browserCandidates, printPdf } from '../../src/lab/report/pdf.ts'
import { escapeXml } from '../../src/lab/report/render.ts'
import type { Locale } from '../../src/locales/message.ts'
import { sampleComparison, sampleRuns, threeSeries, type SampleSeries } from '../charts/sampleRuns.ts'

const now = new Date('2026-11-22T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'descent-report-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function html(
  comparison: Comparison,
  locale: Locale = 'en',
  formulas?: Parameters<typeof htmlReport>[1]['formulas'],
): string {
  return htmlReport(comparison, { locale, now, formulas })
}

/** Text as a reader sees it, with plain spaces. */
function text(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[\s\u00a0\u2009]+/g, ' ')
}

/** Rows of the n-th table as the text of their cells. */
function tableRows(page: string, index: number): string[][] {
  const table = [...page.matchAll(/<tbody>([\s\S]*?)<\/tbody>/g)][index]?.[1] ?? ''
  return [...table.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = '']) => text(cell).trim()),
  )
}

const many: SampleSeries[] = Array.from({ length: 24 }, (_, k) => ({
  label: `adam lr ${k + 1}e-4 with a label that nobody would call short, number ${k}`,
  optimizer: 'adam',
  set: { lr: (k + 1) * 1e-4 },
  floor: 0.243 + k * 2e-4,
}))
const crossed = [10, 100].flatMap((batch) =>
  threeSeries.slice(0, 2).map((one) => ({ ...one, batch, diverging: [] })),
)
const lenet: SampleSeries[] = [
  { label: 'sgd', optimizer: 'sgd', workload: 'lenet-fashion-mnist', batch: 256, epochs: 4, accuracy: true },
]
const comparisons: Record<string, Comparison> = {
  'three series': sampleComparison(),
  'one run': sampleComparison(threeSeries.slice(0, 1), 1),
  'one seed a series': sampleComparison([threeSeries[0] as SampleSeries, threeSeries[2] as SampleSeries], 1),
  '24 series, 192 runs': sampleComparison(many, 8),
  'all diverged': sampleComparison([{ label: 'sgd lr 9', optimizer: 'sgd', diverging: [0, 1, 2] }], 3),
  'some unfinished': sampleComparison(
    [{ label: 'sgd', optimizer: 'sgd', stopped: [{ seed: 0, status: 'interrupted' }] }],
    3,
  ),
  'batches and workloads': { title: 'Across', runs: sampleRuns([...crossed, ...lenet], 3) },
}

describe.each(['en', 'zh-CN'] as const)('HTML in %s', (locale) => {
  it.each(Object.entries(comparisons))('%s: is complete and shows no hole', (_name, comparison) => {
    const page = html(comparison, locale)
    expect(page).toContain(`<html lang="${locale}">`)
    expect(text(page)).not.toMatch(/\b(NaN|null|undefined|Infinity)\b/)
    expect(text(page)).not.toMatch(/\{\w+\}|\b(report|finding|chart|status|unit)\.[a-z]/)
    // Every element that is opened is closed.
    for (const tag of [
      'table',
      'tr',
      'td',
      'th',
      'section',
      'figure',
      'svg',
      'g',
      'text',
      'p',
      'div',
      'dl',
      'details',
      'main',
    ])
      expect([tag, page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0]).toEqual([
        tag,
        page.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0,
      ])
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/(?:href="#|aria-labelledby=")([^" ]*)/g))
      expect(ids).toContain(target)
  })
})

describe('HTML', () => {
  const comparison = sampleComparison()
  const page = html(comparison)

  it('loads nothing and runs nothing', () => {
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    )
    expect(page).not.toMatch(/<script|<link|<iframe|<img|@import|url\((?!#)|\son\w+=|\ssrc=|javascript:/i)
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/)
  })

  it('is accessible: captions, scopes, titles, a way past the head', () => {
    expect(page).toContain('<title>Three rules on airfoil</title>')
    expect(page).toMatch(/<a class="skip" href="#findings">/)
    const figures = page.match(/<figure /g)?.length ?? 0
    expect(figures).toBeGreaterThanOrEqual(3)
    expect(page.match(/<figcaption>/g)).toHaveLength(figures)
    expect(page.match(/role="img" aria-labelledby="[^"]+-title [^"]+-desc"/g)).toHaveLength(figures * 2)
    expect(page.match(/<caption>/g)).toHaveLength(page.match(/<table>/g)?.length ?? 0)
    expect(page).not.toMatch(/<th>|<th class/)
  })

  it('prints the numbers that the runs have', () => {
    const rows = tableRows(page, 0)
    expect(rows).toHaveLength(3)
    const finals = (label: string) =>
      comparison.runs.flatMap(({ record }) =>
        record.series === label && record.status === 'done' ? [record.final.trainLoss as number] : [],
      )
    const finalsOrWorst = (label: string) =>
      comparison.runs.flatMap(({ record }) =>
        record.series === label
          ? [record.status === 'done' ? (record.final.trainLoss as number) : Infinity]
          : [],
      )
    const middles = tableRows(page, 2)
    // Student's factors for n = 5 and n = 3 from a printed table, and plain sums: nothing of the code under test.
    const factor: Record<number, number> = { 5: 2.7764451, 3: 4.3026527 }
    const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const first = average(finals('sgd lr 0.05'))
    threeSeries.forEach(({ label }, index) => {
      const values = finals(label)
      const mean = average(values)
      const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
      const half = ((factor[values.length] as number) * sd) / Math.sqrt(values.length)
      const row = rows[index] as string[]
      const [, shownMean, shownHalf] = /([\d.]+) ± ([\d.]+)/.exec(row[1] as string) as unknown as [
        string,
        string,
        string,
      ]
      const unit = 10 ** -(shownMean.split('.')[1] ?? '').length
      expect(Math.abs(Number(shownMean) - mean)).toBeLessThanOrEqual(unit / 2 + 1e-12)
      expect(Math.abs(Number(shownHalf) - half)).toBeLessThanOrEqual(unit / 2 + 1e-9)
      expect(Math.abs(Number(row[3]) - sd)).toBeLessThanOrEqual(unit / 2 + 1e-12)
      // A diverged seed is worse than every number.
      const all = finalsOrWorst(label).toSorted((a, b) => a - b)
      const middle = middles[index] as string[]
      expect(Math.abs(Number(middle[4]) - (all[2] as number))).toBeLessThanOrEqual(unit / 2 + 1e-12)
      const iqm = average(all.slice(1, 4))
      if (iqm === Infinity) expect(middle[2]).toBe('diverged')
      else expect(Math.abs(Number(middle[2]) - iqm)).toBeLessThanOrEqual(unit / 2 + 1e-12)
      const best = comparison.runs
        .filter(({ record }) => record.series === label && record.status === 'done')
        .flatMap(({ metrics }) => [...metrics.trainLoss].map((loss, i) => ({ loss, step: metrics.step[i] })))
        .reduce((a, b) => (b.loss < a.loss ? b : a))
      const [shownBest, at] = (row[4] as string).split(' at step ')
      expect(Math.abs(Number(shownBest) - best.loss)).toBeLessThanOrEqual(unit / 2 + 1e-12)
      expect(at).toBe(String(best.step))
      expect(row[5]).toBe(String(values.length))
      if (index > 0) {
        expect(row[2]).toContain(mean > first ? '▲' : '▼')
        expect(
          Math.abs(Number((row[2] as string).replace('−', '-').replace(/[^\d.-]/g, '')) - (mean - first)),
        ).toBeLessThanOrEqual(unit / 2 + 1e-12)
      }
    })
    expect(rows[1]?.[6]).toMatch(/^2 of 5 at steps \d+–\d+$/)
    expect(rows[0]?.[2]).toBe('baseline')
  })

  it('says what was found, no more', () => {
    expect(text(page)).toContain('momentum lr 0.9 diverged with 2 of 5 seeds')
    expect(text(page)).not.toMatch(/significan|p-value|p [<=]/i)
    expect(text(html(comparisons['one seed a series'] as Comparison))).toContain(
      'there is no interval, so nothing can be said',
    )
    expect(text(html(comparisons['all diverged'] as Comparison))).toContain(
      'Every run diverged: there is no final loss to compare.',
    )
    expect(text(html(comparisons['some unfinished'] as Comparison))).toContain(
      '1 run has not finished and enters no mean.',
    )
  })

  it('has everything needed to repeat it', () => {
    const read = text(page)
    for (const needed of [
      '0123456789abcdef',
      '76e5be1548fd8222e5074cf0faae75edff8cf93f',
      'descent-lab 0.1.0',
      'node 24.21.0',
      'CPU, 2 cores',
      'npm run -s descent -- compare experiment.yaml',
      'epsPlacement: inside',
      'seeds: [ 0, 1, 2, 3, 4 ]',
    ])
      expect(read).toContain(needed)
    for (const { record } of comparison.runs) expect(page).toContain(`>${record.id}<`)
    const { experiment: _none, ...alone } = sampleComparison(
      [
        {
          label: 'a',
          optimizer: 'adam',
          set: { lr: 0.01, eps: 1e-6 },
          schedule: { id: 'multistep', set: { milestones: [15, 30] }, per: 'epoch', offset: -1 },
        },
      ],
      2,
    )
    expect(text(html(alone))).toContain(
      'npm run -s descent -- train airfoil --optimizer adam --set lr=0.01 --set eps=0.000001 --schedule multistep --schedule-set milestones=15,30 --schedule-per epoch --schedule-offset=-1 --batch 10 --epochs 2 --seed 1',
    )
  })

  it('prints the experiment file as it was written, comments, order and blank lines included', () => {
    const file = comparison.experiment?.text ?? ''
    expect(file).toContain('# Written late in the evening.')
    expect(page).toContain(`<pre><code>${escapeXml(file.trimEnd())}</code></pre>`)
    const asJson = '{\n\t"title": "a < b & c",\n\n\t"optimizers": ["sgd"]}'
    const json = { ...comparison, experiment: { id: 'e', hash: 'h', text: asJson } }
    expect(html(json)).toContain(`<pre><code>${escapeXml(asJson)}</code></pre>`)
  })

  it('says when versions or devices differ between runs', () => {
    const mixed = sampleComparison()
    const last = mixed.runs.at(-1)?.record
    if (last?.provenance) last.provenance = { ...last.provenance, device: 'GPU 0' }
    expect(text(html(mixed))).toContain('did not all have the same versions or device: Device.')
    expect(text(page)).not.toContain('did not all have')
  })

  it('escapes whatever people typed', () => {
    const evil = `"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;\u2069</b>`
    const base = sampleComparison([{ label: evil, optimizer: evil, set: { [evil]: evil } }], 2)
    const hostile: Comparison = { ...base, title: evil, question: evil }
    const formulas = {
      [evil]: {
        tex: String.raw`\href{javascript:alert(1)}{x} \htmlClass{a}{b} <script>`,
        title: evil,
        source: evil,
      },
    }
    const result = html(hostile, 'en', formulas)
    expect(result).not.toMatch(/<script|<img|href="javascript|onerror=alert\(1\)>(?!&)/)
    expect(result).toContain('&lt;script&gt;')
    const { experiment: _none, ...alone } = hostile
    expect(html(alone)).toContain(String.raw`&#39;\&#39;&#39;`)
  })

  it('prints the rules of what was run, as MathML alone', () => {
    const formulas = {
      adam: {
        tex: String.raw`\theta \leftarrow \theta - \alpha \hat m / \sqrt{\hat v}`,
        title: 'Adam',
        source: 'Kingma & Ba 2015',
      },
      lion: { tex: 'x', title: 'Lion', source: 'not run' },
    }
    const result = html(comparison, 'en', formulas)
    expect(result).toContain('<math ')
    expect(result).toContain('Kingma &amp; Ba 2015')
    expect(result).not.toContain('katex-html')
    expect(result).not.toContain('Lion')
  })

  it('has a section for each workload, and for each batch size where they are crossed', () => {
    const result = text(html(comparisons['batches and workloads'] as Comparison))
    for (const title of [
      'airfoil, batch size 10',
      'airfoil, batch size 100',
      'lenet-fashion-mnist',
      'All batch sizes against training time',
      'Test accuracy at the end of each epoch',
    ])
      expect(result).toContain(title)
  })

  it('has accuracies where runs have them: in the table, in a figure, in what the numbers mean', () => {
    const classes = [
      { ...(lenet[0] as SampleSeries), label: 'constant' },
      { ...(lenet[0] as SampleSeries), label: 'cosine', set: { lr: 0.3 } },
    ]
    const report = html({ title: 'LeNet', runs: sampleRuns(classes, 3) })
    const [first, second] = tableRows(report, 0)
    expect(first?.[3]).toMatch(/^0\.88\d ± 0\.0\d\d$/)
    expect(second?.[3]).toMatch(/^0\.88\d ± 0\.0\d\d Δ [+−]0\.0\d\d [▲▼]$/)
    expect(first?.[5]).toMatch(/^0\.8\d\d after epoch 4$/)
    const read = text(report)
    for (const needed of [
      'Test accuracy at the end of each epoch',
      'Of accuracies, higher is better.',
      'lenet-fashion-mnist: Training loss (cross-entropy) and accuracy are running means',
      'Best test accuracy is the highest after any epoch',
      'The highest mean test accuracy is that of',
    ])
      expect(read).toContain(needed)
    expect(text(page)).not.toMatch(/accurac/i)
    expect(text(page)).toContain('airfoil: Loss is (ŷ − y)²/2 averaged over all 1500 training rows')
  })

  it('is the same twice', () => {
    expect(html(sampleComparison())).toBe(page)
  })
})

describe('writing', () => {
  it('puts tables beside the page and leaves no part behind', async () => {
    const file = join(folder, 'deep', 'report.html')
    const { files } = await writeReport(sampleComparison(), { file, locale: 'en', now })
    const names = ['report.csv', 'report-runs.csv', 'report-verdicts.csv']
    expect(files).toEqual([file, ...names.map((name) => join(folder, 'deep', name))])
    expect(readdirSync(join(folder, 'deep')).sort()).toEqual([...names, 'report.html'].sort())
    expect(readFileSync(file, 'utf8')).toContain('report-runs.csv')
  })

  it('refuses other endings and empty comparisons, and says what to do', async () => {
    await expect(
      writeReport(sampleComparison(), { file: join(folder, 'x.docx'), locale: 'en', now }),
    ).rejects.toMatchObject({ code: 'usage', remedy: expect.stringContaining('--out') })
    await expect(
      writeReport({ title: 'none', runs: [] }, { file: join(folder, 'x.html'), locale: 'en', now }),
    ).rejects.toMatchObject({ code: 'invalid-value' })
  })

  it('asks for a browser where a PDF has none', async () => {
    await expect(printPdf('<p>x</p>', { PATH: '' })).rejects.toMatchObject({
      code: 'unsupported',
      remedy: expect.stringContaining('.html'),
    })
    expect(
      browserCandidates('win32', { PROGRAMFILES: 'C:\\Program Files' }).some((path) =>
        path.includes('chrome.exe'),
      ),
    ).toBe(true)
    expect(browserCandidates('linux', { PATH: '/a', DESCENT_BROWSER: '/mine' })[0]).toBe('/mine')
  })
})
