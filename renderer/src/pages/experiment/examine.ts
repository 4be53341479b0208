import { DescentError } from '../../../../src/contract/errors.ts'
import { suggestion } from '../../../../src/contract/lookup.ts'
import { checkDevice } from '../../../../src/experiments/check.ts'
import { expand } from '../../../../src/experiments/expand.ts'
import { costOf } from '../../../../src/experiments/study.ts'
import { experiment, type Experiment, type Series } from '../../../../src/experiments/experiment.ts'
import { pictureStyles, type SeriesStyle } from '../../../../src/charts/palette.ts'
import type { Locale } from '../../../../src/locales/message.ts'
import { windowText, type WindowKey } from '../../../../src/locales/window/index.ts'
import { initialisers } from '../../../../src/models/initialise.ts'
import { optimizers } from '../../../../src/optimizers/index.ts'
import type { OptimizerDefinition } from '../../../../src/rules/definition.ts'
import { hyperparametersOf, interval, settleHyperparameters } from '../../../../src/rules/settle.ts'
import { schedules } from '../../../../src/schedules/index.ts'
import { parametersOf, settleSchedule } from '../../../../src/schedules/schedule.ts'
import { workloads } from '../../../../src/workloads/index.ts'
import type { Workload } from '../../../../src/workloads/workload.ts'
import type { Dimension } from '../../../../src/search/dimension.ts'
import { gridPoints } from '../../../../src/search/grid.ts'
import { endsOf } from '../../../../src/search/space.ts'
import {
  hasTuning,
  plainParts,
  plainTuning,
  rawOf,
  spaceOf,
  usualTrials,
  type Draft,
  type DraftSchedule,
  type DraftSeries,
} from './draft.ts'
import { readRange } from './range.ts'
import { asList, readValue, readWholeNumbers, showValue, type FileValue } from './typed.ts'

/** One curve that would be run. */
export interface ExpandedSeries extends Series {
  key: string
  /** The card it comes from. */
  card: number
  style: SeriesStyle
}

export interface Examination {
  /** What is wrong, by the field it is wrong in: `title`, `series.3.set.lr`, `schedules.1.set.base`. */
  faults: ReadonlyMap<string, string>
  /** The first of them, in the order in which the page shows them. */
  first: { path: string; text: string } | null
  /** Of every part that is right; at most `mostShown`. */
  series: readonly ExpandedSeries[]
  /** Series that each card stands for, by its key. */
  counts: ReadonlyMap<number, number>
  /** Runs that tune, of each card that does, by its key; and of all. */
  trials: ReadonlyMap<number, number>
  runsOfTuning: number
  seriesCount: number
  seeds: number
  runs: number
  /** Of all runs together. */
  steps: number
}

/** More series than this are counted, not drawn. */
export const mostShown = 400
const mostRuns = 100_000
const mostSeeds = 1000
const mostEpochs = 10_000_000
const largestSeed = 4_294_967_295
/** Of the examples, set aside while tuning unless one says how many. */
const usualShare = 0.2

export const optimizerOf = (id: string): OptimizerDefinition | undefined =>
  optimizers.find((one) => one.id === id)
export const scheduleOf = (id: string) => schedules.find((one) => one.id === id)

/** What a draft would run, and what keeps it from running. */
export function examine(draft: Draft, locale: Locale): Examination {
  const faults = new Map<string, string>()
  const text = windowText as (
    locale: Locale,
    key: WindowKey,
    parameters: Readonly<Record<string, string | number>>,
  ) => string
  const say: Say = (key, parameters = {}) => text(locale, `experiment.error.${key}`, parameters)
  const blame = (path: string, text: string | null): void => {
    if (text !== null && !faults.has(path)) faults.set(path, text)
  }

  if (draft.title.trim() === '') blame('title', say('title'))
  const chosen = draft.workloads.flatMap((id) => workloads.find((one) => one.id === id) ?? [])
  for (const id of draft.workloads)
    if (!workloads.some((one) => one.id === id))
      blame('workloads', say('unknown', { what: id, near: near(id, ids(workloads), say) }).trim())
  if (draft.workloads.length === 0) blame('workloads', say('noWorkload'))
  const smallest = chosen.reduce((least, { examples }) => Math.min(least, examples), Infinity)
  const batchFault = (text: string) => batchFaultOf(text, smallest, say)
  blame('epochs', epochsFaultOf(draft.epochs, say))
  blame('batch', batchFault(draft.batch))
  const seeds = seedsOf(draft.seeds, say)
  blame('seeds', seeds.fault)
  for (const schedule of draft.schedules)
    examineSchedule(schedule, `schedules.${schedule.key}`, 0.1, blame, say)
  if (draft.series.length === 0) blame('series', say('noSeries'))

  for (const series of draft.series) {
    const path = `series.${series.key}`
    const rule = optimizerOf(series.optimizer)
    if (!rule) {
      blame(
        `${path}.optimizer`,
        say('unknown', { what: series.optimizer, near: near(series.optimizer, ids(optimizers), say) }).trim(),
      )
      continue
    }
    for (const [name, text] of Object.entries(series.set))
      blame(`${path}.set.${name}`, hyperFaultOf(rule, name, text, say))
    blame(`${path}.batch`, batchFault(series.batch))
    blame(`${path}.epochs`, epochsFaultOf(series.epochs, say))
    for (const schedule of series.schedules ?? [])
      examineSchedule(schedule, `${path}.schedules.${schedule.key}`, 0.1, blame, say)
  }

  blame('initialiser', initialiserFaultOf(draft, say))
  if (hasTuning(draft)) examineTuning(draft, chosen, blame, say)
  examineJudging(draft, chosen, blame, say)
  const result = fanOut(draft, faults, blame)
  blame('device', isDevice(draft.device || 'auto') ? null : say('device', { device: draft.device }))
  const runs = result.runsOfTuning + result.seriesCount * seeds.count
  if (runs > mostRuns) blame('runs', say('tooMany', { count: runs, most: mostRuns }))
  const first = [...faults].map(([path, text]) => ({ path, text }))[0] ?? null
  const steps = result.stepsOfTuning + result.stepsPerSeed * seeds.count
  return { faults, first, ...result, seeds: seeds.count, runs, steps }
}

type Say = (
  key:
    | 'title'
    | 'unknown'
    | 'near'
    | 'noWorkload'
    | 'noSeries'
    | 'device'
    | 'initialiser'
    | 'rangeValues'
    | 'rangeOrder'
    | 'rangeLog'
    | 'rangeOne'
    | 'whole'
    | 'share'
    | 'shareAbove'
    | 'grid'
    | 'metricNoSplit'
    | 'metricNoClasses'
    | 'splitTooSmall'
    | 'stopSealed'
    | 'stopNoSplit'
    | 'stopNothing'
    | 'stopNoPatience'
    | 'target'
    | 'targetElsewhere'
    | 'percent'
    | 'plainNumber'
    | 'noInitialiser'
    | 'tooMany'
    | 'number'
    | 'optional'
    | 'flag'
    | 'choice'
    | 'unknownHyper'
    | 'batch'
    | 'epochs'
    | 'seeds'
    | 'seedsMany'
    | 'seedsTwice'
    | 'unknownParameter'
    | 'integer'
    | 'atLeast'
    | 'list'
    | 'increasing'
    | 'scheduleList'
    | 'offset'
    | 'cosine'
    | 'piecewise'
    | 'knots',
  parameters?: Readonly<Record<string, string | number>>,
) => string
type Blame = (path: string, text: string | null) => void

/** "Did you mean adam? ", or nothing. */
function near(id: string, names: readonly string[], say: Say): string {
  const found = /mean (.*)\?/.exec(suggestion(id, names))?.[1]
  return found === undefined ? '' : say('near', { names: found })
}
const ids = (list: readonly { id: string }[]): string[] => list.map(({ id }) => id)

function initialiserFaultOf({ initialiser, workloads: chosen }: Draft, say: Say): string | null {
  if (initialiser === '') return null
  if (!initialisers.some((one) => one === initialiser))
    return say('initialiser', { initialiser, known: initialisers.join(', ') })
  const plain = workloads.find(({ id, direct }) => direct && chosen.includes(id))
  return plain ? say('noInitialiser', { workload: plain.id }) : null
}

function isDevice(device: string): boolean {
  try {
    checkDevice(device)
    return true
  } catch {
    return false
  }
}

function hyperFaultOf(rule: OptimizerDefinition, name: string, text: string, say: Say): string | null {
  const declared = hyperparametersOf(rule)[name]
  if (!declared)
    return say('unknownHyper', {
      name,
      rule: rule.title,
      near: near(name, Object.keys(hyperparametersOf(rule)), say),
    }).trim()
  const range = readRange(text, declared)
  const wrong = range && rangeFaultOf(range, text, say)
  if (wrong) return wrong
  const value = range ? ('values' in range ? range.values : [...endsOf(range)]) : readValue(text)
  if (value === undefined) return null
  for (const one of asList(value))
    try {
      settleHyperparameters(rule, { [name]: one })
    } catch {
      const shown = { name, value: showValue(one) }
      switch (declared.kind) {
        case 'number':
          return say('number', { ...shown, bound: interval(declared) })
        case 'optional':
          return say('optional', { ...shown, bound: declared.min })
        case 'flag':
          return say('flag', shown)
        case 'choice':
          return say('choice', { ...shown, choices: declared.choices.join(', ') })
      }
    }
  return null
}

function rangeFaultOf(range: Dimension, text: string, say: Say): string | null {
  if ('values' in range) return range.values.length < 2 ? say('rangeValues', { value: text.trim() }) : null
  const [low, high] = endsOf(range)
  if (low >= high) return say('rangeOrder', { value: text.trim() })
  if ('log' in range && low <= 0) return say('rangeLog', { value: text.trim() })
  return 'logOneMinus' in range && high >= 1 ? say('rangeOne', { value: text.trim() }) : null
}

/** Faults of how it is tuned. */
function examineTuning({ tuning, series }: Draft, chosen: readonly Workload[], blame: Blame, say: Say): void {
  const whole = (
    name: 'trials' | 'halvingFrom' | 'halvingFactor' | 'studies' | 'seed',
    low: number,
    high: number,
  ): void => {
    const value = readValue(tuning[name])
    if (value !== undefined && !isWhole(value, low, high))
      blame(`tuning.${name}`, say('whole', { value: tuning[name].trim(), low, high }))
  }
  whole('trials', 1, 10_000)
  whole('halvingFrom', 1, mostEpochs)
  whole('halvingFactor', 2, 100)
  whole('studies', 1, 100)
  whole('seed', 0, largestSeed)
  blame('tuning.seeds', seedsOf(tuning.seeds, say).fault)
  const share = readValue(tuning.validation)
  if (share !== undefined && !(typeof share === 'number' && share >= 0 && share <= 0.9))
    blame('tuning.validation', say('share', { value: tuning.validation.trim() }))
  const held = typeof share === 'number' ? share : usualShare
  const none = chosen.find(({ examples }) => held > 0 && Math.floor(examples * held) === 0)
  if (none) blame('tuning.validation', say('splitTooSmall', { value: held, workload: none.id }))
  const { metric } = tuning
  if (metric.startsWith('validation') && held === 0) blame('tuning.metric', say('metricNoSplit'))
  const plain = chosen.find(({ network }) => !network.classes)
  if (metric === 'validationAccuracy' && plain)
    blame('tuning.metric', say('metricNoClasses', { workload: plain.id }))
  const trials = readValue(tuning.trials) ?? usualTrials
  if (tuning.sampler !== 'grid' || typeof trials !== 'number') return
  for (const one of series) {
    const space = spaceOf(one)
    const points: number = Object.keys(space).length > 0 ? gridPoints(space, trials) : trials
    if (points !== trials) blame('tuning.trials', say('grid', { trials, points, name: titleOf(one) }))
  }
}

/** Faults of what ends runs early and of how results are judged. */
function examineJudging(
  { stop, targets, margin, validation }: Draft,
  chosen: readonly Workload[],
  blame: Blame,
  say: Say,
): void {
  const percent = readValue(margin)
  if (percent !== undefined && !(typeof percent === 'number' && percent >= 0 && percent <= 100))
    blame('margin', say('percent', { value: margin.trim() }))
  const share = readValue(validation)
  const isShare = typeof share === 'number' && share > 0 && share <= 0.9
  if (share !== undefined && !isShare) blame('validation', say('shareAbove', { value: validation.trim() }))
  const none = chosen.find(({ examples }) => isShare && Math.floor(examples * share) === 0)
  if (none) blame('validation', say('splitTooSmall', { value: validation.trim(), workload: none.id }))
  for (const [name, text] of Object.entries(targets)) {
    const workload = name.includes('/') ? name.replace(/[/].*/, '') : undefined
    if (text.trim() !== '' && workload !== undefined && !chosen.some(({ id }) => id === workload))
      blame(`targets.${name}`, say('targetElsewhere', { workload }))
    const value = readValue(text)
    const isRight = (one: unknown): boolean => typeof one === 'number' && Number.isFinite(one)
    if (value !== undefined && !(asList(value).length > 0 && asList(value).every(isRight)))
      blame(`targets.${name}`, say('target', { value: text.trim() }))
  }
  const [target, patience, minDelta] = [stop.target, stop.patience, stop.minDelta].map((text) =>
    readValue(text),
  )
  if (target !== undefined && typeof target !== 'number')
    blame('stop.target', say('plainNumber', { value: stop.target.trim() }))
  if (patience !== undefined && !isWhole(patience, 1, 1_000_000))
    blame('stop.patience', say('whole', { value: stop.patience.trim(), low: 1, high: 1_000_000 }))
  if (minDelta !== undefined && !(typeof minDelta === 'number' && minDelta >= 0))
    blame('stop.minDelta', say('atLeast', { name: 'minDelta', value: stop.minDelta.trim(), bound: 0 }))
  if (minDelta !== undefined && patience === undefined) blame('stop.minDelta', say('stopNoPatience'))
  if (target === undefined && patience === undefined) {
    if (stop.metric !== '') blame('stop.metric', say('stopNothing'))
    return
  }
  const { metric } = stop
  const plain = chosen.find(({ network }) => !network.classes)
  if (metric.startsWith('test')) blame('stop.metric', say('stopSealed'))
  else if (metric.startsWith('validation') && share === undefined) blame('stop.metric', say('stopNoSplit'))
  else if (metric.endsWith('Accuracy') && plain)
    blame('stop.metric', say('metricNoClasses', { workload: plain.id }))
}

const isWhole = (value: unknown, low: number, high: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high

function batchFaultOf(text: string, examples: number, say: Say): string | null {
  const value = readWholeNumbers(text)
  if (value === undefined) return null
  const most = Number.isFinite(examples) ? examples : 1e9
  const wrong = asList(value).find((one) => !isWhole(one, 1, most))
  return wrong !== undefined || asList(value).length === 0
    ? say('batch', { value: wrong === undefined ? text : showValue(wrong), most })
    : null
}

function epochsFaultOf(text: string, say: Say): string | null {
  const value = readValue(text)
  return value === undefined || isWhole(value, 1, mostEpochs)
    ? null
    : say('epochs', { value: text.trim(), most: mostEpochs })
}

/** How many seeds the field's text stands for. */
function seedsOf(text: string, say: Say): { count: number; fault: string | null } {
  const value = readWholeNumbers(text)
  if (value === undefined) return { count: 1, fault: null }
  if (Array.isArray(value)) {
    const wrong = (value as unknown[]).find((one) => !isWhole(one, 0, largestSeed))
    const twice = value.find((one, i) => value.indexOf(one as never) < i)
    if (wrong === undefined && twice !== undefined)
      return { count: value.length, fault: say('seedsTwice', { value: String(twice) }) }
    return wrong === undefined && value.length > 0
      ? { count: value.length, fault: null }
      : { count: 1, fault: say('seeds', { value: showValue((wrong as FileValue | undefined) ?? text) }) }
  }
  if (isWhole(value, 1, mostSeeds)) return { count: value as number, fault: null }
  return {
    count: 1,
    fault:
      typeof value === 'number'
        ? say('seedsMany', { value: showValue(value), most: mostSeeds })
        : say('seeds', { value: text.trim() }),
  }
}

function examineSchedule(schedule: DraftSchedule, path: string, lr: number, blame: Blame, say: Say): void {
  const definition = scheduleOf(schedule.id)
  if (!definition) {
    blame(
      `${path}.id`,
      say('unknown', { what: schedule.id, near: near(schedule.id, ids(schedules), say) }).trim(),
    )
    return
  }
  const known = parametersOf(definition)
  const { check: _check, ...alone } = definition
  const given: Record<string, FileValue> = {}
  let right = true
  for (const [name, text] of Object.entries(schedule.set)) {
    const parameter = known[name]
    const value = readValue(text)
    if (value === undefined && parameter) continue
    if (value !== undefined) given[name] = value
    const fault = (): string | null => {
      if (!parameter)
        return say('unknownParameter', {
          name,
          schedule: definition.id,
          near: near(name, Object.keys(known), say),
        }).trim()
      try {
        settleSchedule(alone, { [name]: value }, lr)
        return null
      } catch {
        const shown = { name, value: text.trim() }
        if (parameter.kind === 'list') {
          const numbers = asList(value as FileValue).every(
            (one) => typeof one === 'number' && Number.isFinite(one),
          )
          return say(numbers ? 'increasing' : 'list', shown)
        }
        if (Array.isArray(value)) return say('scheduleList', shown)
        return say(parameter.kind === 'integer' ? 'integer' : 'atLeast', { ...shown, bound: parameter.min })
      }
    }
    const wrong = fault()
    blame(`${path}.set.${name}`, wrong)
    right &&= wrong === null
  }
  const offset = readValue(schedule.offset)
  if (offset !== undefined && !isWhole(offset, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER))
    blame(`${path}.offset`, say('offset', { value: schedule.offset.trim() }))
  if (!right) return
  try {
    settleSchedule(definition, given, lr)
  } catch (error) {
    const number = (name: string): number =>
      Number(given[name] ?? (known[name] as { default?: unknown } | undefined)?.default)
    const length = (name: string): number =>
      asList(given[name] ?? (known[name] as { default: FileValue }).default).length
    blame(
      path,
      definition.id === 'cosine'
        ? say('cosine', { warmup: number('warmupSteps'), most: number('maxUpdate') })
        : definition.id === 'piecewise'
          ? say('piecewise', {
              boundaries: length('boundaries'),
              values: length('values'),
              wanted: length('boundaries') + 1,
            })
          : definition.id === 'knots'
            ? say('knots', { boundaries: length('boundaries'), values: length('values') })
            : DescentError.from(error).message,
    )
  }
}

/** Everything that is right, series by series, as the lab would run it. */
function fanOut(
  draft: Draft,
  faults: ReadonlyMap<string, string>,
  blame: Blame,
): Pick<Examination, 'series' | 'counts' | 'seriesCount' | 'trials' | 'runsOfTuning'> & {
  stepsPerSeed: number
  stepsOfTuning: number
} {
  const counts = new Map<number, number>()
  const trials = new Map<number, number>()
  const none = {
    series: [],
    counts,
    trials,
    seriesCount: 0,
    stepsPerSeed: 0,
    runsOfTuning: 0,
    stepsOfTuning: 0,
  }
  const wrong = (prefix: string): boolean =>
    [...faults.keys()].some((path) => path === prefix || path.startsWith(`${prefix}.`))
  const usable = draft.series.filter(({ key }) => !wrong(`series.${key}`))
  const healed: Draft = {
    ...draft,
    title: draft.title.trim() || '–',
    workloads: draft.workloads.filter((id) => workloads.some((one) => one.id === id)),
    epochs: faults.has('epochs') ? '' : draft.epochs,
    batch: faults.has('batch') ? '' : draft.batch,
    seeds: '',
    device: '',
    initialiser: faults.has('initialiser') ? '' : draft.initialiser,
    tuning: wrong('tuning') ? plainTuning() : draft.tuning,
    margin: '',
    targets: {},
    validation: faults.has('validation') ? '' : draft.validation,
    stop: wrong('stop') ? plainParts().stop : draft.stop,
    schedules: wrong('schedules') ? [] : draft.schedules,
    series: usable,
  }
  if (usable.length === 0 || healed.workloads.length === 0) return none
  const parsed = experiment.safeParse(rawOf(healed))
  if (!parsed.success) {
    blame('file', parsed.error.issues[0]?.message ?? '')
    return none
  }
  const whole = parsed.data
  let seriesCount = 0
  usable.forEach((series, index) => {
    const count = countOf(whole, index)
    counts.set(series.key, count)
    seriesCount += count
  })
  if (seriesCount > mostShown) {
    const counted = tuningOf(whole, usable, trials)
    return { ...none, ...counted, seriesCount, stepsPerSeed: stepsOf(whole) }
  }
  const expanded: (Series & { card: number })[] = []
  try {
    const all = expand(whole)
    let at = 0
    whole.workloads.forEach(() =>
      usable.forEach((series, index) => {
        const own = countOf(whole, index) / whole.workloads.length
        for (const one of all.slice(at, at + own)) expanded.push({ ...one, card: series.key })
        at += own
      }),
    )
  } catch (error) {
    blame('file', DescentError.from(error).message)
    return none
  }
  let [runsOfTuning, stepsOfTuning] = [0, 0]
  for (const one of expanded) {
    const { examples } = workloads.find(({ id }) => id === one.settings.workload) as { examples: number }
    const { space: _, ...compared } = one
    const [all, own] = [costOf(whole, one, examples), costOf(whole, compared, examples)]
    const tuning = all.runs - own.runs
    if (tuning > 0) trials.set(one.card, (trials.get(one.card) ?? 0) + tuning)
    runsOfTuning += tuning
    stepsOfTuning += all.steps - own.steps
  }
  const keyed = expanded.map((one, index) => ({ ...one, key: String(index) }))
  const styles = pictureStyles(keyed.map(({ key, settings }) => ({ key, optimizer: settings.optimizer })))
  return {
    series: keyed.map((one) => ({ ...one, style: styles.get(one.key) as SeriesStyle })),
    counts,
    seriesCount,
    stepsPerSeed: stepsOf(whole),
    trials,
    runsOfTuning,
    stepsOfTuning,
  }
}

/** Series that one entry of the file makes, on all workloads, without making them. */
function countOf(whole: Experiment, index: number): number {
  const entry = whole.optimizers[index]
  if (!entry) return 0
  const combinations = Object.values(entry.set ?? {}).reduce<number>(
    (product, value) => product * (Array.isArray(value) ? value.length : 1),
    1,
  )
  const batches = (entry.batch ?? whole.batch ?? [0]).length
  return whole.workloads.length * combinations * (entry.schedules ?? whole.schedules).length * batches
}

/** What tuning comes to, entry by entry, without making the series. @param trials of each card is added to it */
function tuningOf(
  whole: Experiment,
  cards: readonly DraftSeries[],
  trials: Map<number, number>,
): { runsOfTuning: number; stepsOfTuning: number } {
  let [runsOfTuning, stepsOfTuning] = [0, 0]
  whole.optimizers.forEach((entry, index) => {
    const card = cards[index]
    if (!entry.search || !card) return
    for (const id of whole.workloads) {
      const workload = workloads.find((one) => one.id === id)
      if (!workload) continue
      const batches = entry.batch ?? whole.batch ?? [workload.defaults.batch]
      const each = countOf(whole, index) / whole.workloads.length / batches.length
      for (const batch of batches) {
        const validation = whole.validation
        const settings = {
          batch,
          validation,
          epochs: entry.epochs ?? whole.epochs ?? workload.defaults.epochs,
        }
        const all = costOf(whole, { settings, space: entry.search }, workload.examples)
        const own = costOf(whole, { settings }, workload.examples)
        trials.set(card.key, (trials.get(card.key) ?? 0) + each * (all.runs - own.runs))
        runsOfTuning += each * (all.runs - own.runs)
        stepsOfTuning += each * (all.steps - own.steps)
      }
    }
  })
  return { runsOfTuning, stepsOfTuning }
}

function stepsOf(whole: Experiment): number {
  let steps = 0
  whole.optimizers.forEach((entry, index) => {
    for (const id of whole.workloads) {
      const workload = workloads.find((one) => one.id === id)
      if (!workload) continue
      const batches = entry.batch ?? whole.batch ?? [workload.defaults.batch]
      const each = countOf(whole, index) / whole.workloads.length / batches.length
      const epochs = entry.epochs ?? whole.epochs ?? workload.defaults.epochs
      for (const batch of batches) steps += each * Math.ceil(workload.examples / batch) * epochs
    }
  })
  return steps
}

/** Cards of an optimizer as the file would name them, for messages and read-outs. */
export const titleOf = (series: Pick<DraftSeries, 'optimizer'>): string =>
  optimizerOf(series.optimizer)?.title ?? series.optimizer

export interface TrainingLength {
  epochs: number
  stepsAnEpoch: number
}

/** How long these series train: the first of them speaks for all. */
export function lengthOf(
  series: readonly ExpandedSeries[],
  otherwise: TrainingLength = { epochs: 10, stepsAnEpoch: 100 },
): TrainingLength {
  const [first] = series
  const workload = workloads.find(({ id }) => id === first?.settings.workload)
  return first && workload
    ? { epochs: first.settings.epochs, stepsAnEpoch: Math.ceil(workload.examples / first.settings.batch) }
    : otherwise
}
