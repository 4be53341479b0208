import type { ReproductionCounts } from '../bundle/reproduction.ts'
import { message, type Locale } from '../locales/message.ts'

/** Whether runs that were run again came to the same, in words: the finding first. */
export function reproductionSentences(
  { counts, tolerance }: { readonly counts: ReproductionCounts; readonly tolerance: number },
  locale: Locale,
): string[] {
  const { total, equal, close, different, missing, largest, largestClose } = counts
  const within = tolerance.toPrecision(1)
  const written = (difference: number): string => difference.toPrecision(2)
  return [
    message(locale, 'reproduction.equal', { equal, total }),
    ...(close > 0
      ? [message(locale, 'reproduction.close', { count: close, most: written(largestClose), within })]
      : []),
    ...(different > 0 ? [message(locale, 'reproduction.different', { count: different, within })] : []),
    ...(different > 0 && largest > 0
      ? [message(locale, 'reproduction.most', { most: written(largest) })]
      : []),
    ...(missing > 0 ? [message(locale, 'reproduction.missing', { count: missing })] : []),
  ]
}
