import { parse } from 'yaml'
import type { z } from 'zod'
import { DescentError } from '../../../../src/contract/errors.ts'
import { experiment } from '../../../../src/experiments/experiment.ts'
import { readExperiment } from '../../../../src/experiments/read.ts'
import { optimizers } from '../../../../src/optimizers/index.ts'
import { hyperparametersOf } from '../../../../src/rules/settle.ts'
import type { Hyperparameter } from '../../../../src/rules/hyperparameter.ts'
import type { Space } from '../../../../src/search/dimension.ts'
import type { samplerIds } from '../../../../src/search/sampler.ts'
import { readRange, showRange } from './range.ts'
import { readValue, readWholeNumbers, showValue, showWholeNumbers, type FileValue } from './typed.ts'

/** An experiment file as its YAML reads, before defaults are filled in. */
type RawExperiment = z.input<typeof experiment>
type RawEntry = Exclude<RawExperiment['optimizers'][number], string>
type OneOrMore<T> = T | T[]
type RawSchedules = NonNullable<RawExperiment['schedules']>
type RawSchedule = Extract<RawSchedules, { id: string }>

/** A schedule as it is being typed. */
export interface DraftSchedule {
  key: number
  id: string
  set: Record<string, string>
  per: 'epoch' | 'step'
  offset: string
}

/** One entry of the file's `optimizers`: a card. Empty fields are at their defaults. */
export interface DraftSeries {
  key: number
  optimizer: string
  label: string
  set: Record<string, string>
  batch: string
  epochs: string
  /** Null: the experiment's. */
  schedules: DraftSchedule[] | null
}

/** How ranges are searched, as it is being typed. Empty fields are at their defaults. */
export interface DraftTuning {
  sampler: (typeof samplerIds)[number]
  trials: string
  seeds: string
  /** A share of the training examples. */
  validation: string
  metric: string
  /** Successive halving: epochs of the first round, empty without; what is kept is one in so many. */
  halvingFrom: string
  halvingFactor: string
  /** Repetitions of the whole tuning. */
  studies: string
  seed: string
}

/** What ends runs early, as it is being typed; without a target and a patience nothing does. */
export interface DraftStop {
  metric: string
  target: string
  patience: string
  minDelta: string
}

/** An experiment file as it is being typed: fields hold text, lists fan out. */
export interface Draft {
  title: string
  question: string
  language: string
  workloads: string[]
  series: DraftSeries[]
  schedules: DraftSchedule[]
  batch: string
  epochs: string
  seeds: string
  device: string
  /** Empty: as each workload says. */
  initialiser: string
  tuning: DraftTuning
  /** In percent. */
  margin: string
  /** By quantity, or by workload and quantity: `airfoil/trainLoss`. */
  targets: Record<string, string>
  /** The share of the examples that the runs compared set aside. */
  validation: string
  stop: DraftStop
  /** What there was before a time limit took it away: as the file has it, and not typed. */
  cutFrom: NonNullable<RawExperiment['cutFrom']> | null
}

/** Parts of a draft that a file may leave out; one that an earlier version kept lacks the later ones. */
export const plainParts = (): Pick<
  Draft,
  'tuning' | 'margin' | 'targets' | 'validation' | 'stop' | 'cutFrom'
> => ({
  tuning: plainTuning(),
  margin: '',
  targets: {},
  validation: '',
  stop: { metric: '', target: '', patience: '', minDelta: '' },
  cutFrom: null,
})

export const plainTuning = (): DraftTuning => ({
  sampler: 'quasi-random',
  trials: '',
  seeds: '',
  validation: '',
  metric: '',
  halvingFrom: '',
  halvingFactor: '',
  studies: '',
  seed: '',
})

/** Settings tried of each optimizer unless one says how many. */
export const usualTrials = 20

const declaredOf = (optimizer: string): Readonly<Record<string, Hyperparameter>> => {
  const rule = optimizers.find(({ id }) => id === optimizer)
  return rule ? hyperparametersOf(rule) : {}
}

/** The ranges among the fields of a series, by name. */
export const spaceOf = ({ optimizer, set }: Pick<DraftSeries, 'optimizer' | 'set'>): Space =>
  Object.fromEntries(
    Object.entries(set).flatMap(([name, text]) => {
      const range = readRange(text, declaredOf(optimizer)[name])
      return range ? [[name, range] as const] : []
    }),
  )

/** Whether a field of the series holds a range, so that it is tuned. */
export const isTuned = (series: DraftSeries): boolean => Object.keys(spaceOf(series)).length > 0

export const plainSchedule = (): DraftSchedule => ({
  key: 1,
  id: 'constant',
  set: {},
  per: 'epoch',
  offset: '',
})

/** Keys tell cards apart while they move; files do not hold them. */
export const nextKey = (taken: readonly { key: number }[]): number =>
  taken.reduce((most, { key }) => Math.max(most, key), 0) + 1

const toList = <T>(value: OneOrMore<T> | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const showSet = (set: Readonly<Record<string, FileValue>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(set ?? {}).map(([name, value]) => [name, showValue(value)]))

const schedulesOf = (raw: RawSchedules): DraftSchedule[] =>
  toList<string | RawSchedule>(raw).map((one, index) =>
    showSchedule(typeof one === 'string' ? { id: one } : one, index),
  )

const showSchedule = (raw: RawSchedule, index: number): DraftSchedule => ({
  key: index + 1,
  id: raw.id,
  set: showSet(raw.set),
  per: raw.per ?? 'epoch',
  offset: raw.offset === undefined || raw.offset === 0 ? '' : String(raw.offset),
})

/** A file that has the form of an experiment; what its values mean is for the fields to say. */
function rawFile(text: string, name: string): RawExperiment {
  let content: unknown
  try {
    content = parse(text, { maxAliasCount: 100, logLevel: 'silent' })
  } catch {
    content = undefined
  }
  if (!experiment.safeParse(content).success) {
    readExperiment(text, name) // knows where the fault stands
    throw new DescentError('usage', `${name}:1:1: this is not an experiment.`, 'Open another file.')
  }
  return content as RawExperiment
}

/**
 * A file's text as fields; ids and values that mean nothing here are kept as they are.
 * @param before whose cards keep their keys
 * @throws DescentError with line and column where the text has not the form of an experiment
 */
export function readDraft(text: string, name: string, before?: Draft): Draft {
  const raw = rawFile(text, name)
  const spare = nextKey(before?.series ?? [])
  return {
    title: raw.title,
    question: raw.question ?? '',
    language: raw.language ?? '',
    workloads: toList(raw.workloads),
    series: raw.optimizers.map((given, index): DraftSeries => {
      const entry: RawEntry = typeof given === 'string' ? { id: given } : given
      return {
        key: before?.series[index]?.key ?? spare + index,
        optimizer: entry.id,
        label: entry.label ?? '',
        set: { ...showSet(entry.set), ...showSearch(entry) },
        batch: entry.batch === undefined ? '' : showValue(entry.batch),
        epochs: entry.epochs === undefined ? '' : showValue(entry.epochs),
        schedules: entry.schedules === undefined ? null : schedulesOf(entry.schedules),
      }
    }),
    schedules: raw.schedules === undefined ? [plainSchedule()] : schedulesOf(raw.schedules),
    batch: raw.batch === undefined ? '' : showValue(raw.batch),
    epochs: raw.epochs === undefined ? '' : showValue(raw.epochs),
    seeds: raw.seeds === undefined ? '' : showWholeNumbers(raw.seeds),
    device: raw.device === undefined || raw.device === 'auto' ? '' : raw.device,
    initialiser: raw.initialiser ?? '',
    tuning: showTuning(raw.tuning),
    // As shares are written, without what is left of a multiplication in binary.
    margin: raw.margin === undefined ? '' : showValue(Number((raw.margin * 100).toPrecision(12))),
    targets: showTargets(raw.targets),
    validation: shown(raw.validation),
    stop: {
      metric: raw.stop?.metric ?? '',
      target: shown(raw.stop?.target),
      patience: shown(raw.stop?.patience),
      minDelta: shown(raw.stop?.minDelta),
    },
    cutFrom: raw.cutFrom ?? null,
  }
}

const showSearch = ({ id, search }: RawEntry): Record<string, string> =>
  Object.fromEntries(
    Object.entries(search ?? {}).map(([name, range]) => [name, showRange(range, declaredOf(id)[name])]),
  )

function showTargets(raw: RawExperiment['targets']): Record<string, string> {
  const all = Object.entries(raw ?? {}) as [string, number | number[] | Record<string, number | number[]>][]
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(value).map(([quantity, own]) => [`${name}/${quantity}`, showValue(own)])
        : [[name, showValue(value)]],
    ),
  )
}

const shown = (value: FileValue | undefined): string => (value === undefined ? '' : showValue(value))

function showTuning(raw: RawExperiment['tuning']): DraftTuning {
  if (!raw) return plainTuning()
  return {
    sampler: raw.sampler ?? 'quasi-random',
    trials: shown(raw.trials),
    seeds: raw.seeds === undefined ? '' : showWholeNumbers(raw.seeds),
    validation: shown(raw.validation),
    metric: raw.metric ?? '',
    halvingFrom: shown(raw.halving?.from),
    halvingFactor: shown(raw.halving?.factor),
    studies: shown(raw.studies),
    seed: shown(raw.seed),
  }
}

/** The file's line and column that an error of `readExperiment` names. */
export function placeOf(
  error: unknown,
  name: string,
): { line: number; column: number; message: string } | null {
  const { message } = DescentError.from(error)
  if (!message.startsWith(`${name}:`)) return null
  const found = /^:(\d+):(\d+): (.*)$/s.exec(message.slice(name.length))
  return found && { line: Number(found[1]), column: Number(found[2]), message: found[3] as string }
}

const readSet = (set: Readonly<Record<string, string>>): Record<string, FileValue> =>
  Object.fromEntries(
    Object.entries(set).flatMap(([name, text]) => {
      const value = readValue(text)
      return value === undefined ? [] : [[name, value]]
    }),
  )

function rawSchedule({ id, set, per, offset }: DraftSchedule): Record<string, unknown> {
  const values = readSet(set)
  const shift = readValue(offset)
  return {
    id,
    ...(Object.keys(values).length > 0 && { set: values }),
    ...(per !== 'epoch' && { per }),
    ...(shift !== undefined && shift !== 0 && { offset: shift }),
  }
}

const oneOrMore = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? (list[0] as T) : list)
const isPlainConstant = (schedules: readonly DraftSchedule[]): boolean =>
  schedules.length === 0 ||
  (schedules.length === 1 &&
    JSON.stringify(rawSchedule(schedules[0] as DraftSchedule)) === '{"id":"constant"}')

/** One card as an entry of the file's `optimizers`. */
function rawSeries(series: DraftSeries): Record<string, unknown> {
  const search = spaceOf(series)
  const set = readSet(Object.fromEntries(Object.entries(series.set).filter(([name]) => !(name in search))))
  return {
    id: series.optimizer,
    ...(series.label.trim() && { label: series.label.trim() }),
    ...(Object.keys(set).length > 0 && { set }),
    ...(Object.keys(search).length > 0 && { search }),
    ...defined('batch', readWholeNumbers(series.batch)),
    ...defined('epochs', readValue(series.epochs)),
    ...(series.schedules &&
      series.schedules.length > 0 && { schedules: oneOrMore(series.schedules.map(rawSchedule)) }),
  }
}

const defined = (name: string, value: unknown): Record<string, unknown> =>
  value === undefined ? {} : { [name]: value }

function rawTuning(tuning: DraftTuning): Record<string, unknown> {
  const { sampler } = tuning
  const from = readValue(tuning.halvingFrom)
  return {
    ...(sampler !== 'quasi-random' && { sampler }),
    trials: readValue(tuning.trials) ?? usualTrials,
    ...defined('seeds', readWholeNumbers(tuning.seeds)),
    ...defined('validation', readValue(tuning.validation)),
    ...(tuning.metric && { metric: tuning.metric }),
    ...(from !== undefined && { halving: { ...defined('factor', readValue(tuning.halvingFactor)), from } }),
    ...defined('studies', readValue(tuning.studies)),
    ...defined('seed', readValue(tuning.seed)),
  }
}

/** There are ranges to search, or the file says how it would search them. */
export const hasTuning = ({ series, tuning }: Pick<Draft, 'series' | 'tuning'>): boolean =>
  series.some(isTuned) || tuning.trials.trim() !== ''

function rawStop({ metric, ...by }: DraftStop): Record<string, unknown> {
  const given = Object.entries(by).flatMap(([name, text]) => {
    const value = readValue(text)
    return value === undefined ? [] : [[name, value] as const]
  })
  return given.length === 0 ? {} : { stop: { ...(metric && { metric }), ...Object.fromEntries(given) } }
}

function rawMargin(text: string): Record<string, unknown> {
  const percent = readValue(text)
  return defined('margin', typeof percent === 'number' ? Number((percent / 100).toPrecision(12)) : percent)
}

function rawTargets(given: Draft['targets']): Record<string, unknown> {
  const targets: Record<string, FileValue | Record<string, FileValue>> = {}
  for (const [name, value] of Object.entries(readSet(given))) {
    const [workload, quantity] = name.split('/') as [string, string?]
    if (quantity === undefined) targets[name] = value
    else targets[workload] = { ...(targets[workload] as Record<string, FileValue>), [quantity]: value }
  }
  return Object.keys(targets).length > 0 ? { targets } : {}
}

/** What the file says, in the order in which it is written; values that are wrong are in it as typed. */
export function rawOf(draft: Draft): Record<string, unknown> {
  return {
    title: draft.title.trim(),
    ...(draft.question.trim() && { question: draft.question.trim() }),
    ...(draft.language && { language: draft.language }),
    workloads: oneOrMore(draft.workloads),
    ...defined('epochs', readValue(draft.epochs)),
    ...defined('batch', readWholeNumbers(draft.batch)),
    ...defined('seeds', readWholeNumbers(draft.seeds)),
    ...(!isPlainConstant(draft.schedules) && { schedules: oneOrMore(draft.schedules.map(rawSchedule)) }),
    ...(draft.device && { device: draft.device }),
    ...(draft.initialiser && { initialiser: draft.initialiser }),
    ...(hasTuning(draft) && { tuning: rawTuning(draft.tuning) }),
    ...defined('validation', readValue(draft.validation)),
    ...rawStop(draft.stop),
    ...rawTargets(draft.targets),
    ...rawMargin(draft.margin),
    ...(draft.cutFrom && { cutFrom: draft.cutFrom }),
    optimizers: draft.series.map(rawSeries),
  }
}
