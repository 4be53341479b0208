import { EventEmitter } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { labContract } from '../../../src/contract/lab.ts'
import { createClient } from '../../../src/transport/client.ts'
import { until } from '../../support/until.ts'
import { testHome, type TestHome } from '../support/home.ts'

/**
 * The main process that we ship, run for what it does to Electron: registries have no binary of a current Electron, and
 * in the old one of the other tests compat.ts takes its other branches.
 */
const out = resolve(import.meta.dirname, '../../../out')
const read = (file: string): string => readFileSync(join(out, file), 'utf8')

test('what we ship has nothing of the old Electron in it', () => {
  for (const file of ['main/index.js', 'preload/index.cjs'])
    expect(read(file)).not.toMatch(/registerBufferProtocol|new-window|LEGACY/)
  for (const file of readdirSync(join(out, 'renderer/assets')).filter((name) => name.endsWith('.js')))
    expect(read(`renderer/assets/${file}`)).not.toContain('__core-js_shared__')
})

test('each process imports from Electron only what it has there', () => {
  // An ES module that imports a name that is not there does not start at all.
  const [, names = ''] = /import \{([^}]+)\} from "electron"/.exec(read('main/index.js')) ?? []
  expect(names).toContain('BrowserWindow')
  expect(names).not.toMatch(/webUtils|contextBridge|ipcRenderer|webFrame/)
  expect(read('preload/index.cjs')).not.toMatch(/electron\.(app|BrowserWindow|dialog|ipcMain|session)\b/)
  // A preload in a sandbox has no other modules.
  expect(read('preload/index.cjs').match(/require\(/g)).toHaveLength(1)
})

type Listener = (...args: never[]) => unknown

/** Just enough of Electron to see what main asks of it. */
function fakeElectron() {
  const handled = new Map<string, Listener>()
  const messages = new EventEmitter()
  const windows: FakeWindow[] = []
  const asked = {
    schemes: undefined as unknown,
    permissions: undefined as unknown as (
      contents: unknown,
      name: string,
      decide: (may: boolean) => void,
    ) => void,
    checks: undefined as unknown as (contents: unknown, name: string, from: string) => boolean,
    scheme: undefined as unknown as (request: Request) => Response,
    opened: [] as string[],
    paths: {} as Record<string, string>,
  }

  class FakeContents extends EventEmitter {
    url = ''
    mainFrame = { url: '' }
    sent: unknown[][] = []
    openWindow: ((details: { url: string }) => { action: string }) | undefined
    setWindowOpenHandler = (handler: (details: { url: string }) => { action: string }) =>
      void (this.openWindow = handler)
    getURL = () => this.url
    isDestroyed = () => false
    send = (...args: unknown[]) => void this.sent.push(args)
    show(url: string) {
      this.url = url
      this.mainFrame = { url }
    }
  }
  class FakeWindow extends EventEmitter {
    webContents = new FakeContents()
    readonly options: { webPreferences: Record<string, unknown> }
    constructor(options: { webPreferences: Record<string, unknown> }) {
      super()
      this.options = options
      windows.push(this)
      app.emit('web-contents-created', {}, this.webContents)
    }
    loadURL(url: string) {
      this.webContents.show(url)
      return Promise.resolve()
    }
  }
  const app = Object.assign(new EventEmitter(), {
    requestSingleInstanceLock: () => true,
    whenReady: () => Promise.resolve(),
    getLocale: () => 'en-US',
    getPath: () => '/nowhere',
    setPath: (name: string, path: string) => void (asked.paths[name] = path),
    quit: () => undefined,
    name: 'Descent Lab',
  })
  const session = {
    defaultSession: Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: (handler: typeof asked.permissions) => void (asked.permissions = handler),
      setPermissionCheckHandler: (handler: typeof asked.checks) => void (asked.checks = handler),
    }),
  }
  return {
    asked,
    windows,
    FakeContents,
    /** As a page's preload sends it. */
    say: (
      sender: InstanceType<typeof FakeContents>,
      frame: object | null,
      name: string,
      ...args: unknown[]
    ) => messages.emit(name, { sender, senderFrame: frame }, ...args),
    ask: async (sender: object, frame: object | null, name: string, ...args: unknown[]) =>
      (handled.get(name) as (...args: unknown[]) => unknown)({ sender, senderFrame: frame }, ...args),
    module: {
      app,
      session,
      BrowserWindow: Object.assign(FakeWindow, { fromWebContents: () => windows[0] }),
      Menu: { setApplicationMenu: () => undefined, buildFromTemplate: () => ({}) },
      nativeTheme: { shouldUseDarkColors: false },
      screen: { getAllDisplays: () => [] },
      shell: { openExternal: (url: string) => Promise.resolve(void asked.opened.push(url)) },
      dialog: { showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: ['/data/a.dat'] }) },
      ipcMain: {
        on: (name: string, hear: Listener) => messages.on(name, hear as never),
        handle: (name: string, answer: Listener) => void handled.set(name, answer),
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: unknown) => void (asked.schemes = schemes),
        handle: (_scheme: string, answer: typeof asked.scheme) => void (asked.scheme = answer),
      },
    },
  }
}

describe('the main process', () => {
  const electron = fakeElectron()
  let home: TestHome
  let window: (typeof electron.windows)[number]
  const own = () => window.webContents

  beforeAll(async () => {
    home = testHome()
    vi.stubEnv('DESCENT_HOME', home.env['DESCENT_HOME'])
    vi.stubEnv('DESCENT_CACHE', home.env['DESCENT_CACHE'])
    vi.doMock('electron', () => electron.module)
    await import(join(out, 'main/index.js'))
    window = await until(() => electron.windows[0])
  })
  afterAll(async () => {
    electron.module.app.emit('will-quit')
    vi.unstubAllEnvs()
    await home.remove()
  })

  test('shows the page in a sandbox, at an address of its own', () => {
    expect(electron.asked.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
    expect(own().url).toBe('app://descent/index.html')
    expect(window.options.webPreferences).toEqual({
      preload: join(out, 'preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    })
  })

  test('keeps its own files beside the library, so that each has a window of its own', () => {
    expect(electron.asked.paths).toEqual({ userData: join(home.env['DESCENT_HOME'] ?? '', 'window') })
  })

  test('hands out the built page and nothing else, under the strict policy', async () => {
    const answer = electron.asked.scheme(new Request('app://descent/index.html#/runs'))
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(read('renderer/index.html'))
    expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    const policy = answer.headers.get('Content-Security-Policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    for (const [url, method] of [
      ['app://descent/../main/index.js'],
      ['app://descent/%2e%2e/main/index.js'],
      ['app://other/index.html'],
      ['app://descent.evil/index.html'],
      ['app://descent/index.html', 'POST'],
    ]) {
      const refused = electron.asked.scheme(new Request(url ?? '', { method: method ?? 'GET' }))
      expect(refused.status, url).toBe(404)
      expect(refused.headers.get('Content-Security-Policy')).toBe(policy)
    }
  })

  test('lets no page navigate, open windows, embed others or use devices', () => {
    const prevented = (name: string, ...args: unknown[]) => {
      let stopped = false
      own().emit(name, { preventDefault: () => (stopped = true) }, ...args)
      return stopped
    }
    expect(prevented('will-navigate', 'https://example.org/')).toBe(true)
    expect(prevented('will-navigate', 'file:///etc/passwd')).toBe(true)
    expect(prevented('will-navigate', 'app://descent.evil/')).toBe(true)
    expect(prevented('will-navigate', 'app://descent/index.html')).toBe(false)
    expect(prevented('will-redirect', 'https://example.org/')).toBe(true)
    expect(prevented('will-attach-webview')).toBe(true)
    for (const url of ['https://example.org/page', 'http://example.org/', 'file:///bin/sh', 'ms-settings:'])
      expect(own().openWindow?.({ url })).toEqual({ action: 'deny' })
    expect(electron.asked.opened).toEqual(['https://example.org/', 'https://example.org/page'])

    const decided: boolean[] = []
    for (const permission of ['media', 'geolocation', 'clipboard-read', 'clipboard-sanitized-write'])
      electron.asked.permissions(own(), permission, (may) => decided.push(may))
    const foreign = { getURL: () => 'https://example.org/' }
    electron.asked.permissions(foreign, 'clipboard-sanitized-write', (may) => decided.push(may))
    expect(decided).toEqual([false, false, false, true, false])
    expect(electron.asked.checks(own(), 'clipboard-sanitized-write', 'app://descent/')).toBe(true)
    expect(electron.asked.checks(own(), 'clipboard-sanitized-write', 'app://descent.evil/')).toBe(false)
    expect(electron.asked.checks(own(), 'usb', 'app://descent/')).toBe(false)
  })

  test('answers our page’s own frame only', async () => {
    const page = own()
    const options = { title: '', filters: [], multiple: false }
    const ask = (sender: object, frame: object | null) =>
      electron.ask(sender, frame, 'descent:open-files', options)
    expect(await ask(page, page.mainFrame)).toEqual(['/data/a.dat'])
    const other = new electron.FakeContents()
    other.show('https://example.org/')
    for (const [sender, frame] of [
      [page, { url: 'app://descent/index.html' }], // a frame inside our page
      [page, null], // one that is gone
      [other, other.mainFrame],
    ] as const)
      await expect(ask(sender, frame)).rejects.toThrow('Only the page of Descent Lab is answered.')
  })

  test('carries frames between our page and the lab, and drops those of others', async () => {
    const page = own()
    const other = new electron.FakeContents()
    other.show('https://example.org/')
    electron.say(other, other.mainFrame, 'descent:connect', 1)
    electron.say(page, page.mainFrame, 'descent:connect', 1)
    const lab = createClient(labContract, {
      send: (bytes) => {
        electron.say(other, other.mainFrame, 'descent:frame', 1, new Uint8Array([1, 2, 3]))
        electron.say(page, page.mainFrame, 'descent:frame', 2, new Uint8Array([1, 2, 3]))
        electron.say(page, page.mainFrame, 'descent:frame', 1, bytes)
      },
      listen({ message, closed }) {
        page.send = (name: unknown, id: unknown, payload: unknown) => {
          if (name === 'descent:frame' && id === 1) message(payload as Uint8Array)
          else closed()
        }
      },
      close: () => electron.say(page, page.mainFrame, 'descent:close', 1),
    })
    const { pid } = await lab.call('lab.info', {})
    expect(pid).toBe(home.labPid())
    expect(other.sent).toEqual([])
    process.kill(pid, 'SIGKILL')
    await lab.closed
  })

  test('listens to a page no longer once its connection has ended', async () => {
    const page = own()
    const heard = (): number => page.listenerCount('destroyed') + page.listenerCount('render-process-gone')
    const quiet = await until(() => heard() < 3 && heard())
    for (let id = 10; id < 30; id++) {
      electron.say(page, page.mainFrame, 'descent:connect', id)
      electron.say(page, page.mainFrame, 'descent:close', id)
    }
    await until(() => heard() === quiet)
  })
})
