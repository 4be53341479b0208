import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { RunSummary } from '../../../src/experiments/run.ts'
import { formatNumber } from '../../../src/locales/format.ts'
import { mean, sampleStandardDeviation } from '../../../src/math/statistics.ts'
import { settings } from '../../support/airfoil.ts'
import { until } from '../../support/until.ts'
import { unzipped } from '../../support/unzipped.ts'
import { inChromium } from '../support/chromium.ts'
import type { TestHome } from '../support/home.ts'
import { ready } from '../support/shell.ts'

const submitted = ['sgd', 'adam', 'momentum'].flatMap((optimizer) =>
  [0, 1].map((seed) =>
    settings({ optimizer, set: { lr: optimizer === 'sgd' ? 0.1 : 0.01 }, seed, epochs: 1 }),
  ),
)

const trained = (home: TestHome): Promise<RunSummary[]> =>
  home.withLab(async (lab) => {
    await lab.call('runs.submit', { runs: submitted, detached: true })
    return until(async () => {
      const { runs } = await lab.call('runs.list', {})
      return runs.length === submitted.length && runs.every(({ status }) => status === 'done')
        ? runs
        : undefined
    })
  })

const onPage = (use: (opened: { page: Page; home: TestHome; runs: RunSummary[] }) => Promise<void>) =>
  inChromium(
    async ({ page, home }) => {
      page.setDefaultTimeout(10_000)
      await ready(page)
      const runs = await trained(home)
      await page.getByRole('row', { name: /Momentum.*#1/ }).waitFor()
      await use({ page, home, runs })
    },
    { route: '/runs', acceptDownloads: true },
  )

const dataRows = (page: Page) => page.locator('.d-table__row:not(.d-table__group)')
const names = async (page: Page): Promise<string[]> =>
  (await dataRows(page).locator('.d-table__first').allInnerTexts()).map((text) =>
    text.replace(/\s+/g, ' ').trim(),
  )

async function groupBy(page: Page, field: string): Promise<void> {
  await page.getByRole('button', { name: 'Group', exact: true }).click()
  await page.getByRole('combobox', { name: 'Group by' }).fill(field)
  await page.getByRole('option', { name: new RegExp(`^${field}`) }).click()
  await page.keyboard.press('Escape')
}

describe('the runs page', () => {
  test('groups runs, sums them up, folds and selects them by keyboard', () =>
    onPage(async ({ page, runs }) => {
      await groupBy(page, 'optimizer')
      expect(await page.locator('.d-table__group').allInnerTexts()).toHaveLength(3)
      const losses = runs
        .filter(({ settings }) => settings.optimizer === 'adam')
        .map(({ final }) => final.trainLoss as number)
      const adam = page.locator('.d-table__group', { hasText: 'Adam' })
      const cell = adam.locator('td').nth(3)
      expect((await cell.innerText()).trim()).toBe(formatNumber(mean(losses), 5))
      const summary = await cell.getAttribute('title')
      expect(summary).toContain('n = 2 of 2')
      expect(summary).toContain(formatNumber(sampleStandardDeviation(losses) as number, 5))
      expect(summary).toContain(formatNumber(Math.min(...losses), 5))

      await adam.locator('td').nth(2).click()
      await page.keyboard.press('ArrowLeft')
      expect(await adam.getAttribute('aria-expanded')).toBe('false')
      expect((await names(page)).filter((name) => name.startsWith('Adam'))).toEqual([])
      await page.keyboard.press(' ')
      await page.getByText('2 selected').waitFor()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowDown')
      expect((await names(page)).filter((name) => name.startsWith('Adam'))).toHaveLength(2)
      await page.keyboard.press('ArrowLeft') // from a row to its group
      expect(await adam.getAttribute('class')).toContain('active')
    }))

  test('shows a run of two tags in both groups, and selects it in both at once', () =>
    onPage(async ({ page, home, runs }) => {
      const tag = (which: readonly RunSummary[], add: string[]) =>
        home.withLab((lab) => lab.call('runs.tag', { runIds: which.map(({ id }) => id), add, remove: [] }))
      await tag(runs.slice(0, 1), ['odd', 'slow'])
      await tag(runs.slice(1, 2), ['odd'])
      await groupBy(page, 'tag')
      const heads = async (): Promise<string[]> =>
        (await page.locator('.d-table__group .d-table__first').allInnerTexts()).map((text) =>
          text.replace(/\s+/g, ' ').trim(),
        )
      await expect
        .poll(heads)
        .toEqual([
          'odd 2 1 of them in other groups as well',
          'slow 1 1 of them in other groups as well',
          'none 4',
        ])
      expect(await dataRows(page).count()).toBe(7)
      const twice = page.getByRole('row', { name: /SGD.*#0/ })
      expect(await twice.count()).toBe(2)
      await twice.nth(1).getByRole('checkbox').click()
      await page.getByText('1 selected').waitFor()
      for (const row of await twice.all()) expect(await row.getAttribute('aria-selected')).toBe('true')
      // The keyboard stays in the group that it went to.
      await twice.nth(1).click()
      await page.keyboard.press('ArrowUp')
      expect(await page.locator('.d-table__row--active').innerText()).toMatch(/^\s*slow/)
    }))

  test('comes back to a saved view', () =>
    onPage(async ({ page }) => {
      await groupBy(page, 'optimizer')
      await page.getByRole('combobox', { name: 'Filter runs' }).fill('seed:1')
      await page.keyboard.press('Enter')
      await until(async () => (await dataRows(page).count()) === 3)
      await page.getByRole('button', { name: 'Views', exact: true }).click()
      await page.getByRole('textbox', { name: 'Name of this view' }).fill('One seed')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
      await groupBy(page, 'not')
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await until(async () => (await dataRows(page).count()) === 6)
      expect(await page.locator('.d-table__group').count()).toBe(0)

      await page.reload()
      await page.getByRole('button', { name: 'Views', exact: true }).click()
      await page.getByRole('button', { name: 'One seed', exact: true }).click()
      await until(async () => (await dataRows(page).count()) === 3)
      expect(await page.locator('.d-table__group').count()).toBe(3)
      await page.getByRole('button', { name: 'Rename One seed' }).click()
      await page.getByRole('textbox', { name: 'New name for One seed' }).fill('Seed 1')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Delete Seed 1' }).click()
      await page.getByText('Deleted the view “Seed 1”.').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('button', { name: 'Views', exact: true }).click()
      await page.getByRole('button', { name: 'Seed 1', exact: true }).waitFor()
    }))

  test('says in which settings selected runs differ', () =>
    onPage(async ({ page }) => {
      await page.getByRole('checkbox', { name: 'Select SGD lr 0.1, seed 0' }).click()
      await page.getByRole('checkbox', { name: 'Select Momentum lr 0.01, seed 0' }).click()
      await page.getByRole('button', { name: 'Differences', exact: true }).click()
      const panel = page.getByRole('region', { name: 'Differences' })
      const rows = await panel
        .locator('tbody tr')
        .evaluateAll((all) => all.map((row) => [...row.children].map((one) => one.textContent.trim())))
      const found = Object.fromEntries(rows.map(([name = '', ...values]) => [name, values]))
      expect(found['optimizer']?.sort()).toEqual(['momentum', 'sgd'])
      expect(found['lr']?.sort()).toEqual(['0.01', '0.1'])
      expect(found['momentum']?.sort()).toEqual(['0.9', '–'])
      expect(found['seed']).toBeUndefined()
      expect(found['batch']).toBeUndefined()
    }))

  test('keeps a note and runs at the top', () =>
    onPage(async ({ page, home, runs }) => {
      await page.getByRole('row', { name: /SGD.*#0/ }).click()
      await page.getByRole('textbox', { name: /^Note on/ }).fill('Look again')
      await page.getByRole('row', { name: /SGD.*#0/ }).click()
      const sgd = runs.find(({ name }) => name === 'SGD lr 0.1, seed 0') as RunSummary
      await until(async () => {
        const { run } = await home.withLab((lab) => lab.call('runs.show', { runId: sgd.id }))
        return run.note === 'Look again'
      })
      await page.locator('.d-table-scroll').focus()
      await page.keyboard.press('p')
      await until(async () => (await names(page))[0]?.startsWith('SGD lr 0.1 #0') ?? false)
      await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click()
      expect((await names(page))[1]).toContain('Adam')
      expect((await names(page))[0]).toContain('SGD lr 0.1')
      // A group counts its run that stands above it, and shows it once.
      await groupBy(page, 'optimizer')
      const sgdGroup = page.locator('.d-table__group', { hasText: 'SGD' })
      expect((await sgdGroup.locator('.d-table__first').innerText()).replace(/\s+/g, ' ')).toBe('SGD 2')
      expect((await names(page)).filter((name) => name.startsWith('SGD'))).toHaveLength(2)
      await groupBy(page, 'not')
      await page.getByRole('combobox', { name: 'Filter runs' }).fill('note:again')
      await page.keyboard.press('Enter')
      await until(async () => (await dataRows(page).count()) === 1)
    }))

  test('shows differences to the baseline, and the best where it is asked for', () =>
    onPage(async ({ page, runs }) => {
      await page.getByRole('row', { name: /SGD.*#0/ }).click()
      await page.locator('.inspector').getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Pin as baseline' }).click()
      const heads = page.locator('.d-table thead th.d-table__head')
      await heads.getByText('Δ loss').waitFor()
      const titles = (await heads.allInnerTexts()).map((text) => text.trim())
      const lossOf = (optimizer: string): number[] =>
        runs
          .filter(({ settings }) => settings.optimizer === optimizer)
          .map(({ final }) => final.trainLoss as number)
      const expected = (lossOf('adam')[0] as number) - mean(lossOf('sgd'))
      const cell = page
        .getByRole('row', { name: /Adam.*#0/ })
        .locator('td')
        .nth(titles.indexOf('Δ loss') + 1)
      const text = (await cell.innerText()).trim()
      expect(text[0]).toBe(expected > 0 ? '▲' : '▼')
      expect(Number(text.slice(1).replace('−', '-'))).toBeCloseTo(expected, 4)

      await page.getByRole('button', { name: 'Columns', exact: true }).click()
      await page.getByRole('group', { name: 'Last or best of Loss' }).getByText('best').click()
      await page.keyboard.press('Escape')
      await heads.getByText('Loss · best').waitFor()
    }))

  test('exports the selected runs with every point', () =>
    onPage(async ({ page, home, runs }) => {
      await page.getByRole('checkbox', { name: 'Select SGD lr 0.1, seed 0' }).click()
      await page.getByRole('toolbar').getByRole('button', { name: 'Export' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'CSV tables' }).click(),
      ])
      expect(download.suggestedFilename()).toBe('runs-csv.zip')
      const files = await unzipped(readFileSync(await download.path()))
      expect([...files.keys()].sort()).toEqual(['runs-epochs.csv', 'runs-points.csv', 'runs.csv'])
      const sgd = runs.find(({ name }) => name === 'SGD lr 0.1, seed 0') as RunSummary
      const { metrics } = await home.withLab((lab) => lab.call('runs.show', { runId: sgd.id }))
      const lines = String(files.get('runs-points.csv')).trim().split('\n').slice(1)
      expect(lines.map((line) => Number(line.split(',')[4]))).toEqual([...metrics.trainLoss])
      expect(lines.length).toBeGreaterThan(3)
    }))
})
