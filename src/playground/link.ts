import { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { canonical } from '../experiments/canonical.ts'
import { playgroundState, type PlaygroundState, type PlaygroundWalker } from './state.ts'

/** Version of the link's form; the first character of what it carries. */
const version = '1'

/**
 * A state as the hash part of an address: `#/playground?s=…`, letters, digits, - and _ only. The same state gives the
 * same link: what stands at its default is left out, and settings are in alphabetical order.
 */
export function linkOf(state: PlaygroundState): string {
  return `#/playground?s=${version}${toBase64Url(JSON.stringify(shortened(state)))}`
}

/**
 * The state that a link names.
 * @param text a whole address, its hash part, or what stands behind `s=`
 * @throws DescentError `invalid-value` where it is damaged, of a later version, or out of bounds
 */
export function readLink(text: string): PlaygroundState {
  const given = /[?&]s=([^&#\s]*)/.exec(text)?.[1] ?? text.trim()
  if (given.startsWith(version)) {
    try {
      const parsed: unknown = JSON.parse(fromBase64Url(given.slice(version.length)))
      return playgroundState.parse(lengthened(short.parse(parsed)))
    } catch (error) {
      throw damaged(error)
    }
  }
  throw damaged(undefined)
}

/** The state of another page as text for an address: letters, digits, - and _ only, the same for the same state. */
export const packed = (state: unknown): string => `${version}${toBase64Url(JSON.stringify(canonical(state)))}`

/** @throws DescentError `invalid-value` where the text is damaged or of a later version */
export function unpacked(text: string): unknown {
  if (!text.startsWith(version)) throw damaged(undefined)
  try {
    return JSON.parse(fromBase64Url(text.slice(version.length))) as unknown
  } catch (error) {
    throw damaged(error)
  }
}

const damaged = (cause: unknown): DescentError =>
  new DescentError(
    'invalid-value',
    'The link does not describe a playground: part of it is missing or was changed, or a later version wrote it.',
    'Copy the whole link again, or open the playground’s file.',
    { cause },
  )

/** Short names, so that links stay short. */
const names = {
  objective: 'o',
  condition: 'c',
  rotation: 'r',
  view: 'v',
  start: 'x',
  steps: 'n',
  noise: 'z',
  sparse: 'p',
  seed: 'i',
  walkers: 'w',
  levels: 'l',
  shows: 'd',
  turn: 't',
  cursor: 'k',
} as const satisfies Record<keyof PlaygroundState, string>

/** [optimizer, its settings, schedule, its settings, offset]; what is at its default falls off the end. */
const shortWalker = z.array(z.unknown()).min(1).max(5)
const short = z.strictObject(
  Object.fromEntries(
    Object.values(names).map((name) => [
      name,
      (name === 'w' ? z.array(shortWalker) : z.unknown()).optional(),
    ]),
  ),
)

const defaults = playgroundState.parse({ objective: '', view: null, start: [0], steps: 1, walkers: [] })
const alwaysWritten: ReadonlySet<string> = new Set(['objective', 'start', 'steps', 'walkers'])

function shortened(state: PlaygroundState): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const [name, letter] of Object.entries(names) as [keyof PlaygroundState, string][]) {
    const value = name === 'walkers' ? state.walkers.map(shortenedWalker) : state[name]
    if (
      alwaysWritten.has(name) ||
      JSON.stringify(canonical(value)) !== JSON.stringify(canonical(defaults[name]))
    )
      written[letter] = canonical(value)
  }
  return written
}

function shortenedWalker({ optimizer, set, schedule }: PlaygroundWalker): unknown[] {
  const all = [optimizer, set, schedule.id, schedule.set, schedule.offset]
  const usual: unknown[] = ['', {}, 'constant', {}, 0]
  let length = all.length
  while (length > 1 && JSON.stringify(all[length - 1]) === JSON.stringify(usual[length - 1])) length--
  return all.slice(0, length)
}

function lengthened(written: z.infer<typeof short>): Record<string, unknown> {
  const state: Record<string, unknown> = { view: null }
  for (const [name, letter] of Object.entries(names))
    if (written[letter] !== undefined) state[name] = written[letter]
  state['walkers'] = z
    .array(shortWalker)
    .parse(written['w'])
    .map(([optimizer, set = {}, id = 'constant', parameters = {}, offset = 0]) => ({
      optimizer,
      set,
      schedule: { id, set: parameters, offset },
    }))
  return state
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** UTF-8 as RFC 4648's base64url, without padding. Pages and Node share no function for it. */
function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let written = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let k = 0; k < Math.min(4, left + 1); k++) written += digits.charAt((word >> (18 - 6 * k)) & 63)
  }
  return written
}

function fromBase64Url(text: string): string {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const character of text) {
    const value = digits.indexOf(character)
    if (value < 0) throw new RangeError(`${character} is not base64url`)
    bits = (bits << 6) | value
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[at++] = (bits >> held) & 255
    bits &= (1 << held) - 1
  }
  return new TextDecoder().decode(bytes)
}
