import type { SettingValue } from '../../../../src/experiments/settings.ts'
import { halfWidth, parseNumber } from '../../lib/numbers.ts'

/** A value as a file holds it: one, or a list. */
export type FileValue = SettingValue | readonly (number | boolean | string)[]

type One = number | boolean | string

/** As people type and read it: `0.05`, `1e-6`, `0.1, 0.01`, `inside`. A string that would read as something else is quoted. */
export function showValue(value: FileValue): string {
  if (!Array.isArray(value)) return showOne(value as One)
  return value.length === 0 ? '[]' : (value as One[]).map(showOne).join(', ')
}

function showOne(value: One): string {
  if (typeof value === 'number') return showNumber(value)
  if (typeof value === 'boolean') return String(value)
  return readOne(value) === value && !/[\s,，、;；[\]]/.test(value) && value !== ''
    ? value
    : JSON.stringify(value)
}

/** Small numbers as 1e-6, as labels show them. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value < 0 ? '-.inf' : '.inf'
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e21)
    ? value.toExponential().replace('e+', 'e')
    : String(value)
}

/** What was typed: a number, true or false, a word, or a list of them. Undefined where nothing was. */
export function readValue(text: string): FileValue | undefined {
  const inner = text.trim()
  if (inner === '') return undefined
  if (inner === '[]') return []
  const parts = split(inner.replace(/^\[|\]$/g, ''))
  return parts.length === 1 && !inner.startsWith('[') ? readOne(parts[0] as string) : parts.map(readOne)
}

/** The same for what takes whole numbers only, where `8–11` is 8, 9, 10, 11. */
export function readWholeNumbers(text: string): FileValue | undefined {
  const sign = /(\d+)\s*(?:–|-|~|\.\.\.?|…+)\s*(\d+)/g
  const spread = halfWidth(text).replace(sign, (match, from: string, to: string) => {
    const [low, high] = [Number(from), Number(to)]
    return high >= low && high - low < 10_000
      ? Array.from({ length: high - low + 1 }, (_, i) => low + i).join(', ')
      : match
  })
  return readValue(spread)
}

/** A list of four or more neighbours as `42–51`. */
export function showWholeNumbers(value: FileValue): string {
  if (!Array.isArray(value)) return showValue(value)
  if (value.length === 1) return `[${showValue(value)}]`
  const parts: string[] = []
  for (let from = 0; from < value.length;) {
    let to = from
    while (to + 1 < value.length && value[to + 1] === (value[to] as number) + 1) to++
    if (to - from >= 3 && Number.isInteger(value[from])) {
      parts.push(`${String(value[from])}–${String(value[to])}`)
      from = to + 1
    } else parts.push(showOne(value[from++] as One))
  }
  return parts.length === 1 && parts[0]?.includes('–') !== true ? `[${parts.join(', ')}]` : parts.join(', ')
}

export const asList = (value: FileValue): readonly One[] => (Array.isArray(value) ? value : [value as One])

function split(text: string): string[] {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^\s,，、;；]+/g)
  return parts ?? ['']
}

function readOne(text: string): One {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\.inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (text === '.nan') return NaN
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1)
    try {
      return JSON.parse(text) as string
    } catch {
      return text
    }
  return parseNumber(text) ?? text
}
