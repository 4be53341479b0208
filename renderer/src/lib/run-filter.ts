import type { Quantity } from '../../../src/charts/quantity.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { hyperparameterOf } from '../../../src/experiments/used-settings.ts'
import { hyperparametersOf } from '../../../src/rules/settle.ts'
import { runStatuses, type RunSummary } from '../../../src/experiments/run.ts'

/**
 * The filter of the Runs page: `optimizer:adam status:done,failed loss<0.25 -tag:old "two words" (seed:1 or seed:2)`.
 * Terms side by side must all hold; `or`, parentheses, `-` before a term. `:` is equality (for names: contains), takes
 * alternatives after commas, `*` for anything, and `from..to` for numbers.
 */
export type FilterFault =
  | { kind: 'field'; name: string; near: string | null }
  | { kind: 'number' | 'order'; name: string; value: string }
  | { kind: 'value'; name: string }
  | { kind: 'unexpected'; value: string }
  | { kind: 'parenthesis' | 'quote' }

export interface FilterContext {
  /** What a run ended at or measured last; null while there is none. */
  latestOf: (run: RunSummary, quantity: Quantity) => number | null
}

export type RunTest = (run: RunSummary, context: FilterContext) => boolean
export type FilterResult = { ok: true; test: RunTest; empty: boolean } | { ok: false; fault: FilterFault }

type NumberOf = (run: RunSummary, context: FilterContext) => number | null
type TextsOf = (run: RunSummary) => readonly string[]
type Matching = 'exact' | 'contains' | 'prefix'

export type FilterField = { readonly name: string; readonly hyper?: true } & (
  | { readonly kind: 'number'; readonly of: NumberOf }
  | { readonly kind: 'text'; readonly of: TextsOf; readonly matching: Matching }
  | { readonly kind: 'value'; readonly of: (run: RunSummary) => number | string | null }
)

const text = (name: string, of: TextsOf, matching: Matching = 'exact'): FilterField => ({
  name,
  kind: 'text',
  of,
  matching,
})
const number = (name: string, of: NumberOf): FilterField => ({ name, kind: 'number', of })

/** A hyperparameter as it was used: what was set, or the rule's default. */
export function hyperOf({ settings }: RunSummary, name: string): number | string | null {
  const value = hyperparameterOf(settings, name)
  return value === null || typeof value === 'number' ? value : String(value)
}

const own: readonly FilterField[] = [
  text('status', (run) => [run.status]),
  text('optimizer', (run) => [run.settings.optimizer]),
  text('tag', (run) => run.tags),
  number('loss', (run, { latestOf }) => latestOf(run, 'trainLoss')),
  number('best', (run) => run.best.trainLoss),
  number('testAccuracy', (run, { latestOf }) => latestOf(run, 'testAccuracy')),
  text('schedule', (run) => [run.settings.schedule.id]),
  number('seed', (run) => run.settings.seed),
  text('name', (run) => [run.name], 'contains'),
  text('series', (run) => [run.series], 'contains'),
  text('workload', (run) => [run.settings.workload]),
  number('trainAccuracy', (run, { latestOf }) => latestOf(run, 'trainAccuracy')),
  number('batch', (run) => run.settings.batch),
  number('epochs', (run) => run.settings.epochs),
  number('steps', (run) => run.steps),
  number('seconds', (run) => run.seconds),
  number('restarts', (run) => run.restarts),
  text('device', (run) => [run.settings.device]),
  text('stage', (run) => (run.study ? [run.study.stage] : [])),
  number('trial', (run) => run.study?.trial ?? null),
  number('validation', (run) => run.settings.validation ?? null),
  number('validationLoss', (run) => run.final.validationLoss ?? null),
  number('validationAccuracy', (run) => run.final.validationAccuracy ?? null),
  text('note', (run) => (run.note === undefined ? [] : [run.note]), 'contains'),
  text('experiment', (run) => [run.experimentId ?? ''], 'prefix'),
  text('id', (run) => [run.id], 'prefix'),
]
const hyperNames = [...new Set(optimizers.flatMap((rule) => Object.keys(hyperparametersOf(rule))))]

/** Every field, hyperparameters of all optimizers last. */
export const filterFields: readonly FilterField[] = [
  ...own,
  ...hyperNames.map((name): FilterField => ({
    name,
    hyper: true,
    kind: 'value',
    of: (run) => hyperOf(run, name),
  })),
]
const fieldNamed = (name: string): FilterField | undefined =>
  filterFields.find((field) => field.name.toLowerCase() === name.toLowerCase())

/** What runs can be grouped by: what they are and how they were set up, not what they measured. */
const groupable = new Set([
  ...[
    'status',
    'optimizer',
    'series',
    'workload',
    'schedule',
    'batch',
    'epochs',
    'seed',
    'tag',
    'experiment',
    'stage',
  ],
  ...['trial', 'validation', 'device'],
])
/** Fields that tell runs of this list apart, or that all of them may be grouped by. */
export const groupFields = (runs: readonly RunSummary[]): readonly FilterField[] =>
  filterFields.filter((field) => {
    if (!field.hyper) return groupable.has(field.name)
    const values = groupValues(field)
    const [first] = runs
    return first !== undefined && runs.some((run) => values(run)[0] !== values(first)[0])
  })

/** By what a run belongs to groups: none, one, or of its tags each. */
export function groupValues(field: FilterField): (run: RunSummary) => readonly (number | string)[] {
  if (field.kind === 'text') return (run) => field.of(run).filter(Boolean)
  const value: (run: RunSummary) => number | string | null =
    field.kind === 'value' ? field.of : (run) => field.of(run, { latestOf: () => null })
  return (run) => {
    const own = value(run)
    return own === null ? [] : [own]
  }
}

class Fault extends Error {
  readonly fault: FilterFault
  constructor(fault: FilterFault) {
    super(fault.kind)
    this.fault = fault
  }
}

type Token =
  | { kind: 'open' | 'close' | 'minus' | 'or' }
  | { kind: 'text'; value: string }
  | { kind: 'term'; field: string; operator: string; values: string[] }

/** A field's name and what follows it: `loss<=0.25`. */
const termStart = /([A-Za-z][\w.]*)(:|!=|<=|>=|=|<|>)/y

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const quoted = (): string => {
    const end = source.indexOf('"', at + 1)
    if (end === -1) throw new Fault({ kind: 'quote' })
    const value = source.slice(at + 1, end)
    at = end + 1
    return value
  }
  const bare = (stop: RegExp): string => {
    const from = at
    while (at < source.length && !stop.test(source[at] as string)) at++
    return source.slice(from, at)
  }
  while (at < source.length) {
    const character = source[at] as string
    if (/\s/.test(character)) at++
    else if (character === '(' || character === ')') {
      tokens.push({ kind: character === '(' ? 'open' : 'close' })
      at++
    } else if (character === '-' && /[^\s\d.]/.test(source[at + 1] ?? ' ')) {
      tokens.push({ kind: 'minus' })
      at++
    } else if (character === '"') tokens.push({ kind: 'text', value: quoted() })
    else {
      termStart.lastIndex = at
      const match = termStart.exec(source)
      if (match) {
        at = termStart.lastIndex
        const values: string[] = []
        do {
          if (source[at] === ',') at++
          values.push(source[at] === '"' ? quoted() : bare(/[\s(),"]/))
        } while (source[at] === ',')
        tokens.push({ kind: 'term', field: match[1] as string, operator: match[2] as string, values })
      } else {
        const word = bare(/[\s()"]/)
        const lower = word.toLowerCase()
        if (lower === 'or') tokens.push({ kind: 'or' })
        else if (lower === 'not') tokens.push({ kind: 'minus' })
        else if (lower !== 'and') tokens.push({ kind: 'text', value: word })
      }
    }
  }
  return tokens
}

/** @returns the test, or what is wrong with the text */
export function parseFilter(source: string): FilterResult {
  try {
    const tokens = tokenize(source)
    if (tokens.length === 0) return { ok: true, test: () => true, empty: true }
    let at = 0
    const alternatives = (): RunTest => {
      const tests = [conjunction()]
      while (tokens[at]?.kind === 'or') {
        at++
        tests.push(conjunction())
      }
      return tests.length === 1
        ? (tests[0] as RunTest)
        : (run, context) => tests.some((test) => test(run, context))
    }
    const conjunction = (): RunTest => {
      const tests: RunTest[] = []
      for (let token = tokens[at]; token && token.kind !== 'or' && token.kind !== 'close'; token = tokens[at])
        tests.push(primary(token))
      if (tests.length === 0)
        throw new Fault({ kind: 'unexpected', value: tokens[at]?.kind === 'or' ? 'or' : ')' })
      return (run, context) => tests.every((test) => test(run, context))
    }
    const primary = (token: Token): RunTest => {
      at++
      switch (token.kind) {
        case 'minus': {
          const next = tokens[at]
          if (!next || next.kind === 'or' || next.kind === 'close')
            throw new Fault({ kind: 'unexpected', value: '-' })
          const test = primary(next)
          return (run, context) => !test(run, context)
        }
        case 'open': {
          const test = alternatives()
          if (tokens[at]?.kind !== 'close') throw new Fault({ kind: 'parenthesis' })
          at++
          return test
        }
        case 'text':
          return contains(token.value)
        case 'term':
          return term(token.field, token.operator, token.values)
        case 'close':
        case 'or':
          throw new Fault({ kind: 'unexpected', value: token.kind === 'or' ? 'or' : ')' })
      }
    }
    const test = alternatives()
    if (at < tokens.length) throw new Fault({ kind: 'unexpected', value: ')' })
    return { ok: true, test, empty: false }
  } catch (thrown) {
    if (thrown instanceof Fault) return { ok: false, fault: thrown.fault }
    throw thrown
  }
}

function contains(word: string): RunTest {
  const wanted = word.toLowerCase()
  return ({ name, series, id, tags, note = '' }) =>
    [name, series, id, note, ...tags].some((one) => one.toLowerCase().includes(wanted))
}

function term(name: string, operator: string, values: readonly string[]): RunTest {
  const field = fieldNamed(name)
  if (!field) throw new Fault({ kind: 'field', name, near: nearestField(name) })
  if (values.some((value) => value === '')) throw new Fault({ kind: 'value', name: field.name })
  const equality = operator === ':' || operator === '=' || operator === '!='
  const not = operator === '!='
  if (field.kind === 'text') {
    if (!equality) throw new Fault({ kind: 'order', name: field.name, value: values[0] as string })
    const tests = values.map((value) => pattern(value, operator === ':' ? field.matching : 'exact'))
    return (run) => field.of(run).some((one) => tests.some((test) => test(one.toLowerCase()))) !== not
  }
  if (field.kind === 'number') {
    const tests = values.map((value) => numeric(field.name, operator, value))
    return (run, context) => {
      const value = field.of(run, context)
      return value !== null && tests.some((test) => test(value)) !== not
    }
  }
  const tests = values.map((value) => {
    const asText = equality ? pattern(value, 'exact') : () => false
    const asNumber = /^[\d.+-]/.test(value) || !equality ? numeric(field.name, operator, value) : () => false
    return (actual: number | string): boolean =>
      typeof actual === 'number' ? asNumber(actual) : asText(actual.toLowerCase())
  })
  return (run) => {
    const value = field.of(run)
    return value !== null && tests.some((test) => test(value)) !== not
  }
}

function pattern(value: string, matching: Matching): (text: string) => boolean {
  const wanted = value.toLowerCase()
  if (wanted.includes('*')) {
    const source = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    const expression = new RegExp(`^${source.join('.*')}$`)
    return (text) => expression.test(text)
  }
  if (matching === 'contains') return (text) => text.includes(wanted)
  if (matching === 'prefix') return (text) => text.startsWith(wanted)
  return (text) => text === wanted
}

function numeric(name: string, operator: string, value: string): (actual: number) => boolean {
  const range = operator === ':' || operator === '=' ? /^(.*?)\.\.(.*)$/.exec(value) : null
  if (range) {
    const low = range[1] === '' ? -Infinity : readNumber(name, range[1] as string)
    const high = range[2] === '' ? Infinity : readNumber(name, range[2] as string)
    return (actual) => actual >= low && actual <= high
  }
  const wanted = readNumber(name, value)
  switch (operator) {
    case '<':
      return (actual) => actual < wanted
    case '<=':
      return (actual) => actual <= wanted
    case '>':
      return (actual) => actual > wanted
    case '>=':
      return (actual) => actual >= wanted
    default:
      // What is typed from a rounded column should still be found.
      return (actual) => Math.abs(actual - wanted) <= 1e-9 * Math.max(Math.abs(actual), Math.abs(wanted))
  }
}

function readNumber(name: string, value: string): number {
  const plain = value.replace('−', '-')
  const parsed = Number(plain)
  if (plain.trim() === '' || Number.isNaN(parsed)) throw new Fault({ kind: 'number', name, value })
  return parsed
}

function nearestField(name: string): string | null {
  const wanted = name.toLowerCase()
  const scored = filterFields
    .map((field) => ({ name: field.name, away: distance(wanted, field.name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away)
  const [best] = scored
  return best && best.away <= Math.max(1, Math.floor(wanted.length / 3)) ? best.name : null
}

/** Edits from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return row[b.length] as number
}

export interface Completion {
  /** Replaces the text from `from` to the caret. */
  readonly insert: string
  readonly label: string
  /** The field whose meaning explains it; null for values. */
  readonly field: FilterField | null
}

export interface Completions {
  readonly from: number
  readonly items: readonly Completion[]
}

/** What may follow at the caret: field names, or the values that the runs have. */
export function completeFilter(source: string, caret: number, runs: readonly RunSummary[]): Completions {
  const before = source.slice(0, caret)
  const inTerm =
    /(?:^|[\s(-])([A-Za-z][\w.]*)(:|!=|=)((?:"[^"]*"|[^\s()",]+)?(?:,(?:"[^"]*"|[^\s()",]+))*,)?("?)([^\s()",]*)$/.exec(
      before,
    )
  if (inTerm) {
    const field = fieldNamed(inTerm[1] as string)
    const typed = (inTerm[5] as string).toLowerCase()
    if (!field) return { from: caret, items: [] }
    const from = caret - (inTerm[5] as string).length - (inTerm[4] as string).length
    const items = valuesOf(field, runs)
      .filter((value) => value.toLowerCase().startsWith(typed) && value.toLowerCase() !== typed)
      .slice(0, 30)
      .map((value) => ({ insert: quote(value), label: value, field: null }))
    return { from, items }
  }
  const word = /(?:^|[\s(])-?([A-Za-z][\w.]*)?$/.exec(before)
  if (!word) return { from: caret, items: [] }
  const typed = (word[1] ?? '').toLowerCase()
  const candidates = typed === '' ? filterFields.filter(({ hyper }) => !hyper).slice(0, 9) : filterFields
  return {
    from: caret - typed.length,
    items: candidates
      .filter(({ name }) => name.toLowerCase().startsWith(typed))
      .slice(0, 12)
      .map((field) => ({
        insert: field.name + (field.kind === 'number' && field.name !== 'seed' ? '<' : ':'),
        label: field.name,
        field,
      })),
  }
}

const quote = (value: string): string => (/[\s(),"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value)

function valuesOf(field: FilterField, runs: readonly RunSummary[]): string[] {
  if (field.name === 'status') return [...runStatuses]
  if (field.name === 'note') return [] // whole texts complete nothing
  const found = new Map<string, number>()
  for (const run of runs) {
    const value = field.kind === 'text' ? field.of(run) : field.kind === 'value' ? [field.of(run)] : []
    for (const one of value)
      if (one !== null && one !== '') found.set(String(one), (found.get(String(one)) ?? 0) + 1)
  }
  return [...found].sort((a, b) => b[1] - a[1]).map(([value]) => value)
}
