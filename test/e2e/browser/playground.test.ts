import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { TraceFigure } from '../../../src/figures/figure.ts'
import { figures } from '../../../src/figures/index.ts'
import { readPlaygroundFile } from '../../../src/playground/file.ts'
import { linkOf, readLink } from '../../../src/playground/link.ts'
import {
  playgroundState,
  stateOfFigure,
  traceSettingsOf,
  type PlaygroundState,
} from '../../../src/playground/state.ts'
import { trace } from '../../../src/traces/trace.ts'
import { inChromium, placeOf, type InChromium } from '../support/chromium.ts'
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

const figure = (id: string): TraceFigure => presets.find((one) => one.id === id) as TraceFigure
const race = playgroundState.parse({
  objective: 'rosenbrock',
  view: null,
  start: [-1.2, 1],
  steps: 50,
  walkers: [
    { optimizer: 'sgd', set: { lr: 0.001 } },
    { optimizer: 'adam', set: { lr: 0.1 } },
  ],
})

/** The playground with the table of points open. */
const onPage = (use: (opened: InChromium) => Promise<void>, state?: PlaygroundState): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(10_000)
      await ready(opened.page)
      await tab(opened.page, 'Table')
      await walkers(opened.page).first().waitFor()
      await use(opened)
    },
    { route: state ? linkOf(state).slice(1) : '/playground' },
  )

const tab = (page: Page, name: string) =>
  page
    .getByRole('radio', { name })
    .or(page.getByRole('button', { name, exact: true }))
    .first()
    .click()
const walkers = (page: Page) => page.locator('[data-walk]')
const objective = (page: Page) => page.getByRole('textbox', { name: 'Objective f(x)' })
const scrubber = (page: Page) => page.getByRole('slider', { name: 'Step shown' })
const handle = (page: Page) => page.locator('[data-start]')

async function preset(page: Page, { title }: TraceFigure): Promise<void> {
  await page.getByRole('combobox', { name: 'Settings of the tutorial' }).click()
  await page.getByRole('option', { name: title.en, exact: true }).click()
}
async function share(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}
/** Where an optimizer is: exactly, and as it is written. */
async function point(page: Page, row = 0): Promise<{ written: number[]; exact: number[] }> {
  const cells = await walkers(page)
    .nth(row)
    .locator('[data-coordinate]')
    .evaluateAll((list) =>
      list.map((cell) => ({ text: cell.textContent, exact: (cell as HTMLElement).title })),
    )
  return { written: cells.map(({ text }) => numberOf(text)), exact: cells.map(({ exact }) => Number(exact)) }
}
/** A number as people read it: −1 673.365109, 7.3 × 10⁻⁵. */
function numberOf(text: string): number {
  const plain = text
    .replace(/[\s\u2009]/g, '')
    .replaceAll('−', '-')
    .replace('×10', 'e')
    .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (mark) => '-0123456789'['⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(mark)] ?? '')
  return Number(plain)
}
const lastOf = (state: PlaygroundState, i = 0): number[] | undefined =>
  trace(traceSettingsOf(state, state.walkers[i] as PlaygroundState['walkers'][number])).points.at(-1)
/** What the trails' canvas shows. */
const picture = (page: Page) =>
  page.locator('[data-trails]').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
/** What the address says, once it has followed. */
async function addressed(page: Page, is: (state: PlaygroundState) => boolean): Promise<PlaygroundState> {
  await expect
    .poll(() => {
      try {
        return is(readLink(page.url()))
      } catch {
        return false
      }
    })
    .toBe(true)
  return readLink(page.url())
}
async function drag(
  page: Page,
  selector: ReturnType<Page['locator']>,
  dx: number,
  dy: number,
): Promise<void> {
  const box = await selector.boundingBox()
  if (!box) throw new Error('it is not there to be dragged')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let i = 1; i <= 5; i++) await page.mouse.move(x + (dx * i) / 5, y + (dy * i) / 5)
  await page.mouse.up()
}

describe('the playground', () => {
  test('every setting of the tutorial is a choice away and ends where the reference says', () =>
    onPage(async ({ page }) => {
      expect([...Object.keys(lastPoints), ...Object.keys(noisyPoints)].sort()).toEqual(
        presets.map(({ id }) => id).sort(),
      )
      for (const one of presets) {
        await preset(page, one)
        await expect
          .poll(() => page.getByRole('combobox', { name: 'Settings of the tutorial' }).innerText())
          .toContain(one.title.en)
        await page.getByText(`of ${one.trace.steps}`).first().waitFor()
        await expect
          .poll(async () => {
            const { exact } = await point(page)
            const wanted = trace(one.trace).points.at(-1) ?? []
            return exact.length === wanted.length
              ? Math.max(...exact.map((x, i) => Math.abs(x - (wanted[i] as number))))
              : NaN
          })
          .toBeLessThan(1e-12)
        const { exact, written } = await point(page)
        const decimals = lastPoints[one.id]
        if (decimals) {
          expect(
            exact.map((x) => x.toFixed(6)),
            one.id,
          ).toEqual(decimals)
          expect(
            written.map((x) => x.toFixed(6)),
            one.id,
          ).toEqual(decimals)
        } else
          for (const [i, x] of exact.entries()) {
            const { mean, deviation } = noisyPoints[one.id] ?? { mean: [], deviation: [] }
            expect(Math.abs(x - (mean[i] ?? NaN)), one.id).toBeLessThan(4 * (deviation[i] ?? NaN))
          }
      }
    }))

  test('the start is dragged, and moved by keys: the traces follow', () =>
    onPage(async ({ page }) => {
      const before = {
        picture: await picture(page),
        points: [(await point(page, 0)).exact, (await point(page, 1)).exact],
      }
      await drag(page, handle(page), 80, -40)
      const moved = await addressed(page, ({ start }) => start[0] !== -1.2)
      expect(moved.start[0]).toBeGreaterThan(-1.2)
      expect(moved.start[1]).toBeGreaterThan(1)
      for (const i of [0, 1]) {
        const { exact } = await point(page, i)
        expect(exact).not.toEqual(before.points[i])
        expect(exact).toEqual(lastOf(moved, i)?.map((x) => expect.closeTo(x, 12) as number))
      }
      expect(await picture(page)).not.toBe(before.picture)
      await handle(page).press('ArrowLeft')
      await handle(page).press('Shift+ArrowDown')
      const nudged = await addressed(page, ({ start }) => start[1] !== moved.start[1])
      expect(nudged.start[0]).toBeCloseTo((moved.start[0] as number) - 0.04, 9)
      expect(nudged.start[1]).toBeCloseTo((moved.start[1] as number) - 0.4, 9)
    }, race))

  test('a slider is dragged: its optimizer’s trace follows, the others stay', () =>
    onPage(async ({ page }) => {
      const before = {
        picture: await picture(page),
        points: [(await point(page, 0)).exact, (await point(page, 1)).exact],
      }
      const slider = page.locator('[data-walker]').nth(1).getByRole('slider').first()
      await drag(page, slider, 40, 0)
      const changed = await addressed(page, ({ walkers: [, adam] }) => adam?.set['lr'] !== 0.1)
      expect((await point(page, 0)).exact).toEqual(before.points[0])
      expect((await point(page, 1)).exact).not.toEqual(before.points[1])
      expect((await point(page, 1)).exact).toEqual(
        lastOf(changed, 1)?.map((x) => expect.closeTo(x, 12) as number),
      )
      expect(await picture(page)).not.toBe(before.picture)
      // Keys move it as well, and a number can be typed.
      await slider.focus()
      await slider.press('ArrowRight')
      await page.locator('[data-walker]').nth(1).getByRole('textbox', { name: 'lr' }).fill('0.25')
      const typed = await addressed(page, ({ walkers: [, adam] }) => adam?.set['lr'] === 0.25)
      expect((await point(page, 1)).exact).toEqual(
        lastOf(typed, 1)?.map((x) => expect.closeTo(x, 12) as number),
      )
    }, race))

  test('scrubbing, stepping and playing show the point of the step', () =>
    onPage(
      async ({ page }) => {
        const { points } = trace(figure('momentum-2d-0.5').trace)
        const atEnd = await picture(page)
        await scrubber(page).fill('5')
        await page.getByText('Step 5 of 20').waitFor()
        expect((await point(page)).exact).toEqual(points[5])
        await expect.poll(() => picture(page)).not.toBe(atEnd)
        await scrubber(page).press('ArrowRight')
        expect((await point(page)).exact).toEqual(points[6])
        await page.getByRole('button', { name: 'A step back' }).click()
        expect((await point(page)).exact).toEqual(points[5])
        await page.getByRole('button', { name: 'To the start' }).click()
        expect((await point(page)).exact).toEqual([-5, -2])
        expect(await page.getByRole('button', { name: 'A step back' }).isDisabled()).toBe(true)
        await page.getByRole('button', { name: 'Play' }).click()
        await page.getByRole('button', { name: 'Pause' }).click()
        const { exact } = await point(page)
        const at = points.findIndex(([x]) => x === exact[0])
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThan(20)
        await page.getByRole('button', { name: 'Play' }).click()
        await page.getByText('Step 20 of 20').waitFor()
        await page.getByRole('button', { name: 'Play' }).waitFor() // it came to rest
        expect((await point(page)).exact).toEqual(points[20])
        await expect.poll(() => picture(page)).toBe(atEnd)
      },
      stateOfFigure(figure('momentum-2d-0.5')),
    ))

  test('an expression that cannot be read is marked where it is wrong, and the last picture stays', () =>
    onPage(
      async ({ page }) => {
        const before = await point(page)
        await objective(page).fill('0.1*x1^2 + 2*y^2')
        const fault = page.getByRole('alert').filter({ hasText: 'Column' })
        await fault.waitFor()
        expect(await fault.innerText()).toMatch(/^Column 14: /)
        expect(await objective(page).getAttribute('aria-invalid')).toBe('true')
        expect(await page.locator('mark').innerText()).toBe('y')
        expect((await point(page)).exact).toEqual(before.exact)
        await objective(page).fill('0.3*x1^2 + 2*x2^2')
        await fault.waitFor({ state: 'detached' })
        const typed = await addressed(page, (state) => state.objective === '0.3*x1^2 + 2*x2^2')
        expect((await point(page)).exact).toEqual(lastOf(typed))
        // In one dimension the start has one number.
        await objective(page).fill('x^2')
        const line = await addressed(page, ({ start }) => start.length === 1)
        await expect.poll(async () => (await point(page)).exact).toEqual(lastOf(line))
        await page.getByRole('textbox', { name: 'Start' }).fill('1, 2')
        await page.getByText('One number, like 10.').waitFor()
      },
      stateOfFigure(figure('gd-2d')),
    ))

  test('one that flies away says when; another is added and removed', () =>
    onPage(async ({ page }) => {
      await page.locator('[data-walker]').nth(0).getByRole('textbox', { name: 'lr' }).fill('60')
      const wild = await addressed(page, ({ walkers: [sgd] }) => sgd?.set['lr'] === 60)
      const { divergedAt } = trace(
        traceSettingsOf(wild, wild.walkers[0] as PlaygroundState['walkers'][number]),
      )
      await walkers(page).nth(0).getByText(`diverged at step ${divergedAt}`).waitFor()
      await page.getByRole('button', { name: 'Add an optimizer' }).click()
      await expect.poll(() => walkers(page).count()).toBe(3)
      await page.getByRole('button', { name: 'Remove SGD' }).click()
      await expect.poll(() => walkers(page).count()).toBe(2)
      expect(await walkers(page).first().innerText()).toContain('Adam')
    }, race))

  test('a step is taken apart with its numbers', () =>
    onPage(
      async ({ page }) => {
        await tab(page, 'Step anatomy')
        await scrubber(page).fill('2')
        const table = page.locator('[data-anatomy]')
        await page.getByText('Step 2, with its numbers in place').first().waitFor()
        const { points } = trace(figure('momentum-2d-0.5').trace)
        await expect
          .poll(() =>
            table
              .locator('tr.anatomy__row--strong td')
              .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).title))),
          )
          .toEqual(points[2])
        expect(await table.locator('math').count()).toBeGreaterThan(10)
      },
      stateOfFigure(figure('momentum-2d-0.5')),
    ))

  test('a link and a file bring back exactly the state', () =>
    onPage(async ({ page, context, served, ...opened }) => {
      const full = playgroundState.parse({
        ...race,
        objective: 'narrow-valley',
        condition: 100,
        rotation: 30,
        start: [-4, -1],
        noise: 0.2,
        sparse: 0.5,
        seed: 9,
        levels: 'log',
        shows: '3d',
        turn: { azimuth: 200, elevation: 40 },
        cursor: 37,
      })
      const other = await context.newPage()
      await other.goto(served.url)
      await ready(other)
      await other.goto(`http://127.0.0.1:${served.port}/${linkOf(full)}`)
      await other.getByText('Step 37 of 50').waitFor()
      await other.waitForTimeout(800) // the address would have been rewritten by now
      expect(readLink(other.url())).toEqual(full)
      const place = placeOf({ ...opened, page: other, context, served })
      const file = await place.saving(() => share(other, 'Save as a file'))
      expect(readPlaygroundFile(readFileSync(file, 'utf8'))).toEqual(full)
      await preset(other, figure('gd-2d'))
      await other.getByText('of 20').first().waitFor()
      await other.locator('input[type=file]').setInputFiles(file)
      await other.getByText('Step 37 of 50').waitFor()
      // The scale grew together with the value: the thumb must not stand at the old scale's end.
      expect(await scrubber(other).inputValue()).toBe('37')
      expect(await addressed(other, ({ steps }) => steps === 50)).toEqual(full)
      await other.close()
    }))

  test('the copied command lines give the same points', () =>
    onPage(async ({ page, context, home }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const disturbed = playgroundState.parse({
        ...race,
        objective: 'narrow-valley',
        condition: 50,
        rotation: -20,
        start: [-3, 1],
        noise: 0.3,
        sparse: 0.6,
        seed: 4,
      })
      for (const state of [stateOfFigure(figure('sgd-2d-exponential')), disturbed]) {
        await page.evaluate((hash) => void (location.hash = hash), linkOf(state))
        await expect.poll(() => walkers(page).count()).toBe(state.walkers.length)
        await addressed(page, ({ seed }) => seed === state.seed)
        await share(page, 'Copy as command line')
        await page.getByText('Copied').first().waitFor()
        const commands = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
        expect(commands).toHaveLength(state.walkers.length)
        for (const [i, command] of commands.entries()) {
          expect(command).toMatch(/^npm run -s descent -- trace /)
          const printed = execFileSync('sh', ['-c', `${command} --json`], {
            cwd: root,
            env: home.env,
            encoding: 'utf8',
          })
          const { points } = JSON.parse(printed) as { points: number[][] }
          const { exact } = await point(page, i)
          expect(exact).toEqual(points.at(-1)?.map((x) => expect.closeTo(x, 12) as number))
        }
      }
    }))

  test('the figure and its points are saved for a document', () =>
    onPage(async (opened) => {
      const { page } = opened
      const place = placeOf(opened)
      const svg = readFileSync(await place.saving(() => share(page, 'SVG')), 'utf8')
      expect(svg).toContain('SGD lr 0.001')
      expect(svg).toContain('Adam lr 0.1')
      const png = readFileSync(await place.saving(() => share(page, 'PNG')))
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      const rows = readFileSync(await place.saving(() => share(page, 'CSV')), 'utf8')
        .trim()
        .split('\r\n')
      expect(rows[0]).toBe('optimizer,step,x1,x2,value,lr')
      expect(rows).toHaveLength(1 + 2 * 51)
      const last = lastOf(race, 1) ?? []
      expect(rows.at(-1)).toContain(`Adam lr 0.1,50,${last.join(',')}`)
    }, race))

  test('the picture is zoomed, moved, turned and made whole again', () =>
    onPage(async ({ page }) => {
      const land = page.getByRole('application')
      await land.focus()
      await land.press('+')
      const near = await addressed(page, ({ view }) => view !== null)
      expect(near.view).toEqual({ x1: [-1.6, 1.6], x2: [-0.6, 2.6] })
      await land.press('ArrowRight')
      const moved = await addressed(page, ({ view }) => JSON.stringify(view) !== JSON.stringify(near.view))
      expect(moved.view).toEqual({ x1: [-1.44, 1.76], x2: [-0.6, 2.6] })
      await page.getByRole('button', { name: 'Whole view' }).click()
      await addressed(page, ({ view }) => view === null)
      const plane = await page
        .locator('[data-ground]')
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
      await tab(page, 'Surface')
      await addressed(page, ({ shows }) => shows === '3d')
      await land.focus()
      await land.press('ArrowLeft')
      await addressed(page, ({ turn }) => turn.azimuth === 25)
      const surface = await page
        .locator('[data-ground]')
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
      expect(surface).not.toBe(plane)
    }, race))

  test('what was on the page is there after a reload, and the old address leads here', () =>
    inChromium(
      async ({ page }) => {
        await ready(page)
        await page.waitForURL(/#\/playground/)
        await preset(page, figure('gd-2d-0.6'))
        await addressed(page, ({ walkers: [sgd] }) => sgd?.set['lr'] === 0.6)
        await page.waitForTimeout(500) // drafts are written a moment after the last change
        await page.goto(page.url().replace(/#.*/, '#/settings'))
        await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
        await page.getByRole('link', { name: 'Playground' }).click()
        const back = await addressed(page, ({ walkers: [sgd] }) => sgd?.set['lr'] === 0.6)
        expect(back).toEqual(stateOfFigure(figure('gd-2d-0.6')))
      },
      { route: '/traces' },
    ))
})
