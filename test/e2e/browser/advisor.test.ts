import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'
import { until } from '../../support/until.ts'

const onPage = (use: Parameters<typeof inChromium>[0]): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(15_000)
      await ready(opened.page)
      await opened.page.locator('[data-recommended]').waitFor()
      await use(opened)
    },
    { route: '/advisor' },
  )
const choose = (page: Page, name: string): Promise<void> =>
  page.getByRole('radio', { name, exact: true }).check()
const recommended = (page: Page): Promise<string> => page.locator('[data-recommended]').innerText()

describe('the advisor', () => {
  test('recommends as the questions are answered, with reasons and sources', () =>
    onPage(async ({ page }) => {
      await choose(page, 'A linear model')
      await expect.poll(() => recommended(page)).toBe('SGD')
      await choose(page, 'Yes: words, ids, clicks')
      await expect.poll(() => recommended(page)).toBe('Adagrad')
      await page.getByText(/J\. Duchi, E\. Hazan and Y\. Singer \(2011\)/).waitFor()
      await page.getByText('No data here are sparse').waitFor()
      await choose(page, 'A deep network')
      await expect.poll(() => recommended(page)).toMatch(/^Adam/)
      // It is still so when one comes back.
      await page.waitForTimeout(500)
      await page.reload()
      await expect.poll(() => recommended(page)).toMatch(/^Adam/)
    }))

  test('sets up the comparison, runs it, and then cites the runs in place of the rule of thumb', () =>
    onPage(async ({ page, home, served }) => {
      await choose(page, 'A linear model')
      await choose(page, 'Below 10,000')
      await choose(page, 'A few epochs')
      await choose(page, 'Mini-batches')
      await choose(page, 'The learning rate')
      await page.getByText('No two optimizers have run here on airfoil').waitFor()
      await page.getByRole('button', { name: 'Set up in Experiment' }).click()
      await page.waitForURL(/#\/experiment/)
      await page.getByText('SGD put to the test is set up').waitFor()
      await page.getByRole('button', { name: /^Run/ }).first().click()
      await page.waitForURL(/#\/live/)
      await home.withLab((lab) =>
        until(async () => {
          const { runs } = await lab.call('runs.list', {})
          return runs.length > 0 && runs.every(({ status }) => ['done', 'diverged'].includes(status))
        }),
      )
      await page.goto(`http://127.0.0.1:${served.port}/#/advisor`)
      const rows = page.locator('[data-measured]')
      await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(2)
      expect(await rows.first().innerText()).toMatch(/0\.24\d+ ± 0\.0\d+\s+10\s/)
      await page.getByText(/On airfoil, 2 epochs: .* ends best/).waitFor()
      await page.getByRole('button', { name: 'Open in Compare' }).click()
      await page.waitForURL(/#\/compare/)
    }))

  test('is reached from the palette and from the gallery', () =>
    onPage(async ({ page, served }) => {
      await page.goto(`http://127.0.0.1:${served.port}/#/gallery`)
      await page.getByRole('button', { name: 'Which optimizer?' }).click()
      await page.waitForURL(/#\/advisor/)
      await page.goto(`http://127.0.0.1:${served.port}/#/runs`)
      await page.keyboard.press('Control+k')
      await page.keyboard.type('advisor')
      await page
        .getByRole('option', { name: /Ask the advisor/ })
        .first()
        .click()
      await page.waitForURL(/#\/advisor/)
    }))
})
