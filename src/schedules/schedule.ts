import { DescentError } from '../contract/errors.ts'
import type { LocalizedText } from '../locales/localized.ts'
import { show } from '../rules/settle.ts'

/** A parameter of a schedule. `base` is always the first and defaults to the optimizer's lr. */
export type ScheduleParameter =
  | {
      readonly kind: 'number'
      readonly default: number
      readonly min: number
      readonly meaning: LocalizedText
    }
  | {
      readonly kind: 'integer'
      readonly default: number
      readonly min: number
      /** An index or a number of them, at which something begins or ends: it grows with the training’s length. */
      readonly length?: 'begin' | 'end'
      readonly meaning: LocalizedText
    }
  | {
      readonly kind: 'list'
      readonly default: readonly number[]
      readonly min: number
      readonly increasing?: true
      /** Indices, which grow with the training’s length. */
      readonly length?: 'begin' | 'end'
      readonly meaning: LocalizedText
    }

type Parameters = Readonly<Record<string, ScheduleParameter>>

type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends { kind: 'list' } ? readonly number[] : number
}

interface ScheduleSource<P extends Parameters> {
  readonly id: string
  readonly title: LocalizedText
  readonly description: LocalizedText
  /** KaTeX source of the value at t. */
  readonly tex: string
  readonly parameters: P
  /** What `base` defaults to when it isn't the optimizer's lr. */
  readonly baseOf?: (p: Values<P>) => number
  /** Relations between parameters, checked after each parameter's own bounds: what is wrong, or null. */
  readonly check?: (p: Values<P>) => string | null
  /** Learning rate at index t (epochs or steps, from 0). Pure: the same t gives the same value, whatever came before. */
  readonly value: (p: Values<P> & { readonly base: number }, t: number) => number
}

export interface ScheduleDefinition extends Omit<ScheduleSource<Parameters>, 'value' | 'baseOf' | 'check'> {
  readonly baseOf?: (p: unknown) => number
  readonly check?: (p: unknown) => string | null
  readonly value: (p: unknown, t: number) => number
}

export function defineSchedule<const P extends Parameters>(source: ScheduleSource<P>): ScheduleDefinition {
  return source as unknown as ScheduleDefinition
}

/** Learning rate at an index from 0. */
export type Schedule = (t: number) => number

const shared: Parameters = {
  'warmup.steps': {
    kind: 'integer',
    default: 0,
    min: 0,
    length: 'begin',
    meaning: {
      en: 'linear warm-up before the schedule starts',
      'zh-CN': '预热：调度器开始之前线性升高的步数',
    },
  },
  'warmup.begin': {
    kind: 'number',
    default: 0,
    min: 0,
    meaning: { en: 'rate at which the warm-up begins', 'zh-CN': '预热的起始学习率' },
  },
}

const base: ScheduleParameter = {
  kind: 'number',
  default: NaN,
  min: 0,
  meaning: {
    en: 'rate it starts from; by default the optimizer’s lr',
    'zh-CN': '起始学习率，默认取优化器的 lr',
  },
}

/** A schedule's own parameters, `base`, and the warm-up that goes around any schedule. */
export function parametersOf(definition: ScheduleDefinition): Parameters {
  return { ...(definition.baseOf ? {} : { base }), ...definition.parameters, ...shared }
}

/**
 * A schedule with its parameters settled.
 * @param lr the optimizer's own learning rate, which `base` defaults to
 * @throws DescentError where a parameter is unknown or out of bounds
 */
export function settleSchedule(
  definition: ScheduleDefinition,
  given: Readonly<Record<string, unknown>>,
  lr: number,
): Schedule {
  const known = parametersOf(definition)
  for (const name of Object.keys(given))
    if (!Object.hasOwn(known, name))
      throw new DescentError(
        'not-found',
        `The schedule ${definition.id} has no parameter "${name}".`,
        `It takes ${Object.keys(known).join(', ')}.`,
      )
  const p = Object.fromEntries(
    Object.entries(known).map(([name, parameter]) => [
      name,
      name === 'base' && given['base'] === undefined
        ? lr
        : checked(`${definition.id}: ${name}`, parameter, given[name]),
    ]),
  ) as Record<string, number> & { base: number }
  const wrong = definition.check?.(p)
  if (wrong) throw new DescentError('invalid-value', `${definition.id}: ${wrong}`, 'Change one of the two.')

  const warmupSteps = p['warmup.steps'] as number
  const warmupBegin = p['warmup.begin'] as number
  const start = definition.baseOf ? definition.baseOf(p) : p.base
  return (t) =>
    t < warmupSteps
      ? warmupBegin + ((start - warmupBegin) * t) / warmupSteps
      : definition.value(p, t - warmupSteps)
}

function checked(what: string, parameter: ScheduleParameter, value: unknown): number | readonly number[] {
  if (value === undefined) return parameter.default
  const refuse = (bound: string) =>
    new DescentError('invalid-value', `${what} is ${show(value)}, but must be ${bound}.`, `Give ${bound}.`)
  if (parameter.kind === 'list') {
    // One number on the command line is a list of one.
    const list = Array.isArray(value) ? (value as unknown[]) : [value]
    if (!list.every((item) => typeof item === 'number' && Number.isFinite(item)))
      throw refuse('a list of numbers, comma-separated')
    const numbers = list as number[]
    if (numbers.some((item) => item < parameter.min))
      throw refuse(`a list of numbers not below ${parameter.min}`)
    if (parameter.increasing && numbers.some((item, i) => i > 0 && item <= (numbers[i - 1] as number)))
      throw refuse('a list of increasing numbers')
    return numbers
  }
  const bound = `${parameter.kind === 'integer' ? 'a whole number' : 'a number'} not below ${parameter.min}`
  if (typeof value !== 'number' || !Number.isFinite(value) || value < parameter.min) throw refuse(bound)
  if (parameter.kind === 'integer' && !Number.isInteger(value)) throw refuse(bound)
  return value
}

/** Index k of a training run (epoch or step, from 0) → learning rate: schedule(k + offset), the optimizer's lr before 0. */
export function withOffset(schedule: Schedule, offset: number, lr: number): Schedule {
  return (k) => (k + offset < 0 ? lr : schedule(k + offset))
}
