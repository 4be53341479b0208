import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Download, Page } from 'playwright-core'
import { averageSeries } from '../../../src/charts/average.ts'
import { resultRows } from '../../../renderer/src/pages/compare/result-rows.ts'
import { findings } from '../../../src/comparison/findings.ts'
import { summarise, type SectionSummary } from '../../../src/comparison/summary.ts'
import { verdictOf } from '../../../src/comparison/verdict.ts'
import { measuresOf } from '../../../src/comparison/measures/tables.ts'
import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import { formatPlusMinus } from '../../../src/locales/format.ts'
import type { LabClient } from '../../../src/lab/connect.ts'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import type { TestHome } from '../support/home.ts'
import { ready } from '../support/shell.ts'

const experiment = `
title: Rates that differ
workloads: airfoil
epochs: 2
batch: 10
seeds: 3
optimizers:
  - { id: sgd, set: { lr: 0.05 } }
  - { id: sgd, set: { lr: 0.005 } }
  - { id: adam, set: { lr: 0.01 } }
  - { id: sgd, set: { lr: 5 } }
`

async function submit(lab: LabClient, text: string): Promise<string[]> {
  const { runIds } = await lab.call('experiments.submit', { text, name: 'test.yaml', detached: true })
  await until(async () => {
    const { runs } = await lab.call('runs.list', {})
    return runs
      .filter(({ id }) => runIds.includes(id))
      .every(({ status }) => status === 'done' || status === 'diverged')
  })
  return runIds
}

/** The comparison as the command line's report computes it. */
const measured = (home: TestHome, runIds: readonly string[]): Promise<MeasuredRun[]> =>
  home.withLab((lab) =>
    Promise.all(
      runIds.map(async (runId) => {
        const { run, metrics } = await lab.call('runs.show', { runId })
        return { record: run, metrics }
      }),
    ),
  )

async function goToCompare(page: Page): Promise<void> {
  page.setDefaultTimeout(10_000)
  await ready(page)
  await page.getByRole('navigation').getByRole('link', { name: 'Compare' }).click()
}

const table = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('table')
const rows = (page: Page) => table(page).locator('tbody tr')
const legend = (page: Page) => page.locator('.legend__row')
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
const texts = async (page: Page, selector: string): Promise<string[]> =>
  (await page.locator(selector).allInnerTexts()).map(plain)

/** The page with the experiment above, which ran. */
const onPage = (
  use: (opened: {
    page: Page
    home: TestHome
    runs: MeasuredRun[]
    section: SectionSummary
  }) => Promise<void>,
): Promise<void> =>
  inChromium(
    async ({ page, home }) => {
      await goToCompare(page)
      const runs = await measured(home, await home.withLab((lab) => submit(lab, experiment)))
      const [section] = summarise(runs).sections
      if (!section) throw new Error('nothing to compare')
      await rows(page).nth(3).waitFor()
      await use({ page, home, runs, section })
    },
    { acceptDownloads: true },
  )

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function downloads(page: Page, count: number, act: () => Promise<void>): Promise<Map<string, string>> {
  const came: Download[] = []
  const listener = (download: Download): void => void came.push(download)
  page.on('download', listener)
  await act()
  await until(() => came.length >= count)
  page.off('download', listener)
  return new Map(
    await Promise.all(
      came.map(async (one) => [one.suggestedFilename(), readFileSync(await one.path(), 'utf8')] as const),
    ),
  )
}

describe('the compare page', () => {
  test('the verdict, the table and the legend say what the report computes', () =>
    onPage(async ({ page, section }) => {
      // The page hears of the last run a moment after the lab knows it.
      await expect.poll(() => texts(page, '.verdict p')).toEqual(findings(section, 'en').map(plain))
      const expected = resultRows(section.series, section, 'en')
      const shown = await rows(page).evaluateAll((all) =>
        all.map((row) =>
          [...row.children].map((cell) => (cell as HTMLElement).innerText.replace(/\s+/g, ' ').trim()),
        ),
      )
      expected.forEach(({ series, cells }, index) => {
        const [label, final, delta, best] = shown[index] ?? []
        expect(label).toBe(series.label)
        expect(final).toContain(plain(cells.final.text))
        expect(delta).toContain(plain(cells.delta.text))
        expect(best).toBe(plain(cells.best.text))
      })
      // A run that diverged is named with its step, and never a number.
      expect(shown.at(-1)?.slice(1, 3)).toEqual(['all diverged', 'all diverged'])
      expect(await page.locator('.results__diverged').innerText()).toMatch(/SGD lr 5, seed 0: at step \d+/)
      await expect
        .poll(() => texts(page, '.legend__value'))
        .toEqual(
          section.series.map(({ final }) =>
            final?.high == null ? 'diverged' : plain(formatPlusMinus(final.mean, final.high - final.mean)),
          ),
        )
    }))

  test('the cursor reads every series at its evaluation points', () =>
    onPage(async ({ page, section }) => {
      await page.getByLabel('Horizontal axis').getByText('Step', { exact: true }).click()
      const figure = page.getByRole('application')
      await figure.focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      const { x, mean, high } = averageSeries(section.series[0]?.runs ?? [], 'step')
      await expect.poll(() => page.locator('.legend__at').innerText()).toBe(`at step ${x[1]}`)
      const half = (high[1] as number) - (mean[1] as number)
      expect((await texts(page, '.legend__value'))[0]).toBe(plain(formatPlusMinus(mean[1] as number, half)))
    }))

  test('pinning changes the baseline, hiding leaves the comparison, sorting reorders', () =>
    onPage(async ({ page, runs }) => {
      await page.getByRole('button', { name: 'Compare the others with Adam lr 0.01' }).click()
      const adam = runs.find(({ record }) => record.settings.optimizer === 'adam')
      const [pinned] = summarise(runs, { baseline: adam?.record.id }).sections as [SectionSummary]
      const expected = resultRows(pinned.series, pinned, 'en').map(({ cells }) => plain(cells.delta.text))
      await expect
        .poll(async () => (await rows(page).locator('td:nth-child(3)').allInnerTexts()).map(plain))
        .toEqual(expected.map((text): unknown => expect.stringContaining(text)))
      await legend(page).filter({ hasText: 'SGD lr 5' }).click()
      await expect
        .poll(() => texts(page, '.verdict p'))
        .not.toContainEqual(expect.stringContaining('diverged'))
      await legend(page)
        .filter({ hasText: 'Adam' })
        .click({ modifiers: ['Shift'] })
      await expect
        .poll(() => texts(page, '.verdict p'))
        .toEqual([expect.stringContaining('The one series, Adam lr 0.01')])
      await page.getByRole('button', { name: 'Show all series' }).click()
      await page.getByRole('button', { name: 'Final loss' }).click()
      const order = (await rows(page).locator('th').allInnerTexts()).map(plain)
      expect(order[0]).toBe(
        pinned.series.toSorted((a, b) => (a.final?.mean ?? 9) - (b.final?.mean ?? 9))[0]?.label,
      )
      expect(order.at(-1)).toBe('SGD lr 5')
    }))

  test('the report is of the runs in sight, with the pinned baseline; the figure has its legend', () =>
    onPage(async ({ page, runs, section }) => {
      await page.getByRole('button', { name: 'Compare the others with Adam lr 0.01' }).click()
      await legend(page).filter({ hasText: 'SGD lr 5' }).click()
      const files = await downloads(page, 4, () => choose(page, 'Report, HTML'))
      expect([...files.keys()].sort()).toEqual([
        'report-runs.csv',
        'report-verdicts.csv',
        'report.csv',
        'report.html',
      ])
      const report = files.get('report.html') ?? ''
      expect(report).toContain('Rates that differ')
      expect(report).not.toContain('SGD lr 5')
      expect(report).toContain('difference of the mean to the baseline, Adam lr 0.01')
      const listed = (files.get('report-runs.csv') ?? '').trim().split('\r\n').slice(1)
      const inSight = runs.filter(({ record }) => record.series !== 'SGD lr 5')
      expect(inSight).toHaveLength(9)
      expect(listed).toHaveLength(9)
      listed.forEach((line, index) => expect(line).toContain(inSight[index]?.record.id))
      const [svg] = (await downloads(page, 1, () => choose(page, 'Figure, SVG'))).values()
      for (const { label } of section.series.slice(0, 3)) expect(svg).toContain(label)
      expect(svg).not.toContain('SGD lr 5')
    }))

  test('the matrix says what the verdicts are, and a button runs the seeds that lack', () =>
    onPage(async ({ page, section, home }) => {
      const cell = (a: string, b: string) => page.getByRole('button', { name: `${a} against ${b}:` })
      await cell('SGD lr 0.05', 'SGD lr 0.005').hover()
      const detail = page.locator('.pairs__detail')
      await expect
        .poll(() => detail.innerText())
        .toContain('Below six pairs nothing is claimed: 3 more seeds')
      await page.getByRole('button', { name: 'Run what lacks to 6 seeds of each (12 in all)' }).click()
      // They join the experiment, whose title and place in the list stay.
      await expect
        .poll(async () => (await texts(page, '.verdict p')).join(' '), { timeout: 20_000 })
        .toContain('n = 6')
      await expect.poll(() => page.locator('.pairs__run').count()).toBeLessThan(2)
      const runs = await home.withLab((lab) => lab.call('runs.list', {}))
      expect(runs.runs).toHaveLength(24)
      expect(new Set(runs.runs.map(({ experimentId }) => experimentId)).size).toBe(1)
      expect(runs.runs.filter(({ added }) => added?.seen === 12)).toHaveLength(12)
      await page
        .getByText(/threats? to validity/i)
        .first()
        .click()
      await expect
        .poll(() => page.locator('.pairs__threats').innerText())
        .toContain('Seeds 3–5 were added after the first results were seen.')
      const all = await measured(
        home,
        runs.runs.map(({ id }) => id),
      )
      const [now] = summarise(all).sections as [SectionSummary]
      expect(now.series.map(({ label }) => label)).toEqual(section.series.map(({ label }) => label))
      for (const pair of now.verdicts.pairs) {
        const [a, b] = [now.series[pair.a]?.label ?? '', now.series[pair.b]?.label ?? '']
        const word = { better: 'better', worse: 'worse', equivalent: 'equivalent', undecided: 'cannot tell' }[
          pair.call
        ]
        await expect.poll(() => cell(a, b).getAttribute('aria-label')).toBe(`${a} against ${b}: ${word}`)
      }
      // What is far below is made when someone goes there.
      await page.getByLabel('Parts of the page').getByRole('button', { name: 'Measures' }).click()
      await page.getByRole('heading', { name: 'Measures' }).click()
      const time = measuresOf(now, 'en').find(({ id }) => id === 'time') ?? expect.fail()
      await expect
        .poll(() =>
          page
            .getByRole('region', { name: 'Time to target' })
            .locator('tbody tr')
            .evaluateAll((rows) =>
              rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())),
            ),
        )
        .toEqual(time.table.rows)
      // What is too small to matter is the person's to say; arrow keys move from pair to pair.
      await page.getByRole('textbox', { name: /difference that does not matter/ }).fill('100')
      await expect
        .poll(() => cell('SGD lr 0.05', 'SGD lr 0.005').getAttribute('aria-label'))
        .toContain('equivalent')
      await cell('SGD lr 0.05', 'SGD lr 0.005').focus()
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => detail.innerText()).toContain('SGD lr 0.05 and Adam lr 0.01 are equivalent')
    }))

  test('of many series the matrix has columns for the lowest and the baseline alone', () =>
    inChromium(async ({ page, home }) => {
      await goToCompare(page)
      const rates = Array.from({ length: 14 }, (_, i) => Number((0.002 * (i + 1)).toFixed(3)))
      const text = `title: Many\nworkloads: airfoil\nepochs: 1\nseeds: 6\noptimizers: [{ id: sgd, set: { lr: [${rates.join()}] } }]\n`
      const runs = await measured(home, await home.withLab((lab) => submit(lab, text)))
      const { series, verdicts, lowest } = summarise(runs).sections[0] ?? expect.fail()
      expect(series.length).toBe(14)
      const columns = [0, lowest ?? expect.fail()].sort((a, b) => a - b)
      await expect
        .poll(async () => (await page.locator('.pairs__table thead th').allTextContents()).map(plain), {
          timeout: 10_000,
        })
        .toEqual(columns.map((column) => `${column + 1}: ${series[column]?.label ?? ''}`))
      expect(await texts(page, '.pairs__number')).toEqual(series.map((_, row) => String(row + 1)))
      expect(await page.locator('.pairs__head').innerText()).toContain('Of so many series')
      // One cell a judged pair, said from the row's side; the pair of both columns stands twice.
      const labels = () =>
        page
          .locator('.pairs__cell')
          .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label')))
      const words = { better: 'better', worse: 'worse', equivalent: 'equivalent', undecided: 'cannot tell' }
      const expected = series.flatMap(({ label: a }, row) =>
        columns
          .filter((column) => column !== row)
          .map((column) => {
            const { call } = verdictOf(verdicts, row, column) ?? expect.fail()
            return `${a} against ${series[column]?.label ?? ''}: ${words[call]}`
          }),
      )
      // The last runs may reach the page after the columns stand.
      await expect.poll(labels).toEqual(expected)
      expect(expected).toHaveLength(verdicts.pairs.length + 1)
      // Only the pair pointed at is offered more seeds.
      expect(await page.getByRole('button', { name: /Run what lacks/ }).count()).toBe(0)
    }))

  test('runs that still train are compared as they grow, and an empty library says what to do', () =>
    inChromium(async ({ page, home }) => {
      await goToCompare(page)
      await page.getByRole('button', { name: 'Set up an experiment' }).waitFor()
      await home.withLab((lab) =>
        submit(lab, experiment.replace('epochs: 2', 'epochs: 300').replace('seeds: 3', 'seeds: 2')),
      )
      // Without a reload.
      await expect
        .poll(() => texts(page, '.verdict p'), { timeout: 10_000 })
        .toContainEqual(expect.stringContaining('lowest mean final training loss'))
    }))
})
