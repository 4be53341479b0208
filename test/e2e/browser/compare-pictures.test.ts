import { expect, test } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const experiment = `
title: Schedules and batches
workloads: airfoil
epochs: 2
batch: [10, 100]
seeds: 2
optimizers:
  - { id: sgd, set: { lr: 0.05 } }
  - { id: adam, set: { lr: 0.01 } }
schedules:
  - { id: constant }
  - { id: cosine, set: { maxUpdate: 2 } }
`

/** The compare page at a part, with the experiment above, which ran before the page was opened. */
const atPart = (
  part: string,
  use: (opened: { page: Page; address: string }) => Promise<void>,
): Promise<void> =>
  inChromium(async ({ page, home, served }) => {
    page.setDefaultTimeout(10_000)
    await ready(page)
    await home.withLab(async (lab) => {
      const { runIds } = await lab.call('experiments.submit', {
        text: experiment,
        name: 'test.yaml',
        detached: true,
      })
      await until(async () => {
        const { runs } = await lab.call('runs.list', {})
        return runs.length === runIds.length && runs.every(({ status }) => status === 'done')
      })
    })
    const address = `http://127.0.0.1:${served.port}/#/compare`
    // A page that never saw the runs train, and has to read their curves.
    await page.goto(`${address}?part=${part}`)
    await page.reload()
    await use({ page, address })
  })

async function boxOf(place: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await place.boundingBox()) ?? expect.fail('it has no place on the page')
}
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name })

test('an address leads to a part, which is made when somebody looks; what lies far below is not', () =>
  atPart('panels', async ({ page }) => {
    await heading(page, /panel by panel/).waitFor()
    const top = (await boxOf(page.locator('.part-nav'))).y
    await expect.poll(async () => (await boxOf(heading(page, /panel by panel/))).y - top).toBeLessThan(80)
    expect(await page.locator('.part-nav__link[aria-current]').innerText()).toBe('Panels')
    expect(await heading(page, 'Performance profile').count()).toBe(0)
    // The window around the page stays where it is.
    expect((await boxOf(page.getByRole('navigation').first())).y).toBe(0)
    await page.getByRole('button', { name: 'Measures', exact: true }).click()
    await heading(page, 'Rank over targets').waitFor()
    await expect.poll(() => page.url()).toContain('part=measures')
  }))

test('one cursor goes through all panels and the large figure', () =>
  atPart('panels', async ({ page }) => {
    await heading(page, /panel by panel/).waitFor()
    const panels = page.locator('.panels__box')
    const { x, y } = await boxOf(panels)
    await expect
      .poll(async () => {
        await page.mouse.move(x + 120 + Math.random(), y + 120)
        return panels.locator('line').count()
      })
      .toBe(4)
    // The large figure's legend reads there too.
    expect(await page.locator('.legend__at').innerText()).toMatch(/^at epoch /)
    await page.mouse.move(x + 120, y - 200)
    await expect.poll(() => panels.locator('line').count()).toBe(0)
  }))

test('τ is dragged, and moved by keys; every curve is read there', () =>
  atPart('profile', async ({ page }) => {
    const readings = page.getByRole('region', { name: 'Readings at τ' })
    const handle = page.locator('.profile .d-handle')
    await handle.waitFor()
    await handle.focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => readings.locator('th').nth(1).innerText()).toBe('ρ(1.55)')
    await page.keyboard.press('Shift+ArrowLeft')
    await expect.poll(() => readings.locator('th').nth(1).innerText()).toBe('ρ(1.30)')
    // What was made on the way may still move it.
    await page.waitForTimeout(400)
    const from = await boxOf(handle)
    const plot = await boxOf(page.locator('.profile__box'))
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(plot.x + plot.width - 2, from.y + 40, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => readings.locator('th').nth(1).innerText()).toBe('ρ(4.00)')
    // As far as it goes the score so far is the score.
    for (const row of await readings.locator('tbody tr').all()) {
      const [, , soFar, score] = await row.locator('td').allInnerTexts()
      expect(soFar).toBe(score)
    }
  }))

test('a brush on an axis keeps the lines that pass there, which become the selection', () =>
  atPart('settings', async ({ page }) => {
    const figure = page.getByRole('region', { name: 'From settings to results' })
    await figure.scrollIntoViewIfNeeded()
    const select = figure.getByRole('button', { name: /^Select / })
    await expect.poll(() => select.innerText()).toBe('Select these 8 runs')
    expect(await select.isDisabled()).toBe(true)
    await page.waitForTimeout(300)
    // The axes' last is the result; of optimizers, the upper half is one of the two.
    const upper = figure.getByRole('slider', { name: 'Lower end of the brush on Optimizer' })
    await upper.focus()
    for (let k = 0; k < 6; k++) await page.keyboard.press('Shift+ArrowUp')
    await expect.poll(() => select.innerText()).toBe('Select these 4 runs')
    await page.keyboard.press('Escape')
    await expect.poll(() => select.isDisabled()).toBe(true)
    const axis = await boxOf(figure.locator('.parallel__axis').last())
    await page.mouse.move(axis.x + axis.width / 2, axis.y + axis.height * 0.5)
    await page.mouse.down()
    await page.mouse.move(axis.x + axis.width / 2, axis.y + axis.height - 2, { steps: 6 })
    await page.mouse.up()
    await expect.poll(() => select.innerText()).toMatch(/^Select (this run|these [1-7] runs)$/)
    const count = Number(/\d/.exec(await select.innerText())?.[0] ?? 1)
    await select.click()
    await expect
      .poll(() => page.locator('.compare__source').innerText())
      .toContain(`Selected runs (${count})`)
  }))

test('cells of the heat map are reached by arrow keys and say what they hold', () =>
  atPart('settings', async ({ page }) => {
    const figure = page.getByRole('region', { name: 'Optimizer by Schedule' })
    const cell = (name: RegExp) => figure.getByRole('button', { name })
    await cell(/^SGD × constant: 0\.2\d+, n = 2, 0 diverged/).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => figure.locator('.heat__words').innerText()).toMatch(/^SGD × cosine: 0\.2/)
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => figure.locator('.heat__words').innerText()).toMatch(/^Adam × cosine: 0\.2/)
    await page.keyboard.press('ArrowDown')
    expect(await figure.locator('.heat__words').innerText()).toMatch(/^Adam × cosine: 0\.2/)
  }))
