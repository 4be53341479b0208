import * as format from '../../src/locales/format.ts'
import { isMessageKey, message, type MessageKey, type Parameters } from '../../src/locales/message.ts'
import type { LocalizedText } from '../../src/locales/localized.ts'
import {
  isWindowKey,
  windowText,
  type WindowArguments,
  type WindowKey,
} from '../../src/locales/window/index.ts'
import { locale } from './stores/preferences.ts'

export type TextKey = WindowKey | MessageKey
type MessageArguments<Key extends MessageKey> = [Parameters<Key>] extends [never]
  ? []
  : [parameters: Readonly<Record<Parameters<Key>, string | number>>]
type ArgumentsOf<Key extends TextKey> = Key extends WindowKey
  ? WindowArguments<Key>
  : Key extends MessageKey
    ? MessageArguments<Key>
    : never

/** The text in the language in force; a template that uses it follows when the language changes. */
export function t<Key extends TextKey>(key: Key, ...rest: ArgumentsOf<Key>): string {
  // The overloads have checked key and parameters together; here only their kind is known.
  const [parameters] = rest as readonly unknown[] as [never]
  return isWindowKey(key)
    ? windowText<WindowKey>(locale.value, key, parameters)
    : message<MessageKey>(locale.value, key, parameters)
}

/** A key put together at run time; the key itself where no catalogue has it. */
export function tDynamic(key: string, parameters: Readonly<Record<string, string | number>> = {}): string {
  return isWindowKey(key) || isMessageKey(key) ? t(key, ...([parameters] as unknown as [])) : key
}

/** A definition's text in the language in force. */
export const localized = (text: LocalizedText): string => text[locale.value]

export const formatDuration = (seconds: number): string => format.formatDuration(locale.value, seconds)
export const formatRoughDuration = (seconds: number): string =>
  format.formatRoughDuration(locale.value, seconds)
export const formatPercent = (share: number, decimals?: number): string =>
  format.formatPercent(locale.value, share, decimals)
export const formatList = (items: readonly string[]): string => format.formatList(locale.value, items)

/** A finite number for people; a dash for one that is not there or not finite. */
export const formatMaybe = (value: number | null | undefined, significant = 4): string =>
  value == null || !Number.isFinite(value) ? '–' : format.formatNumber(value, significant)

/** A moment as the person's clock shows it: 19:34 today, else 11-21 19:34, else 2025-11-21. */
export function formatMoment(iso: string | null, now = new Date()): string {
  if (iso === null) return '–'
  const date = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`
  if (date.toDateString() === now.toDateString()) return `${time}:${two(date.getSeconds())}`
  return date.getFullYear() === now.getFullYear() ? `${day} ${time}` : `${date.getFullYear()}-${day}`
}
