import type { DatasetFile } from '../../datasets/dataset.ts'
import { retryAfterMs } from './back-off.ts'
import { bytesText, errorCode, errorMessage } from '../../files/failures.ts'
import type { PartialFile } from './partial.ts'

export type AttemptOutcome =
  | { kind: 'complete' }
  /** It may go better another time, `weight` failures' worth of hope less. */
  | { kind: 'retry'; reason: string; weight: number; retryAfterMs?: number }
  /** This address will not serve the file, however often it is asked. */
  | { kind: 'give-up'; reason: string }

export interface AttemptOptions {
  fetch: typeof fetch
  now: () => number
  stallMs: number
  signal?: AbortSignal
  onReceived: () => void
}

/**
 * Asks one address once, from where the partial file ends, and appends what comes.
 *
 * Resuming is a range request with If-Range (RFC 9110, section 13.1.5), so a file that changed meanwhile comes
 * whole. A server that ignores ranges sends it whole too, and it is taken from the start. The body is wanted as
 * it is stored (`Accept-Encoding: identity`): fetch would undo a transfer compression, and a .gz is no such thing.
 */
export async function attemptDownload(
  url: string,
  file: DatasetFile,
  partial: PartialFile,
  options: AttemptOptions,
): Promise<AttemptOutcome> {
  const stall = new StallGuard(options.stallMs)
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal
  const from = partial.receivedBytes
  let response: Response | undefined
  try {
    response = await options.fetch(url, { headers: requestHeaders(url, partial), signal, redirect: 'follow' })
    stall.reset()
    const answer = await readAnswer(response, url, file, partial, options.now)
    if (answer !== undefined) return answer
    return await appendBody(response, file, partial, stall, options)
  } catch (error) {
    if (options.signal?.aborted) throw error
    if (stall.signal.aborted) {
      return retry(`nothing came for ${options.stallMs / 1000} s, after ${bytesText(partial.receivedBytes)}`)
    }
    if (!isNetworkError(error)) throw error
    return networkOutcome(error, partial.receivedBytes - from)
  } finally {
    stall.end()
    await response?.body?.cancel().catch(() => undefined)
  }
}

function requestHeaders(url: string, partial: PartialFile): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', accept: '*/*' }
  if (partial.receivedBytes === 0) return headers
  headers['range'] = `bytes=${partial.receivedBytes}-`
  // From another mirror the same bytes carry another mark: no condition then, the hash decides in the end.
  if (partial.origin?.url === url && partial.origin.validator) headers['if-range'] = partial.origin.validator
  return headers
}

/** Judges status and headers. Undefined: the body is the rest of the file, append it. */
async function readAnswer(
  response: Response,
  url: string,
  file: DatasetFile,
  partial: PartialFile,
  now: () => number,
): Promise<AttemptOutcome | undefined> {
  const { status, headers } = response
  if (status === 416) {
    await partial.restart()
    return retry(`HTTP 416: the server has no bytes from there on, so the download starts again`)
  }
  if (isPassingStatus(status)) {
    const patience = retryAfterMs(headers.get('retry-after'), now())
    return {
      ...retry(`HTTP ${status} ${response.statusText}`.trimEnd()),
      ...(patience === undefined ? {} : { retryAfterMs: patience }),
    }
  }
  if (status !== 200 && status !== 206) return giveUp(`HTTP ${status} ${response.statusText}`.trimEnd())
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    return giveUp(`it is sent with Content-Encoding ${encoding}, so its own bytes cannot be told`)
  }
  if (status === 206) return acceptRange(headers, file, partial)
  const length = headers.get('content-length')
  if (length !== null && Number(length) !== file.sizeBytes) {
    const type = headers.get('content-type')
    return giveUp(
      `it serves ${bytesText(Number(length))}${type ? ` of ${type}` : ''} instead of ${bytesText(file.sizeBytes)}`,
    )
  }
  const validator = strongValidator(headers)
  await partial.restart(validator === undefined ? { url } : { url, validator })
  return undefined
}

async function acceptRange(
  headers: Headers,
  file: DatasetFile,
  partial: PartialFile,
): Promise<AttemptOutcome | undefined> {
  const found = headers.get('content-range') ?? ''
  const range = /^bytes (?<start>\d+)-\d+\/(?<total>\d+|\*)$/.exec(found.trim())?.groups
  if (range && range['total'] !== '*' && Number(range['total']) !== file.sizeBytes) {
    return giveUp(`it serves ${bytesText(Number(range['total']))} instead of ${bytesText(file.sizeBytes)}`)
  }
  if (!range || Number(range['start']) !== partial.receivedBytes) {
    const asked = partial.receivedBytes
    await partial.restart()
    return retry(`asked for bytes from ${asked} on, it answered with Content-Range "${found}"`)
  }
  return undefined
}

async function appendBody(
  response: Response,
  file: DatasetFile,
  partial: PartialFile,
  stall: StallGuard,
  options: AttemptOptions,
): Promise<AttemptOutcome> {
  const body = response.body as ReadableStream<Uint8Array> | null
  const reader = body?.getReader()
  if (reader) {
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        if (partial.receivedBytes + value.byteLength > file.sizeBytes) {
          await partial.restart()
          return giveUp(`it sent more than the expected ${bytesText(file.sizeBytes)}`)
        }
        await partial.append(value)
        stall.reset()
        options.onReceived()
      }
    } finally {
      await reader.cancel().catch(() => undefined)
      reader.releaseLock()
    }
  }
  if (partial.receivedBytes === file.sizeBytes) return { kind: 'complete' }
  return retry(`it ended after ${bytesText(partial.receivedBytes)} of ${bytesText(file.sizeBytes)}`)
}

/** Ends the request when nothing has come for a while. */
class StallGuard {
  private readonly controller = new AbortController()
  private readonly limitMs: number
  private timer: NodeJS.Timeout

  constructor(limitMs: number) {
    this.limitMs = limitMs
    this.timer = this.start()
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  reset(): void {
    clearTimeout(this.timer)
    this.timer = this.start()
  }

  end(): void {
    clearTimeout(this.timer)
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(), this.limitMs)
  }
}

/** Request timeout, too early, too many requests, and the server's own failures: RFC 9110 and 6585. */
function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

/** If-Range takes strong validators only. */
function strongValidator(headers: Headers): string | undefined {
  const etag = headers.get('etag')
  if (etag !== null && !etag.startsWith('W/')) return etag
  return headers.get('last-modified') ?? undefined
}

/** fetch reports whatever the network did as a TypeError, with the reason as its cause. Other ones are bugs. */
function isNetworkError(error: unknown): error is TypeError {
  return (
    error instanceof TypeError &&
    (error.cause !== undefined || /^(fetch failed|terminated)$/.test(error.message))
  )
}

function networkOutcome(error: TypeError, receivedBytes: number): AttemptOutcome {
  const cause = rootCause(error)
  const code = errorCode(cause)
  const reason = `${errorMessage(cause) || code || error.message}${receivedBytes > 0 ? `, after ${bytesText(receivedBytes)}` : ''}`
  if (
    code === 'ENOTFOUND' ||
    code?.startsWith('ERR_TLS') ||
    code?.includes('CERT') ||
    /redirect|scheme|parse URL|bad port/i.test(reason)
  ) {
    return giveUp(reason)
  }
  // No name service or nobody listening usually means no network: one more try is enough.
  const isOffline = ['EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'].includes(code ?? '')
  return { kind: 'retry', reason, weight: isOffline ? 2 : 1 }
}

function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0])
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause)
  return error
}

function retry(reason: string): AttemptOutcome & { kind: 'retry' } {
  return { kind: 'retry', reason, weight: 1 }
}

function giveUp(reason: string): AttemptOutcome {
  return { kind: 'give-up', reason }
}
