import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The names under which a browser on this machine reaches the port. */
export function hostsOf(port: number): readonly string[] {
  const names = ['127.0.0.1', 'localhost']
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]
}

/**
 * Why a request is not for us; undefined when it is. Another name in `Host` is a page whose domain was made to point
 * at this machine (DNS rebinding); another `Origin`, or a fetch from another site, is a foreign page.
 */
export function objection(request: IncomingMessage, port: number): string | undefined {
  const hosts = hostsOf(port)
  const { host, origin } = request.headers
  if (host === undefined || !hosts.includes(host)) return 'This host name is not served here.'
  if (origin !== undefined && origin !== `http://${host}`) return 'Requests of other pages are not answered.'
  // A link to the page may be followed from anywhere: without the token it is only an empty laboratory.
  const site = request.headers['sec-fetch-site'] ?? 'none'
  const navigation =
    request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document'
  if (site !== 'same-origin' && site !== 'none' && !navigation)
    return 'Requests of other pages are not answered.'
  return undefined
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether two secrets are the same, in a time that tells nothing about where they differ. */
export const sameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected))
