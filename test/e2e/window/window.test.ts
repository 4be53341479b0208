import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import {
  answerDialogs,
  askedDialogs,
  childOf,
  inElectron,
  launchElectron,
  type InElectron,
} from '../support/electron.ts'
import { isAlive } from '../support/home.ts'
import { lamp, ready } from '../support/shell.ts'

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
    ).toEqual(['platform', 'connect', 'openFiles', 'saveFile', 'writeFile', 'pathOf'])
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
          bridge.writeFile({ title: '', defaultName: '', filters: [] }, new Uint8Array(1))
            .then(() => answers.push('written'), refused),
        ]).then(() => setTimeout(() => resolve(answers), 1000))
      })`)
      ipcMain.removeListener('descent:connect', count)
      foreign.destroy()
      return { outcome: outcome as unknown, sent }
    })
    expect(heard).toEqual({ outcome: ['refused', 'refused', 'refused'], sent: 1 })
    await ready(page)
  })

  test('numbers connections on where the page before has stopped', async () => {
    await ready(page)
    await app.evaluate(({ ipcMain }) => {
      const ids: unknown[] = []
      Object.assign(globalThis, { ids })
      ipcMain.on('descent:connect', (_event, id) => ids.push(id))
    })
    for (let times = 0; times < 2; times++) {
      await page.reload()
      await ready(page)
    }
    const ids = await app.evaluate(() => (globalThis as unknown as { ids: number[] }).ids)
    expect(ids.length).toBeGreaterThanOrEqual(2)
    expect(new Set(ids).size).toBe(ids.length)
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
        const between = await until(() => childOf(app))
        const told = lamp(page, /Lab lost|Connecting/).waitFor()
        process.kill(between, 'SIGKILL')
        await told
        await ready(page)
        const { pid } = await lab.call('lab.info', {})
        expect(home.labPid()).toBe(pid)
      }),
    ))

  test('SIGKILL of the page: it is shown again, and has the same lab', () =>
    inElectron(({ page, app, home, problems }) =>
      // Somebody else stays connected, as above.
      home.withLab(async (lab) => {
        await ready(page)
        problems.allow(/the page crashed/)
        process.kill(await pageProcess(app), 'SIGKILL')
        await until(async () => (await pageText(app)).includes('Lab ready'))
        const { pid } = await lab.call('lab.info', {})
        expect(home.labPid()).toBe(pid)
      }),
    ))

  test('a page that dies three times within five minutes: a person is asked, and decides', () =>
    inElectron(async ({ page, app, problems }) => {
      await ready(page)
      problems.allow(/the page crashed/)
      await answerDialogs(app, [0])
      for (let times = 0; times < 3; times++) {
        await until(async () => (await pageText(app)).includes('Lab ready'))
        process.kill(await pageProcess(app), 'SIGKILL')
        await until(async () => !(await pageText(app)).includes('Lab ready'))
      }
      await until(async () => (await pageText(app)).includes('Lab ready'))
      expect((await askedDialogs(app)).map(({ message }) => message)).toEqual([
        'The page has crashed three times within five minutes.',
      ])
    }))

  test('three times within five minutes: a person is asked, and decides', () =>
    inElectron(async ({ page, app }) => {
      await ready(page)
      await answerDialogs(app, [0])
      for (let times = 0; times < 3; times++) {
        await ready(page)
        const told = lamp(page, /Lab lost|Connecting/).waitFor()
        process.kill(await until(() => childOf(app)), 'SIGKILL')
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
      const between = await until(() => childOf(app))
      app.process().kill('SIGKILL')
      await until(() => !isAlive(between) && !isAlive(pid))
    }))
})

/** From main: Playwright gives up a page that has crashed. */
const pageProcess = (app: InElectron['app']): Promise<number> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0)
const pageText = (app: InElectron['app']): Promise<string> =>
  app.evaluate(({ BrowserWindow }) =>
    Promise.race([
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        'document.body.innerText',
      ) as Promise<string>,
      new Promise<string>((resolve) => setTimeout(() => resolve(''), 1000)), // one that died never answers
    ]).catch(() => ''),
  )
