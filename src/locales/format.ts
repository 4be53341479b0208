import { message, type Locale } from './message.ts'

const thinSpace = '\u2009'
const minus = '\u2212'
const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
}

/**
 * A number for people: significant digits, thin spaces between thousands from five digits on, a true minus sign,
 * and powers of ten outside [10⁻⁴, 10⁶). Both languages write numbers alike.
 */
export function formatNumber(value: number, significant = 4): string {
  if (!Number.isFinite(value)) throw new RangeError(`Only finite numbers are printed; got ${value}.`)
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(significant))
  const size = Math.abs(rounded)
  if (size >= 1e6 || size < 1e-4) {
    const [digits, exponent] = rounded.toExponential().split('e') as [string, string]
    return `${sign(digits)}${thinSpace}×${thinSpace}10${superscript(Number(exponent))}`
  }
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(size)))
  return grouped(rounded.toFixed(Math.min(decimals, 20)))
}

/** As few digits as name the value exactly (hyperparameters, ticks): 0.1, 10⁻⁶, 2000. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Only finite numbers are printed; got ${value}.`)
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string]
    const power = `10${superscript(Number(exponent))}`
    return digits === '1'
      ? power
      : digits === '-1'
        ? minus + power
        : `${sign(digits)}${thinSpace}×${thinSpace}${power}`
  }
  return grouped(String(value))
}

export function formatInteger(value: number): string {
  return grouped(Math.round(value).toFixed(0))
}

/** A number with a given count of decimals, as in a column that lines up. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Only finite numbers are printed; got ${value}.`)
  const text = value.toFixed(Math.min(20, decimals))
  return grouped(Number(text) === 0 ? text.replace('-', '') : text)
}

export const accuracyDecimals = 3

/** An accuracy, which is a share of 1: 0.885. */
export function formatAccuracy(share: number): string {
  return formatFixed(share, accuracyDecimals)
}

/** `0.885 ± 0.004`; more decimals where a half width would read as 0. One without an interval is written alone. */
export function formatAccuracyInterval(mean: number, halfWidth: number | null): string {
  if (halfWidth === null) return formatAccuracy(mean)
  const needed = halfWidth > 0 ? -Math.floor(Math.log10(halfWidth)) : 0
  const decimals = Math.min(8, Math.max(accuracyDecimals, needed))
  return `${formatFixed(mean, decimals)} ± ${formatFixed(halfWidth, decimals)}`
}

/** Decimals that show a half width (or a spread) with two significant digits, at most `most`. */
export function decimalsFor(halfWidth: number, most = 8): number {
  if (!(halfWidth > 0) || !Number.isFinite(halfWidth)) return 4
  return Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(halfWidth))))
}

/** `0.24413 ± 0.00082`: the half width with two significant digits, the mean with as many decimals. */
export function formatPlusMinus(mean: number, halfWidth: number): string {
  if (halfWidth > 0 && (Math.abs(mean) >= 1e6 || (Math.abs(mean) < 1e-4 && halfWidth < 1e-4))) {
    const exponent = Math.floor(Math.log10(Math.max(Math.abs(mean), halfWidth)))
    const scale = 10 ** exponent
    const decimals = decimalsFor(halfWidth / scale)
    return `(${formatFixed(mean / scale, decimals)} ± ${formatFixed(halfWidth / scale, decimals)})${thinSpace}×${thinSpace}10${superscript(exponent)}`
  }
  const decimals = decimalsFor(halfWidth)
  return `${formatFixed(mean, decimals)} ± ${formatFixed(halfWidth, decimals)}`
}

/** A difference with its sign always written: +0.0012, −0.0012. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals)
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

export function formatPercent(locale: Locale, share: number, decimals = 1): string {
  return message(locale, 'unit.percent', { value: formatFixed(share * 100, decimals) })
}

/** In which three digits of it are below 1000. */
function shortUnit(seconds: number) {
  if (seconds < 0.9995e-3) return { unit: 'unit.microseconds', scale: 1e6 } as const
  if (seconds < 0.9995) return { unit: 'unit.milliseconds', scale: 1e3 } as const
  return { unit: 'unit.seconds', scale: 1 } as const
}

/** 850 µs, 12.3 ms, 4.56 s, 2 min 05 s, 3 h 07 min. */
export function formatDuration(locale: Locale, seconds: number): string {
  if (seconds < 59.95) {
    const { unit, scale } = shortUnit(seconds)
    return message(locale, unit, { value: formatNumber(seconds * scale, 3) })
  }
  const whole = Math.round(seconds)
  if (whole < 3600)
    return message(locale, 'unit.minutes', {
      minutes: Math.floor(whole / 60),
      seconds: twoDigits(whole % 60),
    })
  const minutes = Math.round(seconds / 60)
  return message(locale, 'unit.hours', {
    hours: formatInteger(Math.floor(minutes / 60)),
    minutes: twoDigits(minutes % 60),
  })
}

/** An estimate, with no more digits than it deserves: 70 ms, 1.6 s, 13 s, 4 min, 3 h 10 min. */
export function formatRoughDuration(locale: Locale, seconds: number): string {
  if (seconds < 0.95) {
    const value = Math.max(1, Number((seconds * 1e3).toPrecision(1)))
    return message(locale, 'unit.milliseconds', { value: formatExact(value) })
  }
  if (seconds < 59.5) {
    const value = Number(seconds.toFixed(seconds < 9.95 ? 1 : 0))
    return message(locale, 'unit.seconds', { value: formatExact(value) })
  }
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return message(locale, 'unit.wholeMinutes', { minutes })
  return formatDuration(locale, 600 * Math.round(seconds / 600))
}

/** A mean duration with its interval, both in the unit that the mean has: 82.0 ± 1.5 µs. */
export function formatDurationPlusMinus(locale: Locale, mean: number, halfWidth: number): string {
  const { unit, scale } = shortUnit(mean)
  return message(locale, unit, { value: formatPlusMinus(mean * scale, halfWidth * scale) })
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? formatInteger(value) : formatNumber(value, 3)} ${units[unit] as string}`
}

/** a, b and c — 甲、乙和丙. */
export function formatList(locale: Locale, items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return message(locale, 'list.and', {
    first: items.slice(0, -1).join(message(locale, 'list.comma')),
    last: items.at(-1) as string,
  })
}

/** 2026-11-22 19:34 UTC, from a date or the ISO string of one. */
export function formatTime(date: Date | string): string {
  const time = new Date(date)
  const iso = Number.isNaN(time.getTime()) ? String(date) : time.toISOString()
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(iso)
  return match ? `${match[1]} ${match[2]} UTC` : iso
}

/** 0–4, 7 for 0, 1, 2, 3, 4, 7. */
export function formatRanges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length;) {
    let end = i
    while (end + 1 < sorted.length && (sorted[end + 1] as number) === (sorted[end] as number) + 1) end++
    const [from, to] = [sorted[i] as number, sorted[end] as number]
    parts.push(end - i >= 2 ? `${from}–${to}` : sorted.slice(i, end + 1).join(', '))
    i = end + 1
  }
  return parts.join(', ')
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

function sign(digits: string): string {
  return digits.replace('-', minus)
}

function superscript(exponent: number): string {
  return [...String(exponent)].map((character) => superscripts[character] ?? character).join('')
}

function grouped(digits: string): string {
  const match = /^(-?)(\d+)(.*)$/.exec(digits)
  if (!match) return sign(digits)
  const [, minusSign = '', whole = '', rest = ''] = match
  const text = whole.length >= 5 ? whole.replace(/\B(?=(\d{3})+$)/g, thinSpace) : whole
  return `${minusSign ? minus : ''}${text}${rest}`
}
