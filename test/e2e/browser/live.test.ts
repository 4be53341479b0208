import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import { commandOf, descendants, type TestHome } from '../support/home.ts'
import { ready } from '../support/shell.ts'

const sample = readFileSync('resources/experiments/airfoil-optimizers.yaml', 'utf8')
/** Runs of some seconds. */
const long = (epochs: number, seeds = 1): string => `
title: Long
workloads: airfoil
epochs: ${epochs}
batch: 10
seeds: ${seeds}
optimizers:
  - { id: sgd, set: { lr: 0.05 } }
  - { id: momentum, set: { lr: 0.005, momentum: 0.9 } }
  - { id: nesterov, set: { lr: 0.005, momentum: 0.9 } }
  - { id: adagrad, set: { lr: 0.1, eps: 1.0e-6 } }
  - { id: adam, set: { lr: 0.01, eps: 1.0e-6 } }
`

const submit = (home: TestHome, text: string): Promise<{ runIds: string[] }> =>
  home.withLab((lab) => lab.call('experiments.submit', { text, name: 'test.yaml', detached: true }))
const rows = (page: Page): Locator => page.locator('[data-row]')
const row = (page: Page, key: string): Locator => page.locator(`[data-row="${key}"]`)
const valueOf = async (page: Page, key: string): Promise<number> =>
  Number(await row(page, key).locator('data').getAttribute('value'))
async function toLive(page: Page): Promise<void> {
  await page.locator('nav a[href="#/live"]').click()
  await page.locator('.chart__box').waitFor()
}
async function order(page: Page, name: 'Queue' | 'Series'): Promise<void> {
  await page.getByText(name, { exact: true }).click()
}
/** How many pixels of the curves' layer are painted. */
const painted = (page: Page): Promise<number> =>
  page
    .locator('.chart__layer')
    .nth(1)
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      )
      let count = 0
      for (let i = 3; i < data.length; i += 4) if ((data[i] as number) > 0) count++
      return count
    })

describe('an experiment that is over in a blink', () => {
  test('is replayed by itself, in words, and ends with the numbers of the lab', () =>
    inChromium(async ({ page, home }) => {
      await ready(page)
      await page.locator('nav a[href="#/experiment"]').click()
      // Over in a blink on a busy machine too.
      await page.getByRole('textbox', { name: 'Seeds' }).fill('1')
      const sum = page.getByRole('region', { name: 'What would be run' })
      await until(async () => (await sum.innerText()).replace(/\s+/g, ' ').includes('= 9 runs'))
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByText(/faster than one can look/).waitFor()
      const early = await painted(page)
      await page.getByRole('button', { name: 'Pause the replay' }).click()
      await page.getByRole('button', { name: 'Show all' }).click()
      await until(async () => (await painted(page)) > early)

      await order(page, 'Queue')
      const { runs } = await home.withLab((lab) => lab.call('runs.list', {}))
      const first = await rows(page).first().getAttribute('data-row')
      expect(runs.map(({ id }) => id)).toContain(first)
      for (const locator of (await rows(page).all()).slice(0, 10)) {
        const id = (await locator.getAttribute('data-row')) ?? ''
        expect(await valueOf(page, id)).toBe(runs.find((run) => run.id === id)?.final.trainLoss)
      }
    }))

  test('is not replayed where motion is unwelcome, but can be: to the point one asks for', () =>
    inChromium(
      async ({ page, home }) => {
        await ready(page)
        await toLivePageOf(page, home, sample)
        expect(await page.getByText(/faster than one can look/).count()).toBe(0)
        await order(page, 'Queue')
        await page.getByRole('combobox', { name: 'The replay follows' }).click()
        await page.getByRole('option', { name: 'steps' }).click()
        await page.getByRole('slider', { name: 'Moment of the training' }).fill('500')
        await page.getByText('step 150 of 300').waitFor()
        const id = (await rows(page).first().getAttribute('data-row')) ?? ''
        const { metrics } = await home.withLab((lab) => lab.call('runs.show', { runId: id }))
        const index = metrics.step.findLastIndex((step) => step <= 150)
        await until(async () => (await valueOf(page, id)) === metrics.trainLoss[index])
        await page
          .getByRole('button', { name: 'Replay', exact: false })
          .or(page.getByText('Go on'))
          .first()
          .waitFor()
      },
      { reducedMotion: 'reduce' },
    ))
})

describe('the cursor', () => {
  test('gives every run’s value at one place, by mouse and by keyboard', () =>
    inChromium(
      async ({ page, home }) => {
        await ready(page)
        await toLivePageOf(page, home, sample)
        await order(page, 'Queue')
        const box = await page.locator('.chart__box').boundingBox()
        if (!box) throw new Error('There is no chart.')
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
        const head = page.locator('.legend__value-head')
        await until(async () => /at step \d+/.test((await head.textContent()) ?? ''))
        const step = Number(/at step (\d+)/.exec((await head.textContent()) ?? '')?.[1])
        for (const locator of (await rows(page).all()).slice(0, 5)) {
          const id = (await locator.getAttribute('data-row')) ?? ''
          const { metrics } = await home.withLab((lab) => lab.call('runs.show', { runId: id }))
          expect(await valueOf(page, id)).toBe(metrics.trainLoss[metrics.step.indexOf(step)])
        }
        await page.mouse.move(5, 5)
        await page.locator('.chart__box').focus()
        await page.keyboard.press('ArrowRight')
        await until(async () => /at step \d+/.test((await head.textContent()) ?? ''))
        await page.keyboard.press('Escape')
        await until(async () => ((await head.textContent()) ?? '').includes('latest'))
      },
      { reducedMotion: 'reduce' },
    ))
})

describe('the legend', () => {
  test('hides, shows alone, and shows again', () =>
    inChromium(
      async ({ page, home }) => {
        await ready(page)
        await toLivePageOf(page, home, sample)
        const pressed = (): Promise<(string | null)[]> =>
          page
            .locator('.row__main')
            .evaluateAll((all) => all.map((element) => element.getAttribute('aria-pressed')))
        const count = await rows(page).count()
        expect(count).toBe(9)
        const all = await painted(page)
        await page.locator('.row__main').nth(1).click()
        expect((await pressed()).filter((state) => state === 'false')).toHaveLength(1)
        await page
          .locator('.row__main')
          .nth(2)
          .click({ modifiers: ['Shift'] })
        expect((await pressed()).filter((state) => state === 'true')).toHaveLength(1)
        await until(async () => (await painted(page)) < all * 0.7)
        await page
          .locator('.row__main')
          .nth(2)
          .click({ modifiers: ['Shift'] })
        expect((await pressed()).every((state) => state === 'true')).toBe(true)
      },
      { reducedMotion: 'reduce' },
    ))
})

describe('while runs train', () => {
  test('curves grow; pause, resume, order and cancel do what they say', () =>
    inChromium(async ({ page, home }) => {
      await ready(page)
      const { runIds } = await submit(home, long(20_000))
      const [a = '', , , d = '', e = ''] = runIds
      await toLive(page)
      await order(page, 'Queue')
      const statusOf = async (id: string) =>
        (await home.withLab((lab) => lab.call('runs.show', { runId: id }))).run.status
      await until(async () => (await valueOf(page, a)) > 0)
      const before = await painted(page)
      await until(async () => (await painted(page)) > before)

      await row(page, e).locator('.row__main').focus()
      await page.keyboard.press('Alt+ArrowUp')
      await page.getByText(/Moved 1 run/).waitFor()
      await until(async () => {
        const keys = await rows(page).evaluateAll((all) =>
          all.map((element) => element.getAttribute('data-row')),
        )
        return keys.indexOf(e) < keys.indexOf(d)
      })

      await act(page, a, 'Pause')
      await until(async () => (await statusOf(a)) === 'paused')
      await row(page, a)
        .getByRole('img', { name: /^Paused at step/ })
        .waitFor()
      await act(page, a, 'Resume')
      await until(async () => (await statusOf(a)) !== 'paused')

      await page.getByRole('button', { name: 'More for all runs' }).click()
      await page.getByRole('menuitem', { name: 'Cancel all' }).click()
      await until(async () =>
        (await Promise.all(runIds.map(statusOf))).every((status) => status === 'cancelled'),
      )
    }))

  test('an engine and a lab that die are told in place, and the curves stay', () =>
    inChromium(async ({ page, home, problems }) => {
      await ready(page)
      const { runIds } = await submit(home, long(30_000))
      const [a = ''] = runIds
      await toLive(page)
      await order(page, 'Queue')
      await until(async () => (await valueOf(page, a)) > 0)
      const engine = descendants(home.labPid() ?? 0).find((pid) => commandOf(pid).includes('engine'))
      process.kill(engine ?? 0, 'SIGKILL')
      await page
        .getByRole('img', { name: /^The engine died near step/ })
        .first()
        .waitFor()

      const drawn = await painted(page)
      problems.allow(/WebSocket/)
      const told = page.getByText(/The lab is lost\. The curves stay/).waitFor()
      process.kill(home.labPid() ?? 0, 'SIGKILL')
      await told
      expect(await painted(page)).toBeGreaterThan(drawn / 2)
      await ready(page)
      await until(async () => (await page.getByText(/The lab is lost\. The curves stay/).count()) === 0)
      await home.withLab((lab) => lab.call('runs.cancel', { runIds })).catch(() => undefined) // some may be over
    }))
})

/** Presses what a row offers where it is pointed at; a row that moved away under the pointer is pointed at again. */
async function act(page: Page, id: string, name: string): Promise<void> {
  await until(async () => {
    try {
      await row(page, id).hover({ timeout: 2000 })
      await row(page, id).getByRole('button', { name }).click({ timeout: 1000 })
      return true
    } catch {
      return false
    }
  })
}

/** The page Live with runs of this experiment that are all over. */
async function toLivePageOf(page: Page, home: TestHome, text: string): Promise<void> {
  const { runIds } = await submit(home, text)
  await until(async () => {
    const { runs } = await home.withLab((lab) => lab.call('runs.list', {}))
    return runs.filter(({ id, status }) => runIds.includes(id) && status === 'done').length === runIds.length
  })
  await toLive(page)
  await page.getByText('45 finished').first().waitFor()
  await until(async () => (await painted(page)) > 1000)
}
