import { expect, test } from 'vitest'
import { inElectron } from '../support/electron.ts'
import { ready } from '../support/shell.ts'

test('the maps of basins are computed in workers, which the window’s own addresses and policy allow', () =>
  inElectron(async ({ page }) => {
    page.setDefaultTimeout(20_000)
    await ready(page)
    await page.evaluate(() => (location.hash = '#/playground/stability'))
    await page.getByRole('button', { name: 'Basins', exact: true }).click()
    await page.getByRole('button', { name: 'Coarse', exact: true }).click()
    const done = page.locator('[data-arrived]')
    await done.nth(1).waitFor({ timeout: 90_000 })
    expect(await done.first().innerText()).toMatch(/% arrive/)
  }))
