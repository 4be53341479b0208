import { DescentError } from '../contract/errors.ts'
import { pathCalls } from '../contract/paths.ts'
import { decodeMessage, encodeMessage } from '../transport/framing.ts'

type Use = (typeof pathCalls)[keyof typeof pathCalls]['use']

/**
 * What to answer a page instead of passing on what it sent: a call that names a path which the page may not name.
 * @param mayName asked of every path
 * @returns the answer, framed; null where the lab shall have the message
 */
export function refusePath(
  bytes: Uint8Array,
  mayName: (path: string, use: Use) => boolean,
): Uint8Array<ArrayBuffer> | null {
  // Read through only where one of the names may be in it: a page may send a list of a hundred thousand runs.
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!suspicious.some((text) => raw.includes(text))) return null
  let message: unknown
  try {
    message = decodeMessage(bytes)
  } catch {
    return null // the lab ends connections that do not speak its protocol
  }
  const { kind, id, name, input } = message as Partial<Record<string, unknown>>
  if (kind !== 'call' || typeof name !== 'string' || !isPathCall(name)) return null
  const { field, use } = pathCalls[name]
  const path = (input as Partial<Record<string, unknown>> | undefined)?.[field]
  if (typeof path === 'string' && mayName(path, use)) return null
  const error = new DescentError(
    'unsupported',
    `A page cannot choose a path on the lab's machine by itself (${name}).`,
    use === 'written' ? 'Save the file from the page.' : 'Choose the file in the page.',
  )
  return encodeMessage({ kind: 'error', id, error: error.toJSON() })
}

const isPathCall = (name: string): name is keyof typeof pathCalls => Object.hasOwn(pathCalls, name)

/** JSON may write any letter of a name as an escape. */
const suspicious = [...Object.keys(pathCalls), '\\u']
