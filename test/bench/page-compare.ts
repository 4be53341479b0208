import type { Page } from 'playwright-core'
import { startFakeLab, SyntheticCurve, syntheticRun, type Points } from './fake-lab.ts'
import { median, spread, type Benchmark } from './measure.ts'
import { builtPage, launch, openPage } from './page.ts'

const runCount = 200
const pointCount = 10_000
const samples = 5

/** Many long runs, selected, in Compare: from the click to their curves on the screen. */
export const pageCompare: Benchmark = {
  name: 'page-compare',
  async run() {
    const curves = new Map<string, Points>()
    const runs = Array.from({ length: runCount }, (_, n) => {
      const points = new SyntheticCurve(n).take(pointCount)
      const trainLoss = points.trainLoss.at(-1) ?? null
      const steps = points.step.at(-1) ?? 0
      const run = syntheticRun(n, {
        status: 'done',
        steps,
        totalSteps: steps,
        seconds: 100,
        final: { trainLoss },
      })
      curves.set(run.id, points)
      return run
    })
    const lab = await startFakeLab(builtPage(), runs, (runId) => curves.get(runId) as Points)
    const browser = await launch()
    try {
      const first: number[] = []
      const again: number[] = []
      for (let i = 0; i < samples; i++) {
        const page = await openPage(browser, lab.url)
        await page.evaluate(
          (ids) => {
            sessionStorage.setItem('descent.selection', JSON.stringify(ids))
          },
          [...curves.keys()],
        )
        await page.reload()
        await page
          .getByText(/Lab ready|Training/)
          .first()
          .waitFor()
        await leave(page)
        first.push(await secondsToCurves(page))
        await leave(page)
        again.push(await secondsToCurves(page))
        await page.close()
      }
      const what = `${runCount} runs of ${pointCount} points in Compare`
      return [
        {
          what: `${what}, read and drawn`,
          value: median(first),
          unit: 's',
          bound: 1,
          how: `64 MB of points; ${spread(first)}`,
        },
        { what: `${what}, drawn again`, value: median(again), unit: 's', bound: 1, how: spread(again) },
      ]
    } finally {
      await browser.close()
      await lab.close()
    }
  },
}

/** To a page without a chart. */
async function leave(page: Page): Promise<void> {
  await page.locator('nav a[href="#/settings"]').click()
  await page.locator('.d-chart').first().waitFor({ state: 'detached' })
}

/**
 * From the click on Compare to the first frame after which every curve has been read and the chart shows colours, as
 * curves have and axes do not.
 */
const secondsToCurves = (page: Page): Promise<number> => page.evaluate<number>(inPage)

/** Text, because what runs in the page knows the DOM and the bench does not. */
const inPage = `new Promise((resolve) => {
  const sample = document.createElement('canvas')
  sample.width = 120
  sample.height = 60
  const context = sample.getContext('2d', { willReadFrequently: true })
  const isDrawn = () => {
    const chart = document.querySelector('.d-chart__box canvas')
    if (!chart || chart.width === 0) return false
    context.clearRect(0, 0, sample.width, sample.height)
    context.drawImage(chart, 0, 0, sample.width, sample.height)
    const { data } = context.getImageData(0, 0, sample.width, sample.height)
    let coloured = 0
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b, opacity] = data.subarray(i, i + 4)
      if (opacity > 20 && Math.max(r, g, b) - Math.min(r, g, b) > 40) coloured++
    }
    return coloured > 100
  }
  const started = performance.now()
  document.querySelector('nav a[href="#/compare"]').click()
  const look = () => {
    if (!document.querySelector('.compare__busy') && isDrawn()) resolve((performance.now() - started) / 1000)
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})`
