import { createHash } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const onPage = (
  part: 'Region' | 'Basins' | 'Learning-rate sweep',
  use: Parameters<typeof inChromium>[0],
): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(15_000)
      await ready(opened.page)
      await opened.page.getByRole('button', { name: part, exact: true }).click()
      await use(opened)
    },
    { route: '/playground/stability' },
  )

async function dragBy(page: Page, handle: Locator, x: number, y: number): Promise<void> {
  const box = await handle.boundingBox()
  if (!box) throw new Error('the handle is not to be seen')
  const [fromX, fromY] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(fromX, fromY)
  await page.mouse.down()
  await page.mouse.move(fromX + x / 2, fromY + y / 2, { steps: 4 })
  await page.mouse.move(fromX + x, fromY + y, { steps: 4 })
  await page.mouse.up()
}
/** Workers share two cores with everything else. */
const patient = { timeout: 15_000 }
const verdict = (page: Page) => page.locator('[data-verdict]')
const picture = (page: Page, name: RegExp) =>
  page
    .getByRole('img', { name })
    .first()
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    .then((url) => createHash('sha1').update(url).digest('hex'))

describe('the region', () => {
  test('dragging the point across the edge changes the verdict, the walk and the numbers', () =>
    onPage('Region', async ({ page }) => {
      expect(await verdict(page).innerText()).toBe('Converges, oscillating')
      const before = await picture(page, /^Coordinates of the walk/)
      const map = await picture(page, /^Convergence rate of Heavy ball/)
      const point = page.getByRole('button', { name: /^Your setting/ })
      await dragBy(page, point, 260, 260)
      await expect.poll(() => verdict(page).innerText(), patient).toBe('Diverges')
      await page.getByText(/Try a learning rate below 2\(1\+β\)\/λ = 0\./).waitFor()
      await expect.poll(() => picture(page, /^Coordinates of the walk/), patient).not.toBe(before)
      // The map itself is not drawn anew.
      expect(await picture(page, /^Convergence rate of Heavy ball/)).toBe(map)
      const lr = Number(await page.getByLabel('Learning rate η').inputValue())
      expect(lr).toBeGreaterThan(0.55)

      await page.getByRole('button', { name: 'Take the fastest' }).click()
      await page.getByText(/^Converges/).waitFor()
      expect(Number(await page.getByLabel('Learning rate η').inputValue())).toBeCloseTo(0.6679, 3)
      await page.getByRole('button', { name: 'Go to the edge' }).click()
      await expect.poll(() => verdict(page).innerText(), patient).toBe('Stands on the edge')
    }))

  test('by keys, for each rule', () =>
    onPage('Region', async ({ page }) => {
      await page.getByRole('button', { name: 'Gradient descent' }).click()
      await page.getByLabel('Learning rate η').fill('0.49')
      await expect.poll(() => verdict(page).innerText(), patient).toBe('Converges, from side to side')
      const point = page.getByRole('button', { name: /^Your setting/ })
      await point.focus()
      for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight')
      await expect.poll(() => verdict(page).innerText(), patient).toBe('Diverges')
      await page.getByLabel('Learning rate η').fill('0.05')
      await expect.poll(() => verdict(page).innerText(), patient).toBe('Converges straight')

      await page.getByRole('button', { name: 'Nesterov' }).click()
      await page.getByLabel('Momentum β').fill('0.9')
      await page.getByLabel('Learning rate η').fill('0.36')
      await expect.poll(() => verdict(page).innerText(), patient).toBe('Diverges')
      const landscape = page.getByRole('link', { name: 'Open in the landscape' })
      expect(await landscape.getAttribute('href')).toMatch(/^#\/playground\?s=1/)
    }))
})

describe('basins', () => {
  test('two maps fill; another optimizer or a moved start changes its own', () =>
    onPage('Basins', async ({ page }) => {
      const done = page.locator('[data-arrived]')
      await done.nth(1).waitFor({ timeout: 60_000 })
      expect(await done.first().innerText()).toMatch(/^(100|99)\.\d\s*% arrive/)
      const first = await picture(page, /^Where SGD ends/)
      expect(first).not.toBe(await picture(page, /^Where Momentum ends/))
      const start = page.getByRole('button', { name: /^A walk of SGD/ })
      await dragBy(page, start, 120, -60)
      await expect.poll(() => picture(page, /^Where SGD ends/), patient).not.toBe(first)
      expect(await start.getAttribute('aria-label')).not.toContain('from -0.5')
      // Both walk from there.
      const place = (await start.getAttribute('aria-label'))?.split('from')[1] ?? '?'
      await page.getByRole('button', { name: `A walk of Momentum from${place}` }).waitFor()

      await page.getByLabel('Expression in x1 and x2').fill('(x1^2-1)^2+x2^2')
      await done.nth(1).waitFor({ timeout: 60_000 })
      expect(
        await page.getByRole('region', { name: 'SGD' }).getByRole('img').getAttribute('aria-describedby'),
      ).toBeTruthy()
      await page.getByLabel('Expression in x1 and x2').fill('(x1^2-1')
      await page.getByRole('alert').first().waitFor()
    }))
})

describe('the sweep', () => {
  test('says where each edge is, and a click sets the rate', () =>
    onPage('Learning-rate sweep', async ({ page }) => {
      const edges = page.locator('[data-edge]')
      // 0.1x₁² + 2x₂²: 2/λ = 0.5.
      await expect.poll(() => edges.first().innerText(), patient).toMatch(/^edge 0\.50/)
      expect(await edges.nth(2).innerText()).toBe('no edge in this range')
      const chart = page.getByRole('img', { name: /^Final loss of/ })
      const box = await chart.boundingBox()
      if (!box) throw new Error('no chart')
      const lr = page.getByRole('textbox', { name: 'lr' }).first()
      expect(await lr.inputValue()).toBe('0.3')
      await chart.click({ position: { x: box.width * 0.3, y: box.height * 0.5 } })
      await expect.poll(() => lr.inputValue(), patient).not.toBe('0.3')
      expect(Number(await lr.inputValue())).toBeLessThan(0.05)
      // By keys.
      const handle = page.getByRole('button', { name: /^Learning rate of Momentum/ })
      await handle.focus()
      await page.keyboard.press('Shift+ArrowLeft')
      await expect.poll(() => handle.getAttribute('aria-label'), patient).toMatch(/0\.252/)
      // Another objective.
      await page.getByRole('textbox', { name: 'Start' }).fill('10')
      await page.getByRole('textbox', { name: 'Expression' }).fill('x^2')
      await expect.poll(() => edges.first().innerText(), patient).toMatch(/^edge 1\.0/)
    }))
})
