import type { Page } from 'playwright-core'
import { linkOf } from '../../src/playground/link.ts'
import { playgroundState } from '../../src/playground/state.ts'
import { startFakeLab } from './fake-lab.ts'
import { median, type Benchmark, type Figure } from './measure.ts'
import { builtPage, launch, openPage, percentile, traceFrames } from './page.ts'

const steps = 1000
const optimizers = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'yogi', 'nadam']
const measuredMs = 4000
const boundMs = 8

const state = playgroundState.parse({
  objective: 'rosenbrock',
  view: null,
  start: [-1.2, 1],
  steps,
  walkers: optimizers.map((optimizer) => ({ optimizer, set: { lr: 0.001 } })),
})

/** The playground while things are dragged: every frame races eight optimizers over a thousand steps and draws them. */
export const pagePlayground: Benchmark = {
  name: 'page-playground',
  async run() {
    const lab = await startFakeLab(builtPage(), [], () => {
      throw new Error('there are no runs')
    })
    const browser = await launch()
    try {
      const page = await openPage(browser, lab.url)
      await page.evaluate(`location.hash = ${JSON.stringify(linkOf(state))}`)
      const handle = page.locator('[data-start]')
      await handle.waitFor()
      await page.waitForTimeout(1500)
      const start = await centre(page, '[data-start]')
      const figures = await measured(page, 'the start is dragged', start, (t) => [
        start[0] + 90 * Math.sin(t * 2),
        start[1] - 60 + 60 * Math.cos(t * 2),
      ])
      // The first slider of the first optimizer: its learning rate; only that optimizer walks again.
      const slider = await centre(page, '[data-walker] input[type=range]')
      figures.push(
        ...(await measured(page, 'a learning rate is dragged', slider, (t) => [
          slider[0] + 30 * Math.sin(t * 2),
          slider[1],
        ])),
      )
      return figures
    } finally {
      await browser.close()
      await lab.close()
    }
  },
}

async function centre(page: Page, selector: string): Promise<[number, number]> {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`${selector} is not on the page`)
  return [box.x + box.width / 2, box.y + box.height / 2]
}

async function measured(
  page: Page,
  what: string,
  from: readonly [number, number],
  path: (seconds: number) => readonly [number, number],
): Promise<Figure[]> {
  await page.mouse.move(...from)
  await page.mouse.down()
  let moves = 0
  const drag = async (ms: number): Promise<void> => {
    const began = performance.now()
    for (let now = began; now - began < ms; now = performance.now()) {
      await page.mouse.move(...path((now - began) / 1000))
      moves++
    }
  }
  await drag(1000) // code that has become hot, as after the first moments of a drag
  moves = 0
  const frames = await traceFrames(page, () => drag(measuredMs))
  await page.mouse.up()
  const cpu = frames.map(({ cpuMs }) => cpuMs)
  const how =
    `${optimizers.length} optimizers × ${steps} steps on the Rosenbrock function; ${frames.length} frames, ` +
    `${moves} moves in ${measuredMs / 1000} s; main thread, processor time`
  return [
    { what: `${what}: a frame's work, median`, value: median(cpu), unit: 'ms', bound: boundMs, how },
    {
      what: `${what}: a frame's work, 95th percentile`,
      value: percentile(cpu, 0.95),
      unit: 'ms',
      bound: 2 * boundMs,
      how: `most ${Math.max(...cpu).toFixed(1)} ms; a screen's frame is 16 ms`,
    },
  ]
}
