import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { stations } from '../../../src/lessons/index.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const onPage = (use: Parameters<typeof inChromium>[0], route = '/learn'): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(15_000)
      await ready(opened.page)
      await opened.page.locator('main article svg').first().waitFor()
      await use(opened)
    },
    { route },
  )
const at = async (page: Page, number: number): Promise<void> => {
  await page.getByText(`Station ${number} of ${stations.length}`).waitFor()
  await page
    .getByRole('heading', { level: 2, name: stations[number - 1]?.title.en ?? '', exact: true })
    .waitFor()
}

describe('the learning path', () => {
  test('is walked by keyboard from end to end, every station with a live picture', () =>
    onPage(async ({ page }) => {
      await at(page, 1)
      for (const [index, station] of stations.entries()) {
        await at(page, index + 1)
        await page.locator('main article svg path').first().waitFor({ state: 'attached' }) // a level line has no height
        expect(await page.getByRole('slider').count(), station.id).toBe(station.knob ? 1 : 0)
        await page.keyboard.press('ArrowRight')
      }
      await at(page, stations.length) // the last stays
      await page.keyboard.press('Home')
      await at(page, 1)
      await page.keyboard.press('End')
      await at(page, stations.length)
      await page.keyboard.press('ArrowLeft')
      await at(page, stations.length - 1)
    }))

  test('a knob changes what is seen: at 0.5 one step arrives', () =>
    onPage(async ({ page }) => {
      const ends = page.getByRole('list', { name: 'Where each optimizer ends' })
      await ends.getByText('x = 0.06047').waitFor()
      const knob = page.getByRole('slider', { name: 'learning rate η' })
      await knob.fill('0.5')
      await ends.getByText('x = 0, f = 0').waitFor()
      // Arrows on the knob turn it and stay at the station.
      await knob.press('ArrowRight')
      await at(page, 1)
      await page.getByRole('button', { name: 'Back to 0.2' }).click()
      await ends.getByText('x = 0.06047').waitFor()
    }))

  test('full screen covers the window, with large type, and Escape leaves it', () =>
    onPage(async ({ page }) => {
      const size = (): Promise<number> =>
        page.locator('article h2').evaluate((title) => Number.parseFloat(getComputedStyle(title).fontSize))
      const small = await size()
      await page.keyboard.press('f')
      await page.getByRole('button', { name: 'Leave full screen' }).waitFor()
      expect(await size()).toBeGreaterThan(1.5 * small)
      expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true)
      expect(await page.locator('.learn--full').boundingBox()).toMatchObject({ x: 0, y: 0, width: 1280 })
      await page.keyboard.press('ArrowRight')
      await at(page, 2)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Full screen', exact: true }).waitFor()
      expect(await size()).toBe(small)
    }))

  test('progress is kept', () =>
    onPage(async ({ page, served }) => {
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      await at(page, 3)
      await page.waitForTimeout(500) // drafts are written a moment after the last change
      await page.goto(`http://127.0.0.1:${served.port}/#/runs`)
      await page.reload()
      await ready(page)
      await page.goto(`http://127.0.0.1:${served.port}/#/learn`)
      await at(page, 3)
      expect(await page.getByRole('link', { name: /seen/ }).count()).toBe(3)
    }))

  test('on paper every station stands with its picture, whole', () =>
    onPage(async ({ page }) => {
      // The dialog is not ours to look at: what is there when it opens, is.
      await page.evaluate(() => {
        Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') })
      })
      const pictures = page.locator('.handout img')
      await page.getByRole('button', { name: 'Print all stations' }).click()
      await page.waitForSelector('[data-printed]', { state: 'attached' })
      expect(await pictures.count()).toBe(stations.length)
      const widths = await pictures.evaluateAll((all) =>
        all.map((img) => (img as HTMLImageElement).naturalWidth),
      )
      expect(Math.min(...widths)).toBeGreaterThan(500)
      // More pages than one: nothing is cut off at the end of a screen.
      const pdf = await page.pdf({ format: 'A4' })
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(5)
      await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
      await at(page, 1) // and afterwards one is where one was
    }))
})
