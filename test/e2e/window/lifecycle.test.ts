import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { whereIs } from '../../setup/needs.ts'
import { until } from '../../support/until.ts'
import {
  answerDialogs,
  askedDialogs,
  endOf,
  inElectron,
  startBeside,
  startClosing,
  startDisplay,
  type InElectron,
} from '../support/electron.ts'
import { isAlive, testHome } from '../support/home.ts'
import { watchLongRun } from '../support/main-path.ts'
import { ready } from '../support/shell.ts'

const [keep, , cancel] = [0, 1, 2]

const quit = (app: InElectron['app']): Promise<void> => app.evaluate(({ app: desktop }) => desktop.quit())

describe('starting', () => {
  test('once more shows the window that is there', () =>
    inElectron(async (opened) => {
      const { app, page } = opened
      await ready(page)
      await app.evaluate(({ app: desktop }) => {
        const started: boolean[] = []
        Object.assign(globalThis, { started })
        desktop.on('second-instance', () => started.push(true))
      })
      const second = await startBeside(opened)
      const [code] = (await once(second, 'exit')) as [number]
      expect(code).toBe(0)
      expect(await app.evaluate(() => (globalThis as unknown as { started: boolean[] }).started)).toEqual([
        true,
      ])
      expect(app.windows()).toEqual([page])
    }))

  test('with another library opens another window', () =>
    inElectron(async (opened) => {
      await ready(opened.page)
      const other = join(opened.home.folder, 'other')
      const second = await startBeside(opened, { DESCENT_HOME: other })
      try {
        await until(() => {
          if (second.exitCode !== null) throw new Error('It has shown the window of the first library.')
          return existsSync(join(other, 'lab.json'))
        })
      } finally {
        second.kill('SIGKILL')
      }
      const { pid } = JSON.parse(readFileSync(join(other, 'lab.json'), 'utf8')) as { pid: number }
      await until(() => !isAlive(pid))
    }))

  test('says what is missing where it cannot, and ends', async () => {
    const home = testHome()
    const display = await startDisplay()
    try {
      // As when an installation was broken off: everything but the page.
      const folder = join(home.folder, 'out')
      const built = resolve(import.meta.dirname, '../../../out-legacy')
      for (const part of ['main', 'preload'])
        cpSync(join(built, part), join(folder, part), { recursive: true })
      // A box that nobody clicks away would stay.
      const words = join(home.folder, 'words')
      const stub = join(home.folder, 'stub.js')
      writeFileSync(
        stub,
        `require('electron').dialog.showErrorBox = (...words) =>
          require('fs').writeFileSync(${JSON.stringify(words)}, words.join(': '))`,
      )
      const main = spawn(whereIs('electron'), ['-r', stub, '--no-sandbox', join(folder, 'main/index.cjs')], {
        env: { ...home.env, DISPLAY: display.name },
        stdio: 'ignore',
      })
      try {
        await until(() => main.exitCode !== null)
      } finally {
        main.kill('SIGKILL')
      }
      expect(main.exitCode).toBe(1)
      expect(readFileSync(words, 'utf8')).toMatch(/^Descent Lab: .*renderer/)
    } finally {
      display.stop()
      await home.remove()
    }
  })
})

describe('quitting', () => {
  test('while the question about runs is open asks nothing more, and waits for its answer', () =>
    inElectron(async (opened) => {
      const { app, page } = opened
      await watchLongRun(opened)
      await answerDialogs(app, [])
      await startClosing(app)
      await until(async () => (await askedDialogs(app)).length === 1)
      await quit(app)
      await startClosing(app)
      expect(await askedDialogs(app)).toHaveLength(1)
      expect(app.windows()).toEqual([page])

      // Answered by staying, it is as if nobody had quit.
      await answerDialogs(app, [cancel])
      await ready(page)
      await answerDialogs(app, [keep])
      await endOf(app)
    }))

  test('while a dialog for files is open ends it', () =>
    inElectron(async ({ app, page }) => {
      await ready(page)
      // The system's own dialog, which nobody answers.
      await app.evaluate(({ dialog }) => {
        const show = dialog.showOpenDialog.bind(dialog) as (...args: unknown[]) => Promise<never>
        dialog.showOpenDialog = (...args: unknown[]) => {
          Object.assign(globalThis, { shown: true })
          return show(...args)
        }
      })
      await page.evaluate(() => {
        const { descentDesktop } = globalThis as unknown as {
          descentDesktop: { openFiles(options: object): Promise<string[]> }
        }
        void descentDesktop.openFiles({ title: 'Import', filters: [], multiple: false })
      })
      await until(() => app.evaluate(() => 'shown' in globalThis))
      await quit(app).catch(() => undefined) // it may end before it answers
      const main = app.process()
      await until(() => main.exitCode !== null || main.signalCode !== null)
      expect(main.exitCode).toBe(0)
    }))
})
