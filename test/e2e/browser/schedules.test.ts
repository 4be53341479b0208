import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inChromium, placeOf } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const onPage = (use: Parameters<typeof inChromium>[0]): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(15_000)
      await ready(opened.page)
      await use(opened)
    },
    { route: '/playground/schedules' },
  )
const picture = (page: Page) =>
  page
    .getByRole('img', { name: /^Learning rate of/ })
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    .then((url) => createHash('sha1').update(url).digest('hex'))
const runsAs = (page: Page) => page.locator('[data-runs-as]')

test('a dragged knot changes the preview; sent, it fills the experiment’s form', () =>
  onPage(async ({ page }) => {
    expect(await runsAs(page).innerText()).toMatch(/^knots boundaries=0,5,15,16/)
    const before = await picture(page)
    const knot = page.getByRole('button', { name: /^Knot 2: epochs 5, rate 0\.3/ })
    const box = await knot.boundingBox()
    if (!box) throw new Error('no knot')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + 60, box.y + 150, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => picture(page)).not.toBe(before)
    const label = (await page.getByRole('button', { name: /^Knot 2:/ }).getAttribute('aria-label')) ?? ''
    const [, at, rate] = /epochs (\d+), rate ([\d.]+)/.exec(label) ?? []
    expect(Number(at)).toBeGreaterThan(5)
    expect(Number(rate)).toBeLessThan(0.25)
    // The level's other end went along.
    expect(
      await page.getByRole('button', { name: /^Knot 3: epochs 15/ }).getAttribute('aria-label'),
    ).toContain(`rate ${rate ?? '?'}`)
    // By keys, to a round place.
    const moved = page.getByRole('button', { name: /^Knot 2:/ })
    await moved.focus()
    for (let k = Number(at); k > 5; k--) await page.keyboard.press('ArrowLeft')
    await page.getByLabel('Rate at the end of piece 1').fill('0.2')
    await page.getByLabel('Rate at the end of piece 2').fill('0.2')
    await page.getByRole('button', { name: 'Remove piece 3' }).click()
    await expect.poll(() => runsAs(page).innerText()).toBe('constant base=0.2 warmup.steps=5 warmup.begin=0')

    await page.getByRole('button', { name: 'Send to the experiment' }).click()
    await page.getByRole('menuitem', { name: /^All 2/ }).click()
    await page.waitForURL(/#\/experiment/)
    const values = () =>
      page.getByRole('textbox').evaluateAll((list) => list.map((one) => (one as HTMLInputElement).value))
    await expect
      .poll(values, { timeout: 10_000 })
      .toEqual(expect.arrayContaining(['0.2', '5', '0.3', '0.01', '20']))
    await page.getByRole('button', { name: 'File', exact: true }).click()
    const file = () => page.getByRole('textbox', { name: 'The experiment as YAML' })
    const text = await file().inputValue()
    expect(text).toMatch(/id: constant[\s\S]*base: 0\.2[\s\S]*warmup\.steps: 5[\s\S]*id: cosine/)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(values, { timeout: 10_000 }).not.toContain('20')
  }))

test('saved as JSON and opened again, the page is the same', () =>
  onPage(async (opened) => {
    const { page, home } = opened
    const place = placeOf(opened)
    const file = await place.saving(() => page.getByRole('button', { name: 'Save as JSON' }).click())
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { state: { curves: unknown[] } }
    expect(saved).toMatchObject({
      descent: 'schedules',
      version: 1,
      state: { epochs: 30, stepsAnEpoch: 235 },
    })
    const before = await runsAs(page).innerText()
    await page.getByLabel('Length of piece 2').fill('3')
    await page.getByRole('button', { name: 'Remove cosine' }).click()
    await expect.poll(() => runsAs(page).innerText()).not.toBe(before)
    await page.locator('input[type=file]').setInputFiles(file)
    await expect.poll(() => runsAs(page).innerText()).toBe(before)
    await page.getByRole('button', { name: 'cosine', exact: true }).waitFor()

    const entry = join(home.folder, 'entry.json')
    writeFileSync(entry, JSON.stringify({ id: 'knots', set: { boundaries: [0, 10], values: [0.5, 0] } }))
    await page.locator('input[type=file]').setInputFiles(entry)
    await expect.poll(() => runsAs(page).innerText()).toBe('knots boundaries=0,10 values=0.5,0')
    await page.getByRole('button', { name: 'Edit as a chain' }).click()
    await page.getByRole('button', { name: /^Knot 2: epochs 10, rate 0/ }).waitFor()
    await page.getByRole('button', { name: 'steps', exact: true }).first().click()
    await page.getByRole('img', { name: /against steps/ }).waitFor()
    const broken = join(home.folder, 'broken.json')
    writeFileSync(broken, '{"id":"cosine","set":{"maxUpdate":0}}')
    await page.locator('input[type=file]').setInputFiles(broken)
    await page.getByText(/maxUpdate is 0/).waitFor()
  }))
