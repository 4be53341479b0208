import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { until } from '../../support/until.ts'
import {
  answerDialogs,
  askedDialogs,
  inElectron,
  launchElectron,
  type InElectron,
} from '../support/electron.ts'
import { commandOf, descendants, isAlive, type TestHome } from '../support/home.ts'
import { lamp, ready } from '../support/shell.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe('the window', () => {
  let opened: InElectron
  let page: InElectron['page']
  let app: InElectron['app']
  beforeAll(async () => {
    opened = await launchElectron()
    ;({ page, app } = opened)
    await ready(page)
  })
  afterEach(() => opened.problems.assertNone())
  afterAll(() => opened.close())

  test('shows the frame and has the lab', async () => {
    expect(await page.getByRole('navigation').first().isVisible()).toBe(true)
    expect(page.url()).toMatch(/^app:\/\/descent\//)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  test('has no Node in its page, and a sandbox around it', async () => {
    await ready(page)
    const names = ['process', 'require', 'module', 'Buffer', 'global', '__dirname', 'ipcRenderer']
    expect(await page.evaluate((list) => list.filter((name) => name in globalThis), names)).toEqual([])
    expect(
      await page.evaluate(() =>
        Object.keys((globalThis as unknown as { descentDesktop: object }).descentDesktop),
      ),
    ).toEqual(['platform', 'connect', 'openFiles', 'saveFile', 'pathOf'])
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      return (window?.webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
    })
  })

  test('hears no foreign page, even one with the same preload', async () => {
    await ready(page)
    const heard = await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const [own] = BrowserWindow.getAllWindows()
      const { preload } = (
        own?.webContents as unknown as { getLastWebPreferences(): { preload: string } }
      ).getLastWebPreferences()
      const foreign = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      })
      let sent = 0
      const count = () => {
        sent++
      }
      ipcMain.on('descent:connect', count)
      await foreign.loadURL('data:text/html,<title>foreign</title>')
      const outcome = await foreign.webContents.executeJavaScript(`new Promise((resolve) => {
        const answers = []
        const bridge = window.descentDesktop
        bridge.connect({ message: () => answers.push('message'), closed: () => answers.push('closed') })
        const refused = (error) => answers.push(/Only the page/.test(error) ? 'refused' : String(error))
        Promise.all([
          bridge.openFiles({ title: '', filters: [], multiple: false }).then(() => answers.push('opened'), refused),
          bridge.saveFile({ title: '', defaultName: '', filters: [] }).then(() => answers.push('saved'), refused),
        ]).then(() => setTimeout(() => resolve(answers), 1000))
      })`)
      ipcMain.removeListener('descent:connect', count)
      foreign.destroy()
      return { outcome: outcome as unknown, sent }
    })
    expect(heard).toEqual({ outcome: ['refused', 'refused'], sent: 1 })
    await ready(page)
  })

  test('chooses files by the system’s dialogs', async () => {
    await ready(page)
    await app.evaluate(({ dialog }) => {
      const asked: unknown[] = []
      Object.assign(globalThis, { asked })
      dialog.showOpenDialog = (...args: unknown[]) => {
        asked.push(args[args.length - 1])
        return Promise.resolve({ canceled: false, filePaths: ['/data/a.dat'] })
      }
      dialog.showSaveDialog = (...args: unknown[]) => {
        asked.push(args[args.length - 1])
        return Promise.resolve({ canceled: true, filePath: '' })
      }
    })
    const outcome = await page.evaluate(async () => {
      const desktop = (
        globalThis as unknown as {
          descentDesktop: {
            openFiles(options: object): Promise<string[]>
            saveFile(options: object): Promise<string | null>
          }
        }
      ).descentDesktop
      const filters = [{ name: 'Data', extensions: ['dat'] }]
      return {
        opened: await desktop.openFiles({ title: 'Import', filters, multiple: true }),
        saved: await desktop.saveFile({ title: 'Export', defaultName: '../../r.html', filters }),
        wrong: await desktop.openFiles({ title: 7, filters: 'all' }).then(
          () => 'opened',
          (error: unknown) => String(error),
        ),
      }
    })
    expect(outcome).toMatchObject({ opened: ['/data/a.dat'], saved: null })
    expect(outcome.wrong).toContain('wanted')
    expect(await app.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked)).toMatchObject([
      { title: 'Import', properties: ['openFile', 'multiSelections'] },
      { title: 'Export', defaultPath: 'r.html' },
    ])
  })

  test('shows every page', async () => {
    const links = page.getByRole('navigation').first().getByRole('link')
    const names = await links.allInnerTexts()
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) {
      await links.filter({ hasText: name }).click()
      await page.getByRole('heading', { level: 1, name: name.trim() }).waitFor()
      await page.waitForTimeout(300) // what a page computes at first
      opened.problems.assertNone()
    }
  })
})

describe('a page that would like more', () => {
  test('has the same strict policy as the served page', () =>
    inElectron(async ({ page, problems }) => {
      await ready(page)
      problems.allow(/Content Security Policy|violates|404 \(Not Found\)/)
      const outcome = await page.evaluate(async () => {
        const script = document.createElement('script')
        script.textContent = 'globalThis.injected = true'
        document.body.append(script)
        // Later, because what Playwright runs itself is exempt from the policy.
        const evaluated = await new Promise((resolve) =>
          setTimeout(() => {
            try {
              // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the very thing that must not work
              new Function('return 1')()
              resolve(true)
            } catch {
              resolve(false)
            }
          }),
        )
        const reached = await fetch('https://example.org/').then(
          () => true,
          () => false,
        )
        const files = await Promise.all(
          ['app://descent/../main/index.cjs', 'app://other/index.html', 'file:///etc/passwd'].map((url) =>
            fetch(url).then(
              (response) => response.status,
              () => 'refused',
            ),
          ),
        )
        return { injected: 'injected' in globalThis, evaluated, reached, files }
      })
      expect(outcome).toEqual({
        injected: false,
        evaluated: false,
        reached: false,
        files: [404, 'refused', 'refused'],
      })
    }))

  test('stays where it is: no navigation, no window, no permission; only https goes to the browser', () =>
    inElectron(async ({ page, app, problems }) => {
      await ready(page)
      problems.allow(/Not allowed to (load|navigate)|Content Security Policy/)
      const granted = await page.evaluate(async () => ({
        notifications: await Notification.requestPermission(),
        position: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('granted'),
            () => resolve('denied'),
          ),
        ),
      }))
      expect(granted).toEqual({ notifications: 'denied', position: 'denied' })

      // From main, because Playwright waits for ever for a window that this old Electron never opened.
      const outcome = await app.evaluate(async ({ BrowserWindow, shell }) => {
        const opened: string[] = []
        shell.openExternal = (url: string) => Promise.resolve(void opened.push(url))
        const [window] = BrowserWindow.getAllWindows()
        const contents = window?.webContents
        const before = contents?.getURL()
        const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
        for (const url of [
          'https://example.org/',
          'http://example.org/',
          'file:///etc/passwd',
          'data:text/html,x',
          'app://other/index.html',
          'javascript:void(document.title = "x")',
        ])
          for (const code of [
            `location.href = ${JSON.stringify(url)}`,
            `window.open(${JSON.stringify(url)})`,
            `window.open(${JSON.stringify(url)}, '_self')`,
          ]) {
            // Not awaited: some of these never answer there.
            void contents?.executeJavaScript(`${code}; 0`).catch(() => undefined)
            await pause(150)
          }
        await pause(500)
        return {
          stayed: contents?.getURL() === before,
          title: contents?.getTitle(),
          windows: BrowserWindow.getAllWindows().length,
          opened,
        }
      })
      expect(outcome).toMatchObject({ stayed: true, windows: 1 })
      expect(outcome.title).not.toBe('x')
      expect(outcome.opened.every((url) => url.startsWith('https://example.org/'))).toBe(true)
      expect(outcome.opened).toContain('https://example.org/')
    }))
})

describe('when something dies under the window', () => {
  test('SIGKILL of the lab: the page says so, keeps what it shows, and has a lab again', () =>
    inElectron(async ({ page, home }) => {
      await ready(page)
      const pid = await until(() => home.labPid())
      const told = lamp(page, /Lab lost|Connecting/).waitFor()
      process.kill(pid, 'SIGKILL')
      await told
      await ready(page)
      expect(home.labPid()).not.toBe(pid)
    }))

  test('SIGKILL of the process between window and lab: the same, with the same lab', () =>
    inElectron(({ page, home, app }) =>
      // Somebody else stays connected, or the lab might end before the window is back.
      home.withLab(async (lab) => {
        await ready(page)
        const between = await until(() => childOf({ app }))
        const told = lamp(page, /Lab lost|Connecting/).waitFor()
        process.kill(between, 'SIGKILL')
        await told
        await ready(page)
        const { pid } = await lab.call('lab.info', {})
        expect(home.labPid()).toBe(pid)
      }),
    ))

  test('three times within five minutes: a person is asked, and decides', () =>
    inElectron(async ({ page, app }) => {
      await ready(page)
      await answerDialogs(app, [0])
      for (let times = 0; times < 3; times++) {
        await ready(page)
        const told = lamp(page, /Lab lost|Connecting/).waitFor()
        process.kill(await until(() => childOf({ app })), 'SIGKILL')
        await told
      }
      await ready(page)
      expect((await askedDialogs(app)).map(({ message }) => message)).toEqual([
        'The lab has stopped three times within five minutes.',
      ])
    }))

  test('the lab and its engines end by themselves when the window is killed', () =>
    inElectron(async ({ page, app, home }) => {
      await ready(page)
      const pid = await until(() => home.labPid())
      const between = await until(() => childOf({ app }))
      app.process().kill('SIGKILL')
      await until(() => !isAlive(between) && !isAlive(pid))
    }))
})

describe('closing the window while runs are going', () => {
  const [keep, pause, cancel] = [0, 1, 2]

  test('asks; they go on without it', () =>
    inElectron(async ({ page, app, home }) => {
      await ready(page)
      const runId = await startRun(home)
      await answerDialogs(app, [cancel, keep])
      await closeWindow({ app })
      await until(async () => (await askedDialogs(app)).length === 1)
      expect(await askedDialogs(app)).toMatchObject([
        { message: 'A run is still going.', buttons: ['Keep running', 'Pause and close', 'Cancel'] },
      ])
      await page.waitForTimeout(200)
      expect(app.windows()).toHaveLength(1)
      await endOf({ app })
      expect(await statusOf(home, runId)).toBe('running')
    }))

  test('asks; they are paused and kept', () =>
    inElectron(async ({ page, app, home }) => {
      await ready(page)
      const runId = await startRun(home)
      await answerDialogs(app, [pause])
      await endOf({ app })
      expect(await statusOf(home, runId)).toBe('paused')
    }))

  test('asks nothing when there are none', () =>
    inElectron(async ({ page, app }) => {
      await ready(page)
      await answerDialogs(app, [])
      await endOf({ app })
    }))
})

/** The process between window and lab. */
function childOf({ app }: Pick<InElectron, 'app'>): number | null {
  const { pid } = app.process()
  return descendants(pid ?? 0).find((child) => commandOf(child).includes('lab-child')) ?? null
}

const closeWindow = ({ app }: Pick<InElectron, 'app'>): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()))

/** Closes the window and waits until the desktop has ended. */
async function endOf({ app }: Pick<InElectron, 'app'>): Promise<void> {
  const main = app.process()
  await closeWindow({ app }).catch(() => undefined) // it may end before it answers
  await until(() => main.exitCode !== null || main.signalCode !== null)
}

/** A run that takes minutes, as the page starts its runs: it does not depend on who started it. */
const startRun = (home: TestHome): Promise<string> =>
  home.withLab(async (lab) => {
    const settings = { workload: 'airfoil', optimizer: 'sgd', batch: 1, epochs: 100_000 }
    const { runIds } = await lab.call('runs.submit', { runs: [settings], detached: true })
    const [runId = ''] = runIds
    await until(async () => (await lab.call('runs.show', { runId })).run.status === 'running')
    return runId
  })

const statusOf = (home: TestHome, runId: string): Promise<string> =>
  home.withLab(async (lab) => (await lab.call('runs.show', { runId })).run.status)
