import { expect, test } from 'vitest'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const patient = { timeout: 15_000 }

test('the address of the stability view opens it as it was', () =>
  inChromium(
    async ({ page, context }) => {
      await ready(page)
      await page.getByLabel('Learning rate η').fill('0.31')
      await page.getByLabel('Learning rate η').press('Enter')
      await page.getByRole('button', { name: 'Nesterov', exact: true }).click()
      await expect.poll(() => page.url(), patient).toMatch(/#\/playground\/stability\?s=1/)
      await page.waitForTimeout(1000)
      const link = page.url()
      const words = await page.locator('[data-verdict]').innerText()

      // Something else stands there, until the link is opened.
      await page.getByRole('button', { name: 'Basins', exact: true }).click()
      await expect.poll(() => page.url(), patient).not.toBe(link)
      const other = await context.newPage()
      await other.goto(link)
      await expect.poll(() => other.getByLabel('Learning rate η').inputValue(), patient).toBe('0.31')
      expect(await other.locator('[data-verdict]').innerText()).toBe(words)
      await other.close()
    },
    { route: '/playground/stability' },
  ))

test('the address of the schedules opens them as they were; a damaged one says so', () =>
  inChromium(
    async ({ page, context, served }) => {
      await ready(page)
      await page.getByLabel('Name', { exact: true }).fill('As in the lecture')
      await expect.poll(() => page.url(), patient).toMatch(/#\/playground\/schedules\?s=1/)
      await page.waitForTimeout(1000)
      const link = page.url()
      await page.getByLabel('Name', { exact: true }).fill('Another')
      await page.waitForTimeout(1000)
      const other = await context.newPage()
      await other.goto(link)
      await expect
        .poll(() => other.getByLabel('Name', { exact: true }).inputValue(), patient)
        .toBe('As in the lecture')
      await other.goto(`http://127.0.0.1:${served.port}/#/playground/schedules?s=1broken`)
      await other.getByText(/The link does not describe/).waitFor()
      await other.close()
    },
    { route: '/playground/schedules' },
  ))
