import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { startFakeLab, SyntheticCurve, syntheticRun } from './fake-lab.ts'
import { median, spread, type Benchmark, type Figure } from './measure.ts'
import { builtPage, launch, openPage } from './page.ts'

const runCount = 1000
const pointCount = 10_000
const samples = 7
const compared = 100

/** A library of a thousand long runs: the table of all of them, and a hundred curves in Compare. */
export const runsTable: Benchmark = {
  name: 'runs-table',
  async run() {
    const read = new Set<string>()
    const runs = Array.from({ length: runCount }, (_, n) => {
      const steps = pointCount - 1
      const trainLoss = 0.05 + ((n * 7919) % runCount) / runCount
      return syntheticRun(n, {
        status: 'done',
        steps,
        totalSteps: steps,
        seconds: 100 + (n % 50),
        final: { trainLoss },
        best: { trainLoss: trainLoss * 0.9, step: steps },
        tags: n % 3 === 0 ? ['third'] : [],
      })
    })
    const numbers = new Map(runs.map(({ id }, n) => [id, n]))
    const lab = await startFakeLab(builtPage(), runs, (runId) => {
      read.add(runId)
      return new SyntheticCurve(numbers.get(runId) as number).take(pointCount)
    })
    const browser = await launch()
    try {
      const page = await openPage(browser, lab.url)
      const first: number[] = []
      for (let i = 0; i < samples; i++) {
        await page.locator('nav a[href="#/settings"]').click()
        await page.locator('.d-table').waitFor({ state: 'detached' })
        first.push(await timed(page, `document.querySelector('nav a[href="#/runs"]').click()`, firstRow))
      }
      const sorts: number[] = []
      const filters: number[] = []
      const groups: number[] = []
      for (let i = 0; i < samples; i++) {
        sorts.push(await timed(page, pressHeader('Loss'), changed))
        filters.push(await timed(page, type(i % 2 === 0 ? 'loss<0.5 -tag:third' : ''), changed))
      }
      await page.evaluate(`{ ${type('')} }`)
      for (const field of ['optimizer', 'tag', 'seed']) {
        await choose(page, field)
        groups.push(await timed(page, pressHeader('Loss'), changed))
      }
      const inTable = read.size
      await scrollThrough(page)
      await page.evaluate(`{ ${type(`seed<${compared / 10}`)} }`) // ten optimizers a seed
      await page.getByRole('checkbox', { name: 'Select all rows' }).click()
      await page.getByText(`${compared} selected`).waitFor()
      const memory = await memoryOfCompare(browser, page)
      const what = `a table of ${runCount} runs`
      const figures: Figure[] = [
        { what: `${what}, first shown`, value: median(first), unit: 'ms', bound: 300, how: spread(first) },
        { what: `${what}, sorted`, value: median(sorts), unit: 'ms', bound: 100, how: spread(sorts) },
        { what: `${what}, filtered`, value: median(filters), unit: 'ms', bound: 100, how: spread(filters) },
        {
          what: `${what}, grouped, sorted`,
          value: median(groups),
          unit: 'ms',
          bound: 100,
          how: spread(groups),
        },
        {
          what: `curves read for ${what}`,
          value: inTable,
          unit: 'curves',
          bound: 300,
          how: 'rows that were in sight, in every order shown above',
        },
        {
          what: `memory of the page with ${compared} of them in Compare`,
          value: memory.megabytes,
          unit: 'MB',
          bound: 500,
          how: `after every row was in sight: share of the page's process in physical memory; ${memory.how}`,
        },
      ]
      await page.close()
      return figures
    } finally {
      await browser.close()
      await lab.close()
    }
  },
}

/** From what is done to the frame after the one in which it shows, in milliseconds. Text: what runs in the page knows the DOM. */
const timed = (page: Page, act: string, shows: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    const text = () => [...document.querySelectorAll('.d-table tbody tr[id]')].map((row) => row.id).join()
    const before = text()
    const started = performance.now()
    { ${act} }
    const look = () => {
      if (${shows}) requestAnimationFrame(() => resolve(performance.now() - started))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })`)

const firstRow = `document.querySelector('.d-table__row')`
const changed = `text() !== before`
const pressHeader = (title: string): string =>
  `[...document.querySelectorAll('.d-table__sort')].find((head) => head.textContent.trim() === '${title}').click()`
const type = (filter: string): string =>
  `const field = document.querySelector('.filter__input'); field.value = '${filter}'; field.dispatchEvent(new Event('input'))`

async function choose(page: Page, field: string): Promise<void> {
  await page.getByRole('button', { name: 'Group', exact: true }).click()
  await page.getByRole('combobox', { name: 'Group by' }).fill(field)
  await page.getByRole('option', { name: new RegExp(`^${field}`) }).click()
  await page.keyboard.press('Escape')
  await page.locator('.d-table__group').first().waitFor()
}

/** Until every row was in sight long enough for its curve to be read. */
async function scrollThrough(page: Page): Promise<void> {
  const box = `document.querySelector('.d-table-scroll')`
  const height = await page.evaluate<number>(`${box}.scrollHeight`)
  for (let top = 0; top < height; top += 640) {
    await page.evaluate(`${box}.scrollTo(0, ${top})`)
    await page.waitForTimeout(200)
  }
}

/** The page's own process after the selected runs' curves were read and drawn. */
async function memoryOfCompare(browser: Browser, page: Page): Promise<{ megabytes: number; how: string }> {
  await page.locator('nav a[href="#/compare"]').click()
  await page.locator('.d-chart__box canvas').first().waitFor()
  await page.locator('.compare__busy').waitFor({ state: 'detached' })
  await page.waitForTimeout(2000)
  const session = await page.context().newCDPSession(page)
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const whole = await browser.newBrowserCDPSession()
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo')
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1])
    .map((kilobytes) => Number(kilobytes) / 1000)
  return {
    megabytes: Math.max(...sizes),
    how: `${(usedSize / 1e6).toFixed(0)} MB of it objects of JavaScript`,
  }
}
