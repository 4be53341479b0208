import { z } from 'zod'
import { lookUp } from '../contract/lookup.ts'
import { DescentError } from '../contract/errors.ts'
import { chainSchedule, checkChain, compileChain, linkKinds } from './chain.ts'
import { schedules } from './index.ts'
import { settleSchedule, withOffset, type Schedule } from './schedule.ts'

const per = z.enum(['epoch', 'step'])
const name = z.string().max(120)

/** A composed schedule, piece by piece. */
const chainCurve = z.strictObject({
  name,
  per,
  chain: z.strictObject({
    begin: z.number(),
    links: z.array(z.strictObject({ kind: z.enum(linkKinds), steps: z.number(), to: z.number() })),
  }),
})
/** One of the schedules that have an id, as an experiment file writes it. */
const namedCurve = z.strictObject({
  name,
  per,
  id: z.string(),
  set: z.record(z.string(), z.union([z.number(), z.array(z.number())])).default({}),
  offset: z.int().default(0),
})
const curve = z.union([chainCurve, namedCurve])
export type Curve = z.infer<typeof curve>

export const mostCurves = 8

/** Schedules that are looked at together, and the length of training that they are for. */
export const composition = z.strictObject({
  epochs: z.int().min(1).max(100_000),
  stepsAnEpoch: z.int().min(1).max(100_000),
  /** The optimizer's own, which `base` defaults to. */
  lr: z.number().min(0),
  curves: z.array(curve).min(1).max(mostCurves),
})
export type Composition = z.infer<typeof composition>

const file = z.strictObject({
  descent: z.literal('schedules'),
  version: z.literal(1),
  state: composition,
})
/** An entry of an experiment file's `schedules`. */
const entry = z.strictObject({
  id: z.string(),
  set: namedCurve.shape.set,
  per: per.default('epoch'),
  offset: z.int().default(0),
})

export function writeComposition(state: Composition): string {
  return `${JSON.stringify({ descent: 'schedules', version: 1, state }, null, 2)}\n`
}

/**
 * The schedules of a file: one that `writeComposition` wrote, or an experiment's schedule or list of them, for a
 * training as long as `otherwise` says.
 * @throws DescentError `invalid-value` where it is neither, or a schedule in it is out of bounds
 */
export function readComposition(text: string, otherwise: Omit<Composition, 'curves'>): Composition {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw refused('it is not JSON', cause)
  }
  const whole = file.safeParse(content)
  const entries = z.union([entry.transform((one) => [one]), z.array(entry)]).safeParse(content)
  const read = whole.success
    ? whole.data.state
    : entries.success
      ? composition.safeParse({
          ...otherwise,
          curves: entries.data.map((one) => ({ ...one, name: one.id })),
        }).data
      : undefined
  if (!read) {
    const issue = whole.success ? undefined : whole.error.issues[0]
    throw refused(
      issue ? `${issue.path.join('.') || 'the file'}: ${issue.message}` : 'it has too many schedules',
    )
  }
  for (const one of read.curves) settingsOf(one, read.lr)
  return read
}

const refused = (why: string, cause?: unknown): DescentError =>
  new DescentError(
    'invalid-value',
    `The file holds no schedules: ${why}.`,
    'Open a file that the schedule composer saved, or an experiment’s schedule as JSON.',
    { cause },
  )

/** What a run takes for a curve, and how far from what is drawn that is (see `CompiledChain`). */
export function settingsOf(one: Curve, lr: number) {
  if ('chain' in one) return { ...compileChain(one.chain), per: one.per, offset: 0 }
  settleSchedule(lookUp(schedules, one.id, 'schedule'), one.set, lr)
  return { id: one.id, set: one.set, per: one.per, offset: one.offset, error: 0 }
}

/**
 * The rate at epochs or steps from 0 on, whichever the curve counts.
 * @throws DescentError where the curve is out of bounds
 */
export function scheduleOfCurve(one: Curve, lr: number): Schedule {
  if ('chain' in one) {
    checkChain(one.chain)
    return chainSchedule(one.chain)
  }
  return withOffset(settleSchedule(lookUp(schedules, one.id, 'schedule'), one.set, lr), one.offset, lr)
}
