import { setTimeout as sleep } from 'node:timers/promises'
import { startFakeLab, SyntheticCurve, syntheticRun, type Points } from './fake-lab.ts'
import { median, type Benchmark, type Figure } from './measure.ts'
import { builtPage, launch, openPage, percentile, traceFrames, type FrameWork } from './page.ts'

const runCount = 20
const pointsASecond = 100
/** Curves that have been growing for a while. */
const pointsBefore = 5000
const pointsInAll = 20_000
const measuredMs = 8000
const boundMs = 8

/** While 20 runs report 100 points a second each, 20 times a second as engines do. */
export const livePage: Benchmark = {
  name: 'live-page',
  async run() {
    const page = builtPage()
    const curves = Array.from({ length: runCount }, (_, n) => new SyntheticCurve(n))
    const measured: Points[][] = curves.map((curve) => [curve.take(pointsBefore)])
    const runs = curves.map((_, n) =>
      syntheticRun(n, { status: 'running', steps: pointsBefore, totalSteps: pointsInAll }),
    )
    const idOf = (n: number): string => (runs[n] as { id: string }).id
    const lab = await startFakeLab(page, runs, (runId) =>
      joined(measured[runs.findIndex(({ id }) => id === runId)] ?? []),
    )
    const browser = await launch()
    const none = new Float64Array(0)
    let sent = 0
    const began = performance.now()
    const reports = setInterval(() => {
      // A timer that comes late sends what is due, as engines do.
      const due = Math.floor(((performance.now() - began) / 1000) * pointsASecond) - sent
      if (due <= 0) return
      sent += due
      curves.forEach((curve, n) => {
        const points = curve.take(due)
        measured[n]?.push(points)
        const { step } = curve
        lab.publish({
          type: 'progress',
          runId: idOf(n),
          step,
          totalSteps: pointsInAll,
          seconds: step * 0.01,
          points,
          epochs: { epoch: none, seconds: none, trainLoss: none },
        })
      })
    }, 50)
    try {
      const opened = await openPage(browser, lab.url)
      const figures: Figure[] = []
      const measure = async (what: string): Promise<void> => {
        await sleep(2500)
        figures.push(...figuresOf(what, await traceFrames(opened, () => sleep(measuredMs))))
      }
      await opened.locator('nav a[href="#/live"]').click()
      await opened.getByText('20 running').first().waitFor()
      await measure('all curves')
      await opened.getByLabel('Smoothing').fill('90')
      await measure('smoothed')
      return figures
    } finally {
      clearInterval(reports)
      await browser.close()
      await lab.close()
    }
  },
}

function figuresOf(what: string, frames: readonly FrameWork[]): Figure[] {
  const cpu = frames.map(({ cpuMs }) => cpuMs)
  const wall = frames.map(({ wallMs }) => wallMs)
  const show = (value: number): string => value.toFixed(1)
  const how =
    `${frames.length} frames in ${measuredMs / 1000} s, ${runCount} runs × ${pointsASecond} points/s; main thread, processor time; ` +
    `with other processes' time median ${show(median(wall))}, 95th percentile ${show(percentile(wall, 0.95))}, most ${show(Math.max(...wall))} ms`
  return [
    { what: `${what}: a frame's work, median`, value: median(cpu), unit: 'ms', bound: boundMs, how },
    {
      what: `${what}: a frame's work, 95th percentile`,
      value: percentile(cpu, 0.95),
      unit: 'ms',
      bound: boundMs,
      how: `most ${show(Math.max(...cpu))} ms`,
    },
  ]
}

function joined(parts: readonly Points[]): Points {
  const length = parts.reduce((sum, { step }) => sum + step.length, 0)
  const all = {
    step: new Float64Array(length),
    examples: new Float64Array(length),
    seconds: new Float64Array(length),
    trainLoss: new Float64Array(length),
  }
  let at = 0
  for (const part of parts) {
    for (const name of ['step', 'examples', 'seconds', 'trainLoss'] as const) all[name].set(part[name], at)
    at += part.step.length
  }
  return all
}
