import { formatExact } from '../locales/format.ts'

/** A setting's value as tables and labels write it. */
export function settingText(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? formatExact(value) : String(value)
  if (Array.isArray(value)) return value.map(settingText).join(', ')
  return String(value)
}
