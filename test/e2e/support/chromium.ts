import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'
import { whereIs } from '../../setup/needs.ts'
import { executable, testHome, type TestHome } from './home.ts'
import type { Place } from './place.ts'
import { collectProblems, type Problems } from './problems.ts'

/** `descent serve` as a person starts it. */
export interface Served {
  /** What it printed: the address with its token. */
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  /** Ends it as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>
}

export async function serveIn(home: TestHome, port = 0): Promise<Served> {
  const child = spawn(
    process.execPath,
    [executable, 'serve', '--json', '--no-build', '--port', String(port)],
    {
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    once(child, 'exit').then(() => {
      throw new Error(`descent serve ended at once: ${errors}`)
    }),
  ])
  const { url, error } = JSON.parse(line[0]) as { url: string; error?: { message: string } }
  if (error) throw new Error(error.message)
  return {
    url,
    port: Number(new URL(url).port),
    process: child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT')
        await once(child, 'exit')
      }
      return child.exitCode
    },
  }
}

/** One browser for all pages of a process, which ends soon after the last of them. */
let shared: Promise<Browser> | undefined
let pagesOpen = 0
const lingerMs = 2000

function takeBrowser(): Promise<Browser> {
  pagesOpen++
  shared ??= chromium.launch({
    executablePath: whereIs('chromium'),
    // Root has no sandbox to give; the pages are our own.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  return shared
}

function returnBrowser(): void {
  pagesOpen--
  setTimeout(() => {
    if (pagesOpen > 0) return
    const browser = shared
    shared = undefined
    void browser?.then((one) => one.close())
  }, lingerMs).unref()
}

/** A page in Chromium, a server and a lab of its own behind it. */
export interface InChromium {
  readonly page: Page
  readonly context: BrowserContext
  readonly browser: Browser
  readonly served: Served
  readonly home: TestHome
  readonly problems: Problems
  /** Ends everything. @throws Error where the page had problems */
  close(): Promise<void>
}

export interface ChromiumOptions extends BrowserContextOptions {
  /** What to open, after the `#` of the address; the page's start by default. */
  readonly route?: string
  /** What the server and its lab find in their environment besides. */
  readonly env?: NodeJS.ProcessEnv
}

/** Opens the built page, 1280 × 800 unless given otherwise, in English, with the light theme. */
export async function launchChromium({ route, env, ...options }: ChromiumOptions = {}): Promise<InChromium> {
  const home = testHome()
  Object.assign(home.env, env)
  let served: Served | undefined
  let context: BrowserContext | undefined
  const end = async (): Promise<void> => {
    await context?.close()
    returnBrowser()
    await served?.stop()
    await home.remove()
  }
  const launching = takeBrowser()
  try {
    served = await serveIn(home)
    const browser = await launching
    context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-US',
      colorScheme: 'light',
      ...options,
    })
    const problems = collectProblems(context)
    const page = await context.newPage()
    await page.goto(served.url)
    if (route !== undefined) {
      await page.waitForURL(/#\/./) // the first page: before, the router would go there after all
      await page.goto(`http://127.0.0.1:${served.port}/#${route}`)
    }
    return {
      page,
      context,
      browser,
      served,
      home,
      problems,
      async close() {
        await end()
        problems.assertNone()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** A test in a page of its own, which must end without problems. */
export async function inChromium(
  test: (opened: InChromium) => Promise<void>,
  options?: ChromiumOptions,
): Promise<void> {
  const opened = await launchChromium(options)
  try {
    await test(opened)
  } catch (error) {
    if (opened.problems.list.length > 0) console.error(opened.problems.list.join('\n'))
    await opened.close().catch(() => undefined) // what the test found comes first
    throw error
  }
  await opened.close()
}

/** The browser as the place of a shared path: files come as downloads. */
export function placeOf({ page, home, context }: InChromium): Place {
  const folder = join(home.folder, 'saved')
  mkdirSync(folder, { recursive: true })
  return {
    page,
    home,
    async saving(action) {
      const [download] = await Promise.all([page.waitForEvent('download'), action()])
      const file = join(folder, download.suggestedFilename())
      await download.saveAs(file)
      return file
    },
    async inside(file, find) {
      const shown = await context.newPage()
      await shown.goto(pathToFileURL(file).href)
      const found = await shown.evaluate(find)
      await shown.close()
      return found
    },
  }
}
