import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { figures } from '../../../src/figures/index.ts'
import { airfoil, lastPoints, leastSquares } from '../../figures/specified.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const onPage = (use: Parameters<typeof inChromium>[0], route = '/gallery'): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(15_000)
      await ready(opened.page)
      await use(opened)
    },
    { route },
  )

const cards = (page: Page) => page.locator('[data-figure]')
const search = (page: Page) => page.getByRole('textbox', { name: 'Search figures' })
/** The table's rows: a quantity's name and its exact value here. */
const numbers = (page: Page): Promise<{ name: string; exact: number; reference: string }[]> =>
  page.locator('[data-number]').evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector('th')?.textContent.trim() ?? '',
      exact: Number((row.querySelector('td') as HTMLElement).title),
      reference: row.querySelectorAll('td')[1]?.textContent.trim() ?? '',
    })),
  )
async function open(page: Page, id: string): Promise<void> {
  await page.evaluate((figure) => (location.hash = `#/gallery/${figure}`), id)
  await page.getByText(`figure ${id} --out ${id}.svg`).waitFor()
  await page.locator('[data-number]').first().waitFor()
}

describe('the gallery', () => {
  test('has every figure, each with a picture drawn when it comes into sight, numbers, words, formula, source', () =>
    onPage(async ({ page }) => {
      await page.getByText('38 figures').waitFor()
      expect(
        await cards(page).evaluateAll((all) => all.map((card) => (card as HTMLElement).dataset['figure'])),
      ).toEqual(figures.map(({ id }) => id))
      const drawn = (): Promise<number> => cards(page).locator('img').count()
      await expect.poll(drawn).toBeGreaterThan(2)
      expect(await drawn()).toBeLessThan(figures.length) // not those far below
      for (const id of figures.map((figure) => figure.id)) {
        const card = page.locator(`[data-figure="${id}"]`)
        await card.scrollIntoViewIfNeeded()
        await card.locator('img').waitFor()
        const image = card.locator('img')
        expect(await image.evaluate((img) => (img as HTMLImageElement).naturalWidth), id).toBeGreaterThan(300)
        expect(await card.locator('math').count(), id).toBeGreaterThan(0)
        const text = await card.innerText()
        expect(text, id).toMatch(/ = −?\d/)
        expect(text, id).toMatch(/\(\d{4}\)\. /)
      }
      // Runs that nobody trained here are said to be recorded.
      expect(await page.locator('[data-figure="lenet-cosine"]').innerText()).toContain('recorded run')
    }))

  test('search finds ids, terms in both languages and authors', () =>
    onPage(async ({ page }) => {
      for (const [query, count] of [
        ['gd-1d', 4],
        ['动量法', 3],
        ['Zaheer', 1],
      ] as const) {
        await search(page).fill(query)
        await expect.poll(() => cards(page).count(), { message: query }).toBeGreaterThanOrEqual(count)
        expect(await cards(page).count()).toBeLessThan(figures.length)
      }
      await search(page).fill('no such thing')
      await page.getByText('No figure matches').waitFor()
      await page.getByRole('button', { name: 'Show all figures' }).click()
      await page.getByText('38 figures').waitFor()
    }))
})

describe('a figure', () => {
  test('shows every exact number of the specification, and says that it agrees', () =>
    onPage(async ({ page }) => {
      for (const [id, [, last]] of Object.entries(lastPoints)) {
        await open(page, id)
        const rows = await numbers(page)
        expect(
          rows.map(({ exact }) => exact.toFixed(6)),
          id,
        ).toEqual(last)
        for (const { reference } of rows) expect(reference, id).toContain('agrees')
      }
    }))

  test('of airfoil is trained in the lab as it opens, once', () =>
    onPage(async ({ page, home }) => {
      await open(page, 'airfoil-adam')
      await page.getByText('Trained by this lab.').waitFor()
      const [row] = await numbers(page)
      expect(row?.exact).toBeGreaterThan(leastSquares)
      expect(row?.exact).toBeLessThan((airfoil['airfoil-adam']?.loss ?? 0) + 0.006)
      const known = () => home.withLab(async (lab) => (await lab.call('runs.list', {})).runs)
      const runs = await known()
      expect(runs).toHaveLength(1)
      expect(runs[0]).toMatchObject({ tags: ['gallery'], final: { trainLoss: row?.exact } })
      await open(page, 'airfoil-gd')
      await open(page, 'airfoil-adam')
      await page.getByText('Trained by this lab.').waitFor()
      expect(await known()).toHaveLength(2)
    }))

  test('that takes minutes is a recorded run, and says of when and with what', () =>
    onPage(async ({ page, home }) => {
      await open(page, 'lenet-constant')
      await page.getByText(/Recorded run that comes with the program: \d{4}-\d\d-\d\d, tensorflow/).waitFor()
      await page.getByRole('button', { name: /^Train now, about \d+ min/ }).waitFor()
      expect(await home.withLab(async (lab) => (await lab.call('runs.list', {})).runs)).toEqual([])
    }))

  test('is played with, set up as an experiment, walked on from, saved as CSV', () =>
    onPage(async ({ page }) => {
      await open(page, 'gd-1d-0.2')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page
          .getByRole('button', { name: 'Export' })
          .click()
          .then(() => page.getByRole('menuitem', { name: 'Save numbers as CSV' }).click()),
      ])
      expect(download.suggestedFilename()).toBe('gd-1d-0.2.csv')
      expect((await readFile(await download.path(), 'utf8')).split('\n').slice(0, 3)).toEqual([
        'step,x,value,lr',
        '0,10,100,',
        '1,6,36,0.2',
      ])
      await page.getByRole('button', { name: /^Next figure/ }).click()
      await page.getByText('figure gd-1d-0.05 --out').waitFor()
      await page.getByRole('button', { name: 'Open in Playground' }).click()
      await page.waitForURL(/#\/playground\?s=/)

      await open(page, 'airfoil-time')
      await page.getByRole('button', { name: 'Set up in Experiment' }).click()
      await page.waitForURL(/#\/experiment/)
      await page.getByText('Airfoil: loss against training time for four batch sizes is set up').waitFor()
      // The four series, ready to run.
      await page.getByText('batch 1500').first().waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('batch 1500').first().waitFor({ state: 'detached' })
    }))

  test('that there is not says so', () =>
    onPage(async ({ page }) => {
      await page.getByText('There is no figure “gd-9d”').waitFor()
      await page.getByRole('button', { name: 'All figures' }).click()
      await page.getByText('38 figures').waitFor()
    }, '/gallery/gd-9d'))
})
