import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { whereIs } from '../../setup/needs.ts'
import { until } from '../../support/until.ts'
import { commandOf, descendants, testHome, type TestHome } from './home.ts'
import type { Place } from './place.ts'
import { collectProblems, type Problems } from './problems.ts'

const built = resolve(import.meta.dirname, '../../../out-legacy')
// Its own sandbox asks for more than a container gives; the page's is on all the same (`sandbox: true`).
const argsFor = (folder: string): string[] => ['--no-sandbox', '--lang=en-US', join(folder, 'main/index.cjs')]

/** The real window, in the old Electron of the tests, a lab of its own behind it. */
export interface InElectron {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: TestHome
  readonly problems: Problems
  /** Ends everything, whatever the window would ask. @throws Error where the page had problems */
  close(): Promise<void>
}

export interface ElectronOptions {
  /** One that an earlier window has used, whose owner removes it; a new one by default. */
  readonly home?: TestHome
  /** What the window and its lab find in their environment besides. */
  readonly env?: Readonly<Record<string, string>>
}

export async function launchElectron({ home: given, env }: ElectronOptions = {}): Promise<InElectron> {
  const home = given ?? testHome()
  const display = await startDisplay()
  let main = undefined as ChildProcess | undefined
  const end = async (): Promise<void> => {
    if (main?.exitCode === null && main.signalCode === null) {
      const gone = once(main, 'exit')
      main.kill('SIGKILL')
      await gone
    }
    display.stop()
    if (!given) await home.remove()
  }
  try {
    const app = await _electron.launch({
      executablePath: whereIs('electron'),
      args: argsFor(built),
      env: { ...(home.env as Record<string, string>), ...env, DISPLAY: display.name },
    })
    main = app.process() // which cannot be asked for once it has ended
    const problems = collectProblems(app.context())
    const page = await app.firstWindow()
    return {
      app,
      page,
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

/** A test in a window of its own, which must end without problems. */
export async function inElectron(
  test: (opened: InElectron) => Promise<void>,
  options?: ElectronOptions,
): Promise<void> {
  const opened = await launchElectron(options)
  try {
    await test(opened)
  } catch (error) {
    if (opened.problems.list.length > 0) console.error(opened.problems.list.join('\n'))
    await opened.close().catch(() => undefined) // what the test found comes first
    throw error
  }
  await opened.close()
}

/** The desktop started once more, beside one that is there. */
export async function startBeside(
  { app, home }: Pick<InElectron, 'app' | 'home'>,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const display = await app.evaluate(() => process.env['DISPLAY'])
  return spawn(whereIs('electron'), argsFor(built), {
    env: { ...home.env, DISPLAY: display, ...env },
    stdio: 'ignore',
  })
}

interface Question {
  readonly message: string
  readonly buttons: readonly string[]
}

/** What main has of the dialogs of a test. */
interface Dialogs {
  readonly asked: Question[]
  readonly answers: number[]
  readonly waiting: ((response: number) => void)[]
}

/** Answers dialogs in the person's place, each by a button's number: one that waits first. Others wait for an answer. */
export const answerDialogs = (app: ElectronApplication, answers: readonly number[]): Promise<void> =>
  app.evaluate(({ dialog }, given) => {
    const place = globalThis as unknown as { dialogs?: Dialogs }
    const dialogs = place.dialogs ?? { asked: [], answers: [], waiting: [] }
    place.dialogs = dialogs
    dialog.showMessageBox = async (...args: unknown[]) => {
      dialogs.asked.push(args[args.length - 1] as Question)
      const response =
        dialogs.answers.shift() ?? (await new Promise<number>((settle) => dialogs.waiting.push(settle)))
      return { response, checkboxChecked: false }
    }
    for (const answer of given) {
      const settle = dialogs.waiting.shift()
      if (settle) settle(answer)
      else dialogs.answers.push(answer)
    }
  }, answers)

/** What dialogs have asked since {@link answerDialogs} was first called. */
export const askedDialogs = (app: ElectronApplication): Promise<Question[]> =>
  app.evaluate(() => (globalThis as unknown as { dialogs: Dialogs }).dialogs.asked)

/** Closes the window as a person does; it may ask first. */
export const startClosing = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()))

/** Closes the window and waits until the desktop has ended. */
export async function endOf(app: ElectronApplication): Promise<void> {
  const main = app.process()
  await startClosing(app).catch(() => undefined) // it may end before it answers
  await until(() => main.exitCode !== null || main.signalCode !== null)
}

/** The process between window and lab; null while there is none. */
export const childOf = (app: ElectronApplication): number | null =>
  descendants(app.process().pid ?? 0).find((child) => commandOf(child).includes('lab-child')) ?? null

/** What the next dialogs to open files choose instead of asking: paths, or none as when a person cancels. */
export const chooseFiles = (
  app: ElectronApplication,
  choices: readonly (readonly string[])[],
): Promise<void> =>
  app.evaluate(({ dialog }, given) => {
    const waiting = [...given]
    dialog.showOpenDialog = () => {
      const filePaths = [...(waiting.shift() ?? [])]
      return Promise.resolve({ canceled: filePaths.length === 0, filePaths })
    }
  }, choices)

/** Dialogs to save a file choose this folder and the name they propose; null as when a person cancels. */
export const chooseFolder = (app: ElectronApplication, folder: string | null): Promise<void> =>
  app.evaluate(({ dialog }, given) => {
    const chosen: string[] = []
    Object.assign(globalThis, { chosen })
    dialog.showSaveDialog = (...args: unknown[]) => {
      const { defaultPath = '' } = args[args.length - 1] as { defaultPath?: string }
      const filePath = given === null ? '' : `${given}/${defaultPath}`
      chosen.push(filePath)
      return Promise.resolve({ canceled: given === null, filePath })
    }
  }, folder)

/** What dialogs have chosen since {@link chooseFolder}; empty for one that was cancelled. */
export const chosenFiles = (app: ElectronApplication): Promise<string[]> =>
  app.evaluate(() => (globalThis as unknown as { chosen: string[] }).chosen)

/** The window as the place of a shared path: files are saved by the system's dialog. */
export function placeOf({ app, page, home }: InElectron): Place {
  const folder = join(home.folder, 'saved')
  mkdirSync(folder, { recursive: true })
  return {
    page,
    home,
    async saving(action) {
      await chooseFolder(app, folder)
      await action()
      await expect.poll(() => chosenFiles(app), { timeout: 30_000 }).toHaveLength(1)
      const [file = ''] = await chosenFiles(app)
      return file
    },
    async inside(file, find) {
      const [shown] = await Promise.all([
        app.waitForEvent('window'),
        app.evaluate(({ BrowserWindow }, url) => {
          // Held, or it could be collected and closed.
          const window = new BrowserWindow({ show: false })
          Object.assign(globalThis, { shown: window })
          return window.loadURL(url)
        }, pathToFileURL(file).href),
      ])
      const found = await shown.evaluate(find)
      await app.evaluate(() => (globalThis as unknown as { shown: { destroy(): void } }).shown.destroy())
      return found
    },
  }
}

/** A display without a screen. */
export async function startDisplay(): Promise<{ name: string; stop(): void }> {
  const server = spawn(
    whereIs('xvfb'),
    ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  )
  const number = await new Promise<string>((settle, fail) => {
    ;(server.stdio[3] as Readable).once('data', (chunk: Buffer) => settle(chunk.toString().trim()))
    server.once('error', fail)
    server.once('exit', (code) => fail(new Error(`Xvfb ended with code ${code ?? 'unknown'}`)))
  })
  const stop = (): void => {
    process.removeListener('exit', stop)
    server.kill()
  }
  process.once('exit', stop) // also when a test never came to its end
  return { name: `:${number}`, stop }
}
