import type { Chain, Link } from '../../../../../src/schedules/chain.ts'
import { chainSchedule, endsOf } from '../../../../../src/schedules/chain.ts'
import {
  mostCurves,
  scheduleOfCurve,
  settingsOf,
  type Composition,
  type Curve,
} from '../../../../../src/schedules/composition.ts'
import { DescentError } from '../../../../../src/contract/errors.ts'
import { lookUp } from '../../../../../src/contract/lookup.ts'
import { schedules } from '../../../../../src/schedules/index.ts'
import { parametersOf, type Schedule } from '../../../../../src/schedules/schedule.ts'
import { shellWord } from '../../../../../src/text/shell.ts'
import { readValue, showValue } from '../../experiment/typed.ts'

/** A curve as it is edited: fields of a schedule hold text, as on the experiment page. */
export type DraftCurve = { key: number; name: string } & (
  | { per: 'epoch' | 'step'; chain: { begin: number; links: Link[] } }
  | {
      chain: null
      schedule: {
        key: number
        id: string
        set: Record<string, string>
        per: 'epoch' | 'step'
        offset: string
      }
    }
)

export interface ComposerDraft {
  epochs: number
  stepsAnEpoch: number
  lr: number
  curves: DraftCurve[]
  /** The key of the curve that is edited. */
  chosen: number
  unit: 'epoch' | 'step'
  scale: 'linear' | 'log'
}

export const freshComposer = (name: string): ComposerDraft => ({
  epochs: 30,
  stepsAnEpoch: 235,
  lr: 0.3,
  curves: [
    {
      key: 1,
      name,
      per: 'epoch',
      chain: {
        begin: 0,
        links: [
          { kind: 'linear', steps: 5, to: 0.3 },
          { kind: 'hold', steps: 10, to: 0.3 },
          { kind: 'cosine', steps: 15, to: 0.01 },
        ],
      },
    },
    {
      key: 2,
      name: 'cosine',
      chain: null,
      schedule: {
        key: 1,
        id: 'cosine',
        set: { base: '0.3', final: '0.01', maxUpdate: '20', 'warmup.steps': '5' },
        per: 'epoch',
        offset: '',
      },
    },
  ],
  chosen: 1,
  unit: 'epoch',
  scale: 'linear',
})

export const perOf = (curve: DraftCurve): 'epoch' | 'step' => (curve.chain ? curve.per : curve.schedule.per)
export const nextKey = (curves: readonly DraftCurve[]): number =>
  curves.reduce((most, { key }) => Math.max(most, key), 0) + 1

/** @throws DescentError where a field cannot be read */
export function curveOf(draft: DraftCurve): Curve {
  if (draft.chain) return { name: draft.name, per: draft.per, chain: draft.chain }
  const { id, set, per, offset } = draft.schedule
  const shift = readValue(offset) ?? 0
  if (typeof shift !== 'number' || !Number.isInteger(shift))
    throw new DescentError('invalid-value', `offset is ${offset}, but must be a whole number.`, 'Give one.')
  return { name: draft.name, per, id, set: readSet(set), offset: shift }
}

/** What stands in the fields, whether it is right or not: `settleSchedule` judges it. */
function readSet(set: Readonly<Record<string, string>>): Record<string, number | number[]> {
  return Object.fromEntries(
    Object.entries(set).flatMap(([name, text]) => {
      const value = readValue(text)
      return value === undefined ? [] : [[name, value as number | number[]]]
    }),
  )
}

export function draftOf(curve: Curve, key: number): DraftCurve {
  const { name } = curve
  if ('chain' in curve) return { key, name, per: curve.per, chain: structuredClone(curve.chain) }
  return {
    key,
    name,
    chain: null,
    schedule: {
      key: 1,
      id: curve.id,
      set: Object.fromEntries(Object.entries(curve.set).map(([id, value]) => [id, showValue(value)])),
      per: curve.per,
      offset: curve.offset === 0 ? '' : String(curve.offset),
    },
  }
}

/** @throws DescentError where a curve cannot be read */
export const compositionOf = ({ epochs, stepsAnEpoch, lr, curves }: ComposerDraft): Composition => ({
  epochs,
  stepsAnEpoch,
  lr,
  curves: curves.slice(0, mostCurves).map(curveOf),
})

/** What a curve would train at, or why it cannot. */
export interface ReadCurve {
  draft: DraftCurve
  schedule: Schedule | null
  settings: ReturnType<typeof settingsOf> | null
  fault: string
}

export function readCurve(draft: DraftCurve, lr: number): ReadCurve {
  try {
    const curve = curveOf(draft)
    return { draft, schedule: scheduleOfCurve(curve, lr), settings: settingsOf(curve, lr), fault: '' }
  } catch (error) {
    return { draft, schedule: null, settings: null, fault: DescentError.from(error).message }
  }
}

/** Values drawn of one curve; what comes later is not. */
export const mostValues = 20_000

/** The rate at every epoch or step on the axis, whatever the curve itself counts. */
export function valuesOf(
  { draft, schedule }: ReadCurve,
  unit: 'epoch' | 'step',
  { epochs, stepsAnEpoch }: Pick<ComposerDraft, 'epochs' | 'stepsAnEpoch'>,
): number[] {
  if (!schedule) return []
  const per = perOf(draft)
  const count = Math.min(mostValues, unit === 'epoch' ? epochs : epochs * stepsAnEpoch)
  return Array.from({ length: count + 1 }, (_, k) =>
    schedule(per === unit ? k : per === 'epoch' ? Math.floor(k / stepsAnEpoch) : k * stepsAnEpoch),
  )
}

/** A corner of a chain that can be dragged. */
export interface Knot {
  /** −1 is the chain's beginning, else the link that ends here. */
  link: number
  t: number
  value: number
}

export function knotsOf(chain: Chain): Knot[] {
  const ends = endsOf(chain).map((t, link) => ({ link, t, value: chain.links[link]?.to ?? 0 }))
  // A hold jumps to its rate at once: what the chain begins at is not seen.
  return chain.links[0]?.kind === 'hold' ? ends : [{ link: -1, t: 0, value: chain.begin }, ...ends]
}

/** Four digits are as fine as a drag can tell. */
const rounded = (value: number): number => Number(Math.max(0, value).toPrecision(4))

/**
 * The chain with a knot elsewhere. Its neighbours stay where they are in time; a level that it belongs to rises and
 * falls with it.
 */
export function moveKnot(chain: Chain, link: number, t: number, value: number): Chain {
  const to = rounded(value)
  const links = chain.links.map((one) => ({ ...one }))
  const moved = links[link]
  const next = links[link + 1]
  const before = chain.links[link]?.to ?? chain.begin
  if (moved) {
    const ends = endsOf(chain)
    const begin = ends[link - 1] ?? 0
    const most = next ? (ends[link + 1] ?? Infinity) - 1 : Infinity
    const end = Math.max(begin + 1, Math.min(most, Math.round(t)))
    if (next) next.steps += begin + moved.steps - end
    moved.steps = end - begin
    moved.to = to
  }
  for (let after = link + 1; links[after]?.kind === 'hold' && links[after]?.to === before; after++)
    (links[after] as Link & { to: number }).to = to
  let begin = link < 0 ? to : chain.begin
  // A hold begins at its own rate, so what leads to it follows.
  for (let back = link; back >= 0 && links[back]?.kind === 'hold'; back--) {
    const previous = links[back - 1]
    if (!previous) begin = to
    else if (previous.to === before) previous.to = to
    else break
  }
  return { begin, links }
}

/** The chain with one more knot, at its own rate where a link is split, at `value` behind its end. */
export function addKnot(chain: Chain, t: number, value: number): Chain {
  const at = Math.round(t)
  const ends = endsOf(chain)
  const index = ends.findIndex((end) => at < end)
  const link = chain.links[index]
  if (!link) {
    const steps = at - (ends.at(-1) ?? 0)
    return steps < 1
      ? chain
      : { ...chain, links: [...chain.links, { kind: 'linear', steps, to: rounded(value) }] }
  }
  const begin = (ends[index] as number) - link.steps
  if (at <= begin) return chain
  const middle = link.kind === 'hold' ? link.to : rounded(chainSchedule(chain)(at))
  return {
    ...chain,
    links: chain.links.toSpliced(
      index,
      1,
      // The halves of a curve are other curves; a level that was jumped to begins with a jump still.
      {
        kind:
          link.kind === 'hold' && (chain.links[index - 1]?.to ?? chain.begin) !== link.to ? 'hold' : 'linear',
        steps: at - begin,
        to: middle,
      },
      { ...link, steps: link.steps - (at - begin), kind: link.kind === 'hold' ? 'linear' : link.kind },
    ),
  }
}

/** Without the knot at the end of a link: the next link begins where that one did. */
export function removeLink(chain: Chain, index: number): Chain {
  const gone = chain.links[index]
  if (!gone || chain.links.length === 1) return chain
  return {
    ...chain,
    links: chain.links
      .map((one, i) => (i === index + 1 ? { ...one, steps: one.steps + gone.steps } : one))
      .filter((_, i) => i !== index),
  }
}

/** The curve from a terminal. */
export function commandOf(settings: ReturnType<typeof settingsOf>, lr: number, count: number): string {
  const takesBase = Object.hasOwn(parametersOf(lookUp(schedules, settings.id, 'schedule')), 'base')
  const set: Readonly<Record<string, number | readonly number[]>> = {
    ...(takesBase && { base: lr }),
    ...settings.set,
  }
  return [
    `npm run -s descent -- schedule ${settings.id}`,
    ...Object.entries(set).map(([key, value]) => `--set ${shellWord(`${key}=${String(value)}`)}`),
    `--steps ${count}`,
  ].join(' ')
}

/** One row an epoch or step, one column a curve. */
export function csvOf(
  curves: readonly { label: string; values: readonly number[] }[],
  unit: 'epoch' | 'step',
): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const length = Math.max(0, ...curves.map(({ values }) => values.length))
  const rows = Array.from({ length }, (_, k) => [k, ...curves.map(({ values }) => values[k] ?? '')].join(','))
  return `${[[unit, ...curves.map(({ label }) => quoted(label))].join(','), ...rows].join('\n')}\n`
}
