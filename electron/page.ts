import { join } from 'node:path'
import { protocol } from 'electron'
import { readPage } from '../src/page/files.ts'
import { pageHeaders } from '../src/page/policy.ts'
import { handleScheme, type Answer } from './compat.ts'
import { isOurs, origin, scheme } from './origin.ts'

/** Before the app is ready: the scheme is one like https, with an origin of its own. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Hands out the built page, with the same policy as the server does. */
export function setupPage(): void {
  const files = readPage(join(import.meta.dirname, '../renderer'))
  const headers = pageHeaders()
  handleScheme(scheme, (method, url): Answer => {
    const path = isOurs(url) ? url.slice(origin.length).replace(/[?#].*$/, '') : ''
    const file = method === 'GET' ? files.get(path) : undefined
    if (file) return { status: 200, headers: { ...headers, 'Content-Type': file.type }, bytes: file.bytes }
    return { status: 404, headers: { ...headers, 'Content-Type': 'text/plain' }, bytes: Buffer.from('') }
  })
}
