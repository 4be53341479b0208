import { DescentError } from '../contract/errors.ts'
import type { Schedule } from './schedule.ts'

/** How a link gets from the rate before it to its own: `hold` jumps there at once and stays. */
export const linkKinds = ['linear', 'hold', 'cosine', 'exponential'] as const
export type LinkKind = (typeof linkKinds)[number]

/** A stretch of a composed schedule: `steps` indices (epochs or steps), at the end of which the rate is `to`. */
export interface Link {
  readonly kind: LinkKind
  readonly steps: number
  readonly to: number
}

/** Warm-up, hold and decay one after another; the rate of the last link is held for ever. */
export interface Chain {
  /** The rate at index 0, unless the first link is a hold. */
  readonly begin: number
  readonly links: readonly Link[]
}

/** What a chain is as one of the schedules that runs know. */
export interface CompiledChain {
  readonly id: string
  readonly set: Readonly<Record<string, number | number[]>>
  /** The largest |difference| to the chain at any index, as a share of the chain's highest rate; 0 where the two are one. */
  readonly error: number
}

const mostLinks = 50
const mostSteps = 10_000_000
/** Knots that one curved link may become; a shorter one has a knot at every index and loses nothing. */
const mostKnots = 64

/** @throws DescentError `invalid-value`, with the link's number from 1 */
export function checkChain({ begin, links }: Chain): void {
  const refuse = (what: string, bound: string) =>
    new DescentError('invalid-value', `${what}, but must be ${bound}.`, `Give ${bound}.`)
  const isRate = (rate: number) => rate >= 0 && rate < Infinity
  if (!isRate(begin)) throw refuse(`The rate at the beginning is ${begin}`, 'a number not below 0')
  if (links.length < 1 || links.length > mostLinks)
    throw refuse(`The chain has ${links.length} links`, `1 to ${mostLinks} of them`)
  let from = begin
  links.forEach(({ kind, steps, to }, i) => {
    if (!Number.isInteger(steps) || steps < 1 || steps > mostSteps)
      throw refuse(`The length of link ${i + 1} is ${steps}`, `a whole number from 1 to ${mostSteps}`)
    if (!isRate(to)) throw refuse(`The rate of link ${i + 1} is ${to}`, 'a number not below 0')
    if (kind === 'exponential' && !(from > 0 && to > 0))
      throw refuse(`Link ${i + 1} goes exponentially from ${from} to ${to}`, 'between rates above 0')
    from = to
  })
}

/** The index at which each link ends; the last is the chain's length. */
export function endsOf({ links }: Chain): number[] {
  let end = 0
  return links.map(({ steps }) => (end += steps))
}

/** The rate at any index of a chain that `checkChain` accepts. */
export function chainSchedule(chain: Chain): Schedule {
  const ends = endsOf(chain)
  return (t) => {
    const at = ends.findIndex((end) => t < end)
    const link = chain.links[at]
    if (!link) return chain.links.at(-1)?.to ?? chain.begin
    const from = chain.links[at - 1]?.to ?? chain.begin
    return between(link, from, t - ((ends[at] as number) - link.steps))
  }
}

/** The rate `k` indices into a link that begins at the rate `from`. */
function between({ kind, steps, to }: Link, from: number, k: number): number {
  switch (kind) {
    case 'hold':
      return to
    case 'linear':
      return (from * (steps - k) + to * k) / steps
    case 'cosine':
      return to + ((from - to) * (1 + Math.cos((Math.PI * k) / steps))) / 2
    case 'exponential':
      return from * (to / from) ** (k / steps)
  }
}

/**
 * The chain as settings that runs take: `constant`, `piecewise` or `cosine`, with `warmup.*` before it, where it is
 * one of these, else `knots`.
 * @throws DescentError where the chain is none
 */
export function compileChain(chain: Chain): CompiledChain {
  checkChain(chain)
  const [first, ...rest] = chain.links as [Link, ...Link[]]
  const plain = asOne(chain.begin, chain.links)
  if (plain) return { ...plain, error: 0 }
  if (first.kind === 'linear') {
    // A warm-up rises to the rate at which what follows begins, so what follows must begin there.
    const after = rest.length === 0 ? { id: 'constant', set: { base: first.to } } : asOne(first.to, rest)
    if (after && (rest[0]?.kind !== 'hold' || rest[0].to === first.to))
      return {
        id: after.id,
        set: { ...after.set, 'warmup.steps': first.steps, 'warmup.begin': chain.begin },
        error: 0,
      }
  }
  const knots = knotsOf(chain)
  return {
    id: 'knots',
    set: { boundaries: knots.map(([t]) => t), values: knots.map(([, value]) => value) },
    error: errorOf(chain, knots),
  }
}

function asOne(begin: number, links: readonly Link[]): Pick<CompiledChain, 'id' | 'set'> | null {
  const [first, ...rest] = links as [Link, ...Link[]]
  if (first.kind === 'cosine' && rest.length === 0)
    return { id: 'cosine', set: { base: begin, final: first.to, maxUpdate: first.steps } }
  if (!links.every(({ kind }) => kind === 'hold')) return null
  const boundaries: number[] = []
  const values = [first.to]
  let end = first.steps
  for (const { to, steps } of rest) {
    if (to !== values.at(-1)) {
      boundaries.push(end)
      values.push(to)
    }
    end += steps
  }
  return boundaries.length === 0
    ? { id: 'constant', set: { base: first.to } }
    : { id: 'piecewise', set: { boundaries, values } }
}

/** Corners of the broken line, at whole indices only, where runs ask for it: a jump rises between two of them. */
function knotsOf(chain: Chain): [number, number][] {
  const value = chainSchedule(chain)
  const indices = new Set([0])
  let begin = 0
  for (const { kind, steps } of chain.links) {
    const end = begin + steps
    if (kind === 'cosine' || kind === 'exponential') {
      const count = Math.min(steps, mostKnots)
      for (let i = 0; i <= count; i++) indices.add(begin + Math.round((steps * i) / count))
    }
    indices
      .add(begin)
      .add(end - 1)
      .add(end)
    begin = end
  }
  const corners = [...indices].sort((a, b) => a - b).map((t): [number, number] => [t, value(t)])
  return corners.filter((_, i) => !isOnLine(corners[i - 1], corners[i], corners[i + 1]))
}

type Knot = readonly [number, number]

/** Nothing changes without the middle one. */
function isOnLine(a: Knot | undefined, b: Knot | undefined, c: Knot | undefined): boolean {
  if (!a || !b) return false
  if (!c) return a[1] === b[1]
  const straight = (a[1] * (c[0] - b[0]) + c[1] * (b[0] - a[0])) / (c[0] - a[0])
  return Math.abs(straight - b[1]) <= 1e-15 * Math.max(a[1], c[1])
}

function errorOf(chain: Chain, knots: readonly Knot[]): number {
  const value = chainSchedule(chain)
  const highest = Math.max(chain.begin, ...chain.links.map(({ to }) => to)) || 1
  let largest = 0
  knots.slice(1).forEach(([to, end], i) => {
    const [from, begin] = knots[i] as Knot
    // A chord is farthest from its arc near the middle; the quarters guard against bends.
    for (const share of [0.25, 0.5, 0.75]) {
      const t = Math.round(from + (to - from) * share)
      const straight = (begin * (to - t) + end * (t - from)) / (to - from)
      largest = Math.max(largest, Math.abs(straight - value(t)))
    }
  })
  return largest / highest < 1e-12 ? 0 : largest / highest
}

/** The chain that a schedule's settings stand for, so that it can be taken apart; null where it is none. */
export function chainOf(id: string, set: Readonly<Record<string, unknown>>, lr: number): Chain | null {
  const number = (name: string, otherwise: number): number =>
    typeof set[name] === 'number' ? set[name] : otherwise
  const list = (name: string): number[] => {
    const value = set[name]
    return Array.isArray(value) ? (value as number[]) : typeof value === 'number' ? [value] : []
  }
  const warm = (level: number, links: readonly Link[]): Chain => {
    const steps = number('warmup.steps', 0)
    return steps === 0
      ? { begin: level, links }
      : {
          begin: number('warmup.begin', 0),
          links: [{ kind: 'linear', steps, to: level }, ...links],
        }
  }
  const base = number('base', lr)
  switch (id) {
    case 'constant':
      return warm(base, [{ kind: 'hold', steps: 10, to: base }])
    case 'cosine': {
      if (number('warmupSteps', 0) > 0) return null
      return warm(base, [{ kind: 'cosine', steps: number('maxUpdate', 20), to: number('final', 0) }])
    }
    case 'knots': {
      const [boundaries, values] = [list('boundaries'), list('values')]
      if (
        boundaries.length === 0 ||
        boundaries.length !== values.length ||
        !boundaries.every(Number.isInteger)
      )
        return null
      const [start = 0, level = 0] = [boundaries[0], values[0]]
      const links: Link[] = start > 0 ? [{ kind: 'hold', steps: start, to: level }] : []
      boundaries
        .slice(1)
        .forEach((end, i) =>
          links.push({ kind: 'linear', steps: end - (boundaries[i] as number), to: values[i + 1] as number }),
        )
      return links.length === 0 || links.length > mostLinks ? null : warm(level, links)
    }
    default:
      return null
  }
}
