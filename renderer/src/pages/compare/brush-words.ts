import type { ParallelAxis } from '../../../../src/charts/parallelLines.ts'
import { formatNumber } from '../../../../src/locales/format.ts'
import { t } from '../../i18n.ts'

/** What lies at a share of an axis, in words. */
export function formatShare({ scale, low, high, names }: ParallelAxis, share: number): string {
  if (share < 0) return t('chart.parallel.none')
  if (names) return names[Math.min(names.length - 1, Math.floor(share * names.length))] ?? ''
  return formatNumber(scale === 'log' ? low * (high / low) ** share : low + (high - low) * share)
}
