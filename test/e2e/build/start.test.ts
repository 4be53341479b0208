import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { until } from '../../support/until.ts'
import { testHome, type TestHome } from '../support/home.ts'

vi.setConfig({ testTimeout: 120_000 })

const script = resolve(import.meta.dirname, '../../../scripts/start.ts')
let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => home.remove())

/** Without TensorFlow's installation, unless that is what is asked for. */
function start(
  args: readonly string[],
  env: Record<string, string> = {},
  setup: readonly string[] = ['--no-setup'],
) {
  const child = spawn(process.execPath, [script, ...args, ...setup], {
    env: { ...home.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  return {
    child,
    ended,
    said: () => said,
    /** The address it serves the page at; then it is stopped as by Ctrl-C. */
    async served(): Promise<string> {
      const url = await Promise.race([
        until(() => /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(said)?.[0]),
        ended.then(() => Promise.reject(new Error(`it ended: ${said}`))),
      ])
      const { status } = await fetch(url)
      expect(status).toBe(200)
      child.kill('SIGINT')
      expect(await ended).toBe(0)
      return url
    },
  }
}

/** A program in the place of Electron. */
function fakeElectron(code: string): Record<string, string> {
  const folder = join(home.folder, 'electron')
  mkdirSync(folder)
  writeFileSync(join(folder, 'electron'), `#!/bin/sh\n${code}\n`)
  chmodSync(join(folder, 'electron'), 0o755)
  return { ELECTRON_OVERRIDE_DIST_PATH: folder, DISPLAY: ':0' }
}

describe('npm start', () => {
  test('installs TensorFlow beside the page, which does not wait for it', async () => {
    const started = start(['--browser'], { DESCENT_TENSORFLOW: '', PATH: '/nowhere' }, [])
    await started.served()
    expect(started.said()).toContain('Installing TensorFlow in the background')
  })

  test('serves the page where there is no display, and says so', async () => {
    const started = start([])
    await started.served()
    expect(started.said()).toContain('because there is no display here')
  })

  test('opens the window where there are a display and an Electron, and ends with it', async () => {
    const started = start([], fakeElectron(`echo "window of $1" > "${join(home.folder, 'opened')}"`))
    expect(await started.ended).toBe(0)
    expect(existsSync(join(home.folder, 'opened'))).toBe(true)
    expect(started.said()).not.toContain('http')
  })

  test('serves the page where Electron cannot open a window, and says why', async () => {
    const started = start([], fakeElectron('echo "[12:FATAL:x.cc(1)] Missing X server" >&2; exit 1'))
    await started.served()
    expect(started.said()).toContain('because Electron could not open a window (Missing X server)')
  })

  test('serves the page where Electron is not here and out of reach, and says so', async () => {
    const started = start([], {
      DISPLAY: ':0',
      ELECTRON_OVERRIDE_DIST_PATH: join(home.folder, 'nowhere'),
      ELECTRON_MIRROR: 'http://127.0.0.1:1/',
    })
    await started.served()
    expect(started.said()).toContain('Electron cannot be downloaded: 127.0.0.1:1 is out of reach.')
    expect(started.said()).toContain('because Electron, which the window needs, is not here')
  })

  test('--browser --port serves the page where a window could open', async () => {
    const started = start(['--browser', '--port', '0'], fakeElectron('exit 0'))
    await started.served()
    expect(started.said()).toContain('as you asked')
  })

  test('--once runs the sample, and its report is there', async () => {
    const started = start(['--once', '--locale', 'zh-CN'])
    expect(await started.ended, started.said()).toBe(0)
    const [, report = ''] = /The report: (.*)/.exec(started.said()) ?? []
    expect(existsSync(report), report).toBe(true)
    expect(started.said()).toContain('45 of 45 runs are done')
  })

  test('--help describes every option; what it does not know is refused', async () => {
    const started = start(['--help'])
    expect(await started.ended).toBe(0)
    for (const option of ['--browser', '--port', '--once', '--rebuild', '--locale', '--help'])
      expect(started.said()).toContain(`  ${option}`)
    for (const wrong of [['--windows'], ['--port', '65536'], ['--port', 'x'], ['now']]) {
      const refused = start(wrong)
      expect(await refused.ended).toBe(2)
      expect(refused.said()).toContain('--browser')
    }
  })
})
