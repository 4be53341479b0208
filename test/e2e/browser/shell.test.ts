import { once } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { until } from '../../support/until.ts'
import { inChromium, serveIn } from '../support/chromium.ts'
import { testHome } from '../support/home.ts'
import { lamp, ready } from '../support/shell.ts'

vi.setConfig({ testTimeout: 120_000 })

describe('a browser at the address that serve prints', () => {
  test('shows the frame and has the lab', () =>
    inChromium(async ({ page }) => {
      await ready(page)
      expect(await page.getByRole('navigation').first().isVisible()).toBe(true)
      expect(await page.title()).toContain('Descent Lab')
    }))

  test('shows the token nowhere, and works again when the page is loaded again', () =>
    inChromium(async ({ page, served, context }) => {
      await ready(page)
      const token = new URL(served.url).hash.replace('#token=', '')
      expect(page.url()).not.toContain(token)
      expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(token)
      await page.reload()
      await ready(page)
      await page.goBack()
      expect(page.url()).not.toContain(token)
      expect(await context.cookies()).toEqual([])
    }))

  test('is refused without the token, and told so', () =>
    inChromium(async ({ context, served }) => {
      const other = await context.newPage()
      await other.goto(`http://127.0.0.1:${served.port}/`)
      await lamp(other, /Refused/).waitFor()
      await other.goto(`http://127.0.0.1:${served.port}/#token=${'A'.repeat(43)}`)
      await other.reload()
      await lamp(other, /Refused/).waitFor()
    }))

  test('runs no code and no style but the files of the page, and reaches nothing else', () =>
    inChromium(async ({ page, problems, served }) => {
      await ready(page)
      problems.allow(/Content Security Policy|Executing inline script|Refused to|violates/)
      const outcome = await page.evaluate(async () => {
        const violated: string[] = []
        document.addEventListener('securitypolicyviolation', (event) =>
          violated.push(event.effectiveDirective),
        )
        const script = document.createElement('script')
        script.textContent = 'globalThis.injected = true'
        document.body.append(script)
        const style = document.createElement('style')
        style.textContent = 'body { outline: 7px solid red }'
        document.head.append(style)
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
        const reached = await fetch('http://127.0.0.1:1/').then(
          () => true,
          () => false,
        )
        const frame = document.createElement('iframe')
        frame.src = '/'
        document.body.append(frame)
        await new Promise((resolve) => setTimeout(resolve, 300))
        return {
          injected: 'injected' in globalThis,
          outline: getComputedStyle(document.body).outlineWidth,
          evaluated,
          reached,
          violated: [...new Set(violated)].sort(),
        }
      })
      expect(outcome).toEqual({
        injected: false,
        outline: expect.not.stringContaining('7px'),
        evaluated: false,
        reached: false,
        violated: expect.arrayContaining(['connect-src', 'frame-src', 'script-src-elem', 'style-src-elem']),
      })
      expect(await page.evaluate(() => 'process' in globalThis || 'require' in globalThis)).toBe(false)
      expect(served.process.exitCode).toBe(null)
    }))

  test('a page of another origin cannot reach the lab', () =>
    inChromium(async ({ context, page, served, problems }) => {
      await ready(page)
      problems.allow(/./) // the foreign page's own errors
      const token = new URL(served.url).hash.replace('#token=', '')
      const foreign = await context.newPage()
      // The same machine, another server: the same site for cookies, another origin.
      await foreign.route('http://localhost:1/', (route) =>
        route.fulfill({ contentType: 'text/html', body: '<title>foreign</title>' }),
      )
      await foreign.goto('http://localhost:1/')
      const outcome = await foreign.evaluate(
        async ({ port, token }) => {
          const answer = await fetch(`http://127.0.0.1:${port}/`).then(
            (response) => response.status,
            () => 'refused',
          )
          const socket = new WebSocket(`ws://127.0.0.1:${port}/lab`, [
            'descent.lab',
            `descent.token.${token}`,
          ])
          const opened = await new Promise((resolve) => {
            socket.onopen = () => resolve(true)
            socket.onclose = () => resolve(false)
          })
          return { answer, opened }
        },
        { port: served.port, token },
      )
      expect(outcome).toEqual({ answer: 'refused', opened: false })
    }))
})

describe('when something dies', () => {
  test('SIGKILL of the lab: the page says so, keeps what it shows, and has a lab again', () =>
    inChromium(async ({ page, home }) => {
      await ready(page)
      const pid = await until(() => home.labPid())
      const told = lamp(page, /Lab lost|Connecting/).waitFor()
      process.kill(pid, 'SIGKILL')
      await told
      expect(await page.getByRole('navigation').first().isVisible()).toBe(true)
      await ready(page)
      expect(home.labPid()).not.toBe(pid)
    }))

  test('the server: the page says so, and keeps what it shows', () =>
    inChromium(async ({ page, served, problems }) => {
      await ready(page)
      problems.allow(/WebSocket connection to .* failed/)
      await served.stop()
      await lamp(page, /Lab lost/).waitFor()
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
    }))
})

describe('descent serve', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends by %s with code 0, and the lab after it',
    async (signal) => {
      const home = testHome()
      try {
        const served = await serveIn(home)
        await until(() => home.labPid())
        const ended = once(served.process, 'exit')
        served.process.kill(signal) // once: a second Ctrl-C does not wait
        expect(await ended).toEqual([0, null])
        await until(() => home.labPid() === null)
      } finally {
        await home.remove()
      }
    },
  )

  test('says which port it cannot have', async () => {
    const home = testHome()
    try {
      const served = await serveIn(home)
      await expect(serveIn(home, served.port)).rejects.toThrow(
        `Port ${served.port} cannot be used: another program has it.`,
      )
      await served.stop()
    } finally {
      await home.remove()
    }
  })
})
