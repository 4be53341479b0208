import { formatMaybe } from '../../i18n.ts'

/** A coordinate or a value to six decimals or seven digits, whichever says more: −1673.365109, 7.2 × 10⁻⁵. */
export function coordinate(value: number | undefined): string {
  const size = Math.abs(value ?? 0)
  return formatMaybe(value, size >= 1 && size < 1e6 ? Math.floor(Math.log10(size)) + 7 : 7)
}
