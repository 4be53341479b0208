import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDuration,
  formatExact,
  formatFixed,
  formatList,
  formatNumber,
  formatPercent,
  formatPlusMinus,
  formatRanges,
  formatRoughDuration,
  formatSigned,
  formatTime,
} from '../../src/locales/format.ts'
import { catalogues, locales, message, type MessageKey } from '../../src/locales/message.ts'

const keys = Object.keys(catalogues.en) as MessageKey[]
const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort()

describe('messages', () => {
  it('exist in both languages, in the same order', () => {
    for (const locale of locales) expect(Object.keys(catalogues[locale])).toEqual(keys)
  })

  it.each(keys)('%s takes the same parameters in both languages', (key) => {
    const needed = new Set(names(catalogues.en[key]))
    for (const name of names(catalogues['zh-CN'][key])) expect([...needed, 'count']).toContain(name)
    expect(catalogues['zh-CN'][key].trim() === '' && catalogues.en[key].trim() !== '').toBe(false)
  })

  it('are translated', () => {
    const same = keys.filter(
      (key) =>
        catalogues.en[key] === catalogues['zh-CN'][key] &&
        /[a-z]{3}/i.test(catalogues.en[key].replace(/\{\w+\}/g, '')),
    )
    expect(same).toEqual([])
    const untranslated = keys.filter(
      (key) =>
        !/[\u3000-\u9fff]/.test(catalogues['zh-CN'][key]) &&
        /[a-z]{3}/i.test(catalogues['zh-CN'][key].replace(/\{\w+\}/g, '')),
    )
    expect(untranslated).toEqual([])
  })

  it('inflect by count', () => {
    expect(message('en', 'chart.trace.steps', { count: 1 })).toBe('1 step')
    expect(message('en', 'chart.trace.steps', { count: 20 })).toBe('20 steps')
    expect(message('zh-CN', 'chart.trace.steps', { count: 20 })).toBe('20 步')
  })

  it('keep braces and brackets of a parameter as they are', () => {
    expect(message('en', 'report.describe.diverged', { label: '{label} [a|b]' })).toBe(
      '{label} [a|b]: diverged',
    )
  })
})

describe('numbers', () => {
  it('have significant digits, true minus signs, thin spaces and powers of ten', () => {
    expect(formatNumber(0.244133)).toBe('0.2441')
    expect(formatNumber(-1673.365)).toBe('−1673')
    expect(formatNumber(12345.6, 6)).toBe('12\u2009345.6')
    expect(formatNumber(0.00001234)).toBe('1.234\u2009×\u200910⁻⁵')
    expect(formatNumber(1e6)).toBe('1\u2009×\u200910⁶')
    expect(formatNumber(9.99996)).toBe('10.00')
    expect(formatNumber(0)).toBe('0')
    expect(() => formatNumber(Number.NaN)).toThrow('NaN')
  })

  it('are exact where they name a setting', () => {
    expect(['0.1', '10⁻⁶', '3\u2009×\u200910⁻⁴', '2000', '0.999', '60\u2009000', '−1']).toEqual(
      [0.1, 1e-6, 3e-4, 2000, 0.999, 60000, -1].map(formatExact),
    )
  })

  it('show an interval with two digits of its half width', () => {
    expect(formatPlusMinus(0.244133, 0.000823)).toBe('0.24413 ± 0.00082')
    expect(formatPlusMinus(12.345, 3.21)).toBe('12.3 ± 3.2')
    expect(formatPlusMinus(1.5e-7, 2.3e-8)).toBe('(1.50 ± 0.23)\u2009×\u200910⁻⁷')
    expect(formatSigned(0.0012, 4)).toBe('+0.0012')
    expect(formatSigned(-0.00001, 3)).toBe('0.000')
    expect(formatFixed(-0.5, 1)).toBe('−0.5')
  })

  it('are durations, shares, sizes, lists, ranges and times', () => {
    expect([0.00085, 0.0144, 2.4, 125, 11_220].map((seconds) => formatDuration('en', seconds))).toEqual([
      '850 µs',
      '14.4 ms',
      '2.40 s',
      '2 min 05 s',
      '3 h 07 min',
    ])
    expect(formatDuration('zh-CN', 125)).toBe('2 分 05 秒')
    const estimates = [0.0002, 0.0698, 0.97, 1.62, 9.97, 43.6, 59.7, 125, 3590, 11_220]
    expect(estimates.map((seconds) => formatRoughDuration('en', seconds))).toEqual([
      '1 ms',
      '70 ms',
      '1 s',
      '1.6 s',
      '10 s',
      '44 s',
      '1 min',
      '2 min',
      '1 h 00 min',
      '3 h 10 min',
    ])
    expect(formatPercent('en', 0.882)).toBe('88.2\u00a0%')
    expect(formatBytes(1_503_000)).toBe('1.50 MB')
    expect(formatList('en', ['a', 'b', 'c'])).toBe('a, b and c')
    expect(formatList('zh-CN', ['甲', '乙', '丙'])).toBe('甲、乙 和 丙')
    expect(formatRanges([4, 0, 1, 2, 7, 8])).toBe('0–2, 4, 7, 8')
    expect(formatTime('2026-11-22T20:34:10+01:00')).toBe('2026-11-22 19:34 UTC')
  })
})
