import { resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from '../../scripts/build.ts'
import { whereIs } from '../setup/needs.ts'

/** Folder of the built page, built anew where a source has changed. */
export function builtPage(): string {
  build()
  return resolve(import.meta.dirname, '../../out/renderer')
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: whereIs('chromium'),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

/** The page at an address with its token, 1280 × 800, once it has the lab. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })
  await page.goto(url)
  await page.waitForURL(/#\/./) // the first page: before, the router would go there after all
  await page
    .getByText(/Lab ready|Training/)
    .first()
    .waitFor()
  return page
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: Record<string, unknown>
}

/** Work of the page's main thread for one frame, in milliseconds. */
export interface FrameWork {
  /** Processor time: scripts, style, layout, painting and what Chromium does around them. */
  readonly cpuMs: number
  /** From beginning to end of the same tasks, with what other processes took in between. */
  readonly wallMs: number
}

/** Follows a page by Chromium's own trace while `during` passes; one entry a frame. */
export async function traceFrames(page: Page, during: () => Promise<void>): Promise<FrameWork[]> {
  const browser = page.context().browser()
  if (!browser) throw new Error('The page has no browser.')
  await browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'],
  })
  await during()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[]
  }
  return framesOf(traceEvents)
}

/** A frame is what the main thread does from one commit to the compositor to the next. */
function framesOf(events: readonly TraceEvent[]): FrameWork[] {
  // Of several renderers ours is the one that draws.
  const busiest = events
    .filter(({ name, args }) => name === 'thread_name' && args?.['name'] === 'CrRendererMain')
    .map(({ pid, tid }) => {
      const own = events.filter((event) => event.pid === pid && event.tid === tid)
      const at = (name: string) => own.filter((event) => event.name === name).sort((a, b) => a.ts - b.ts)
      return {
        commits: at('Commit').map(({ ts }) => ts),
        tasks: at('RunTask').filter(({ dur }) => dur !== undefined),
      }
    })
    .sort((a, b) => b.commits.length - a.commits.length)[0]
  if (!busiest || busiest.commits.length < 10) throw new Error('The trace holds no frames.')
  const { commits, tasks } = busiest
  const frames = commits.map(() => ({ cpuMs: 0, wallMs: 0 }))
  let next = 0
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    while (next < commits.length && (commits[next] as number) < ts) next++
    const frame = frames[next]
    if (!frame) break
    frame.wallMs += dur / 1000
    frame.cpuMs += tdur / 1000
  }
  return frames.slice(1) // the first began before the trace did
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
