import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { whereIs } from '../../setup/needs.ts'
import { testHome, type TestHome } from './home.ts'
import { collectProblems, type Problems } from './problems.ts'

const entry = resolve(import.meta.dirname, '../../../out-legacy/main/index.cjs')

/** The real window, in the old Electron of the tests, a lab of its own behind it. */
export interface InElectron {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: TestHome
  readonly problems: Problems
  /** Ends everything, whatever the window would ask. @throws Error where the page had problems */
  close(): Promise<void>
}

export async function launchElectron(): Promise<InElectron> {
  const home = testHome()
  const display = await startDisplay()
  let main = undefined as ChildProcess | undefined
  const end = async (): Promise<void> => {
    if (main?.exitCode === null && main.signalCode === null) {
      const gone = once(main, 'exit')
      main.kill('SIGKILL')
      await gone
    }
    display.stop()
    await home.remove()
  }
  try {
    const app = await _electron.launch({
      executablePath: whereIs('electron'),
      // Its own sandbox asks for more than a container gives; the page's is on all the same (`sandbox: true`).
      args: ['--no-sandbox', '--lang=en-US', entry],
      env: { ...(home.env as Record<string, string>), DISPLAY: display.name },
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
export async function inElectron(test: (opened: InElectron) => Promise<void>): Promise<void> {
  const opened = await launchElectron()
  try {
    await test(opened)
  } catch (error) {
    if (opened.problems.list.length > 0) console.error(opened.problems.list.join('\n'))
    await opened.close().catch(() => undefined) // what the test found comes first
    throw error
  }
  await opened.close()
}

/** What the next dialogs answer instead of asking, each a button's number, and what they would have said. */
export async function answerDialogs(app: ElectronApplication, answers: readonly number[]): Promise<void> {
  await app.evaluate(({ dialog }, given) => {
    const asked: unknown[] = []
    const waiting = [...given]
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = (...args: unknown[]) => {
      asked.push(args[args.length - 1])
      const response = waiting.shift()
      return response === undefined
        ? new Promise(() => undefined) // nobody is there to answer
        : Promise.resolve({ response, checkboxChecked: false })
    }
  }, answers)
}

/** The texts of the dialogs since {@link answerDialogs}. */
export const askedDialogs = (app: ElectronApplication): Promise<{ message: string; buttons: string[] }[]> =>
  app.evaluate(() => (globalThis as unknown as { asked: { message: string; buttons: string[] }[] }).asked)

async function startDisplay(): Promise<{ name: string; stop(): void }> {
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
