import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { TraceFigure } from '../../../src/figures/figure.ts'
import { figures } from '../../../src/figures/index.ts'
import { trace } from '../../../src/traces/trace.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const root = resolve(import.meta.dirname, '../../..')
const presets = figures.filter((figure): figure is TraceFigure => figure.kind === 'trace')

/** Reference numbers, to six decimals, as SPEC §1 gives them; not read from the code that is tested. */
const lastPoints: Readonly<Record<string, readonly string[]>> = {
  'gd-1d-0.2': ['0.060466'],
  'gd-1d-0.05': ['3.486784'],
  'gd-1d-1.1': ['61.917364'],
  'gd-1d-local-minimum': ['-1.528166'],
  'gd-2d': ['-0.057646', '-0.000073'],
  'gd-2d-0.4': ['-0.943467', '-0.000073'],
  'gd-2d-0.6': ['-0.387814', '-1673.365109'],
  'momentum-2d-0.5': ['0.007188', '0.002553'],
  'momentum-2d-0.25': ['-0.126340', '-0.186632'],
  'adagrad-2d-0.4': ['-2.382563', '-0.158591'],
  'adagrad-2d-2': ['-0.002295', '-0.000000'],
  'rmsprop-2d': ['-0.010599', '0.000000'],
}
/** With noise: mean and standard deviation of the last point over seeds. */
const noisyPoints: Readonly<Record<string, { mean: readonly number[]; deviation: readonly number[] }>> = {
  'sgd-2d-constant': { mean: [-0.0001, 0], deviation: [0.167, 0.125] },
  'sgd-2d-exponential': { mean: [-0.8257, -0.045], deviation: [0.075, 0.04] },
  'sgd-2d-inverse-power': { mean: [-0.0124, 0], deviation: [0.105, 0.075] },
}

const onPage = (use: Parameters<typeof inChromium>[0]): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(10_000)
      await ready(opened.page)
      await opened.page.getByRole('button', { name: 'momentum-2d-0.5' }).waitFor()
      await use(opened)
    },
    { route: '/traces' },
  )

const walkers = (page: Page) => page.locator('[data-walk]')
const objective = (page: Page) => page.getByRole('textbox', { name: 'Objective f(x)' })
const chip = (page: Page, id: string) => page.getByRole('button', { name: id, exact: true })
const slider = (page: Page) => page.getByRole('slider', { name: 'Step shown' })

/** A number as people read it: −1 673.365109, 7.3 × 10⁻⁵. */
function numberOf(text: string): number {
  const plain = text
    .replace(/[\s\u2009]/g, '')
    .replaceAll('−', '-')
    .replace('×10', 'e')
    .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (mark) => '-0123456789'['⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(mark)] ?? '')
  return Number(plain)
}
/** What the row of an optimizer says about where it is: as it is written, and exactly. */
async function point(page: Page, row = 0): Promise<{ written: number[]; exact: number[]; texts: string[] }> {
  const cells = await walkers(page)
    .nth(row)
    .locator('[data-coordinate]')
    .evaluateAll((list) =>
      list.map((cell) => ({ text: cell.textContent, exact: (cell as HTMLElement).title })),
    )
  const texts = cells.map(({ text }) => text.trim())
  return { texts, written: texts.map(numberOf), exact: cells.map(({ exact }) => Number(exact)) }
}
async function choose(page: Page, row: number, optimizer: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Optimizer' }).nth(row).click()
  await page
    .getByRole('option', { name: new RegExp(`^${optimizer}`) })
    .first()
    .click()
}
function expectClose(found: readonly number[], wanted: readonly number[] | undefined, noisy: boolean): void {
  if (noisy) expect(found).toEqual(wanted?.map((value) => expect.closeTo(value, 12) as number))
  else expect(found).toEqual(wanted)
}
const picture = (page: Page) =>
  page
    .getByRole('img', { name: /^Traces of/ })
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())

describe('the traces page', () => {
  test('every setting of the tutorial is a click away and ends where the reference says', () =>
    onPage(async ({ page }) => {
      expect([...Object.keys(lastPoints), ...Object.keys(noisyPoints)].sort()).toEqual(
        presets.map(({ id }) => id).sort(),
      )
      for (const figure of presets) {
        await chip(page, figure.id).click()
        await expect.poll(() => chip(page, figure.id).getAttribute('aria-pressed')).toBe('true')
        const { steps } = figure.trace
        await expect
          .poll(() =>
            page
              .getByRole('status')
              .filter({ hasText: `of ${steps}` })
              .count(),
          )
          .toBe(1)
        await page.getByText(figure.title.en, { exact: true }).waitFor()
        const { written, exact, texts } = await point(page)
        // What is on the page is what `descent trace` gives: digit for digit, but for the noise, whose logarithms and
        // cosines may differ in the last bit between this Chromium and this Node.
        expectClose(exact, trace(figure.trace).points.at(-1), (figure.trace.noise ?? 0) > 0)
        const decimals = lastPoints[figure.id]
        if (decimals) {
          expect(
            exact.map((value) => value.toFixed(6)),
            figure.id,
          ).toEqual(decimals)
          expect(
            written.map((value) => value.toFixed(6)),
            `${figure.id}: ${texts.join(' ')}`,
          ).toEqual(decimals)
        } else
          for (const [i, value] of exact.entries()) {
            const { mean, deviation } = noisyPoints[figure.id] ?? { mean: [], deviation: [] }
            expect(Math.abs(value - (mean[i] ?? NaN)), figure.id).toBeLessThan(4 * (deviation[i] ?? NaN))
          }
      }
    }))

  test('scrubbing and playing show the point of the step', () =>
    onPage(async ({ page }) => {
      await chip(page, 'momentum-2d-0.5').click()
      const { points } = trace((presets.find(({ id }) => id === 'momentum-2d-0.5') as TraceFigure).trace)
      const atEnd = await picture(page)
      await slider(page).fill('5')
      await page.getByText('Step 5 of 20').waitFor()
      expect((await point(page)).exact).toEqual(points[5])
      await expect.poll(() => picture(page)).not.toBe(atEnd)
      // By keyboard, and by the buttons.
      await slider(page).press('ArrowRight')
      expect((await point(page)).exact).toEqual(points[6])
      await page.getByRole('button', { name: 'A step back' }).click()
      expect((await point(page)).exact).toEqual(points[5])
      await page.getByRole('button', { name: 'To the start' }).click()
      expect((await point(page)).exact).toEqual([-5, -2])
      expect(await page.getByRole('button', { name: 'A step back' }).isDisabled()).toBe(true)

      const seen = await page.evaluate(async () => {
        const shown = new Set<string>()
        const output = document.querySelector('output')
        const watching = new MutationObserver(() => shown.add(output?.textContent ?? ''))
        if (output) watching.observe(output, { characterData: true, childList: true, subtree: true })
        const play = [...document.querySelectorAll('button')].find(
          (button) => button.getAttribute('aria-label') === 'Play',
        )
        play?.click()
        const end = Date.now() + 15_000
        while (Date.now() < end && !shown.has('Step 20 of 20'))
          await new Promise((resolve) => setTimeout(resolve, 50))
        watching.disconnect()
        return [...shown]
      })
      expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `Step ${i + 1} of 20`))
      await page.getByRole('button', { name: 'Play' }).waitFor() // it came to rest
      expect((await point(page)).exact).toEqual(points[20])
      await expect.poll(() => picture(page)).toBe(atEnd)
    }))

  test('an expression that cannot be read says where, and the last picture stays', () =>
    onPage(async ({ page }) => {
      await chip(page, 'gd-2d').click()
      const before = await point(page)
      await objective(page).fill('0.1*x1^2 + 2*y^2')
      const fault = page.getByRole('alert').filter({ hasText: 'Column' })
      await fault.waitFor()
      expect(await fault.innerText()).toMatch(/^Column 14: /)
      expect(await objective(page).getAttribute('aria-invalid')).toBe('true')
      expect((await point(page)).exact).toEqual(before.exact)
      await objective(page).fill('0.1*x1^2 + 2*x2^2')
      await fault.waitFor({ state: 'detached' })
      expect((await point(page)).exact).toEqual(
        trace({
          objective: '0.1*x1^2 + 2*x2^2',
          optimizer: 'sgd',
          set: { lr: 0.1 },
          start: [-5, -2],
          steps: 20,
        }).points.at(-1),
      )
      // A start that does not fit is said at the optimizer it stops.
      await objective(page).fill('x^2')
      await page.getByText('does not fit x^2').first().waitFor()
      await page.getByRole('textbox', { name: 'Start' }).fill('10')
      await expect
        .poll(async () => (await point(page)).exact)
        .toEqual(
          trace({ objective: 'x^2', optimizer: 'sgd', set: { lr: 0.1 }, start: [10], steps: 20 }).points.at(
            -1,
          ),
        )
    }))

  test('two optimizers walk on one landscape, each with its own settings; one flies away and says so', () =>
    onPage(async ({ page }) => {
      await chip(page, 'gd-2d-0.4').click()
      await page.getByRole('button', { name: 'Add an optimizer' }).click()
      await expect.poll(() => walkers(page).count()).toBe(2)
      await choose(page, 1, 'RMSProp')
      const rates = page.getByRole('textbox', { name: 'lr', exact: true })
      await rates.nth(1).fill('0.3')
      const on = { objective: '0.1*x1^2+2*x2^2', start: [-5, -2], steps: 20 }
      await expect
        .poll(async () => (await point(page, 1)).exact)
        .toEqual(trace({ ...on, optimizer: 'rmsprop', set: { lr: 0.3 } }).points.at(-1))
      expect((await point(page, 0)).exact).toEqual(
        trace({ ...on, optimizer: 'sgd', set: { lr: 0.4 } }).points.at(-1),
      )
      await rates.nth(0).fill('60')
      const { divergedAt } = trace({ ...on, optimizer: 'sgd', set: { lr: 60 } })
      await walkers(page).nth(0).getByText(`diverged at step ${divergedAt}`).waitFor()
      await page.getByRole('button', { name: 'Remove SGD' }).click()
      await expect.poll(() => walkers(page).count()).toBe(1)
      expect((await point(page)).exact).toEqual(
        trace({ ...on, optimizer: 'rmsprop', set: { lr: 0.3 } }).points.at(-1),
      )
      // It is still there when one comes back.
      await page.waitForTimeout(500) // drafts are written a moment after the last change
      await page.reload()
      await ready(page)
      await expect.poll(() => walkers(page).count()).toBe(1)
      expect(await walkers(page).first().innerText()).toContain('RMSProp')
    }))

  test('the copied command line gives the same last point', () =>
    onPage(async ({ page, context, home }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      for (const id of ['gd-1d-local-minimum', 'sgd-2d-exponential', 'adagrad-2d-2']) {
        await chip(page, id).click()
        await page.getByRole('button', { name: 'Copy as command line' }).click()
        await page.getByText('Copied').first().waitFor()
        const command = await page.evaluate(() => navigator.clipboard.readText())
        expect(command).toMatch(/^npm run -s descent -- trace /)
        const printed = execFileSync('sh', ['-c', `${command} --json`], {
          cwd: root,
          env: home.env,
          encoding: 'utf8',
        })
        const { points } = JSON.parse(printed) as { points: number[][] }
        expectClose((await point(page)).exact, points.at(-1), command.includes('--noise'))
      }
    }))
})
