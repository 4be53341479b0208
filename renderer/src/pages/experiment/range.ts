import type { Dimension } from '../../../../src/search/dimension.ts'
import type { Hyperparameter } from '../../../../src/rules/hyperparameter.ts'
import { halfWidth, parseNumber } from '../../lib/numbers.ts'
import { readValue, showNumber, showValue, type FileValue } from './typed.ts'

type Scale = 'log' | 'uniform' | 'logOneMinus'
const words: Readonly<Record<Scale, string>> = { log: 'log', uniform: 'linear', logOneMinus: 'log(1-x)' }
const between = /^(\S+?)\s*(?:…+|\.\.\.?|~)\s*(\S+?)(?:\s+(log|linear|log\(1[-−]x\)))?$/

/**
 * What is to be tuned, as it is typed: `1e-5 … 1`, a range on the scale that suits the hyperparameter or on the one
 * named behind it (log, linear, log(1-x)), or `0.9 | 0.95`, values of which the best is found.
 * @returns undefined where the text is a value or a list of values
 */
export function readRange(text: string, declared: Hyperparameter | undefined): Dimension | undefined {
  const plain = halfWidth(text).trim()
  if (plain.includes('|')) {
    const values = plain.split('|').map((part) => readValue(part))
    return { values: values.filter((value): value is FileValue & number => value !== undefined) }
  }
  const [, from = '', to = '', word] = between.exec(plain) ?? []
  const [low, high] = [parseNumber(from), parseNumber(to)]
  if (low === undefined || high === undefined) return undefined
  const named = (Object.keys(words) as Scale[]).find((scale) => words[scale] === word?.replace('−', '-'))
  const range: [number, number] = [low, high]
  const scale = named ?? suited(declared, range)
  return scale === 'log' ? { log: range } : scale === 'uniform' ? { uniform: range } : { logOneMinus: range }
}

/** The same as text. */
export function showRange(dimension: Dimension, declared: Hyperparameter | undefined): string {
  if ('values' in dimension) return dimension.values.map((value) => showValue(value)).join(' | ')
  const [scale, range] = Object.entries(dimension)[0] as [Scale, [number, number]]
  const text = `${showNumber(range[0])} … ${showNumber(range[1])}`
  return scale === suited(declared, range) ? text : `${text} ${words[scale]}`
}

/** Rates and other small numbers by their logarithm; decays near 1 by that of what they lack to 1. */
function suited(declared: Hyperparameter | undefined, [low, high]: readonly [number, number]): Scale {
  if (declared?.kind !== 'number') return 'uniform'
  if (declared.scale === 'log') return low > 0 ? 'log' : 'uniform'
  return declared.max === 1 && low >= 0.5 && high < 1 ? 'logOneMinus' : 'uniform'
}
