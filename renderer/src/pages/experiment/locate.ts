import { LineCounter, parseDocument } from 'yaml'
import { spaceOf, type Draft } from './draft.ts'

export interface Place {
  line: number
  column: number
}

/** Where in the file the value stands that a fault of the form is about; its nearest parent where it is not written. */
export function locate(text: string, draft: Draft, path: string): Place {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const keys = keysOf(draft, path)
  for (let depth = keys.length; depth >= 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true) as
      { range?: readonly number[] } | null | undefined
    const offset = node?.range?.[0]
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset)
      return { line, column: col }
    }
  }
  return { line: 1, column: 1 }
}

/** `series.3.set.lr` → optimizers, its position, set, lr. */
function keysOf(draft: Draft, path: string): (string | number)[] {
  const [part, key, ...rest] = path.split('.') as [string, ...string[]]
  if (part === 'schedules') return ['schedules', ...position(draft.schedules, key), ...scheduleKeys(rest)]
  if (part === 'stop' || part === 'targets') return key === undefined ? [part] : [part, ...key.split('/')]
  if (part === 'tuning') return key === undefined ? [part] : [part, tuningKey(key)].flat()
  if (part !== 'series') return [part]
  const at = draft.series.findIndex((series) => String(series.key) === key)
  if (at < 0) return ['optimizers']
  const [name, ...below] = rest
  if (name === undefined) return ['optimizers', at]
  if (name === 'optimizer') return ['optimizers', at, 'id']
  if (name === 'schedules')
    return [
      'optimizers',
      at,
      'schedules',
      ...position(draft.series[at]?.schedules ?? [], below[0]),
      ...scheduleKeys(below.slice(1)),
    ]
  const hyper = below.join('.')
  const isSearched = name === 'set' && hyper in spaceOf(draft.series[at] as Draft['series'][number])
  return ['optimizers', at, isSearched ? 'search' : name, ...(below.length > 0 ? [hyper] : [])]
}

const tuningKey = (name: string): string | string[] =>
  name === 'halvingFrom' ? ['halving', 'from'] : name === 'halvingFactor' ? ['halving', 'factor'] : name

/** A schedule that is alone stands in the file without a list around it. */
function position(list: readonly { key: number }[], key: string | undefined): number[] {
  const at = list.findIndex((one) => String(one.key) === key)
  return list.length < 2 || at < 0 ? [] : [at]
}

/** Parameters have dots in their names: warmup.steps. */
const scheduleKeys = ([name, ...rest]: readonly string[]): string[] =>
  name === undefined ? [] : rest.length > 0 ? [name, rest.join('.')] : [name]
