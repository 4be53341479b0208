import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runningServer, type Running } from '../support/running-server.ts'

let server: Running
beforeAll(async () => {
  server = await runningServer()
})
afterAll(() => server.stop())

describe('what is served', () => {
  test('the page and its files, each with its type', async () => {
    expect(await server.ask('/')).toMatchObject({ status: 200, body: '<!doctype html><title>page</title>' })
    expect((await server.ask('/?x=1')).status).toBe(200)
    const { headers, status } = await server.ask('/assets/code-1a2b.js')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(headers['cache-control']).toContain('immutable')
    expect((await server.ask('/')).headers['cache-control']).toBe('no-cache')
  })

  test('to HEAD, the headers only', async () => {
    const { status, headers, body } = await server.ask('/', { method: 'HEAD' })
    expect({ status, body, length: headers['content-length'] }).toEqual({
      status: 200,
      body: '',
      length: '34',
    })
  })

  test('under localhost too', async () => {
    expect((await server.ask('/', { headers: { host: `localhost:${server.port}` } })).status).toBe(200)
  })

  test('with headers that let a page do what ours needs and nothing else', async () => {
    for (const path of ['/', '/assets/code-1a2b.js', '/nothing']) {
      const { headers } = await server.ask(path)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      expect(headers).not.toHaveProperty('x-powered-by')
    }
    const policy = (await server.ask('/')).headers['content-security-policy'] ?? ''
    expect(String(policy).split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        `connect-src 'self' ws://127.0.0.1:${server.port}`,
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    )
    expect(policy).not.toMatch(/unsafe|\*/)
  })

  test('no token in anything that travels', async () => {
    const { headers, body } = await server.ask('/')
    expect(JSON.stringify(headers) + body).not.toContain(server.token)
  })
})

describe('what is refused', () => {
  test.each([
    ['a name that leads here (DNS rebinding)', 'evil.example'],
    ['that name with the port', 'evil.example:PORT'],
    ['another port', '127.0.0.1:1'],
    ['no port', '127.0.0.1'],
    ['a name that begins like ours', '127.0.0.1.evil.example:PORT'],
    ['a name that ends like ours', 'evil.localhost:PORT'],
    ['another way to write this machine', '[::1]:PORT'],
    ['all addresses', '0.0.0.0:PORT'],
  ])('as Host, %s', async (_what, name) => {
    const host = name.replace('PORT', String(server.port))
    expect((await server.ask('/', { headers: { host } })).status).toBe(403)
  })

  test('a request without Host', async () => {
    expect(await server.raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
    expect(await server.raw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await server.raw('GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403 /,
    )
  })

  test.each([
    'http://evil.example',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:1',
    'http://localhost:PORT',
    'null',
    '',
    'app://descent',
  ])('as Origin, %j', async (text) => {
    const origin = text.replace('PORT', String(server.port))
    const { status, body } = await server.ask('/assets/code-1a2b.js', { headers: { origin } })
    expect(status).toBe(403)
    expect(body).not.toContain('export')
  })

  test('what a foreign page asks for, but not a link that a person follows', async () => {
    const from = (site: string, mode: string, dest: string) => ({
      headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest },
    })
    expect((await server.ask('/', from('cross-site', 'no-cors', 'script'))).status).toBe(403)
    expect((await server.ask('/', from('same-site', 'no-cors', 'image'))).status).toBe(403)
    expect((await server.ask('/', from('cross-site', 'navigate', 'iframe'))).status).toBe(403)
    expect((await server.ask('/', from('cross-site', 'navigate', 'document'))).status).toBe(200)
    expect((await server.ask('/', from('same-origin', 'cors', 'script'))).status).toBe(200)
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s', async (method) => {
    const { status, headers } = await server.ask('/', { method })
    expect(status).toBe(405)
    expect(headers.allow).toBe('GET, HEAD')
  })

  test.each([
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%00.js',
    '//etc/passwd',
    '/etc/passwd',
    '/assets',
    '/assets/',
    '/INDEX.HTML',
    '/notes.secret',
    '/.stamp',
    '/%',
    'http://127.0.0.1/../../etc/passwd',
    '*',
  ])('%s', async (path) => {
    const { status, body } = await server.ask(path)
    expect({ status, body }).toEqual({ status: 404, body: 'There is nothing here.\n' })
  })

  test('headers without end', async () => {
    const long = 'x'.repeat(20_000)
    expect(await server.raw(`GET / HTTP/1.1\r\nHost: ${server.host}\r\nX-Long: ${long}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
  })
})
