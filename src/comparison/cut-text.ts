import type { Changes } from '../experiments/fit-time.ts'
import { formatDuration, formatRoughDuration } from '../locales/format.ts'
import { message, type Locale } from '../locales/message.ts'
import { fewestPairs } from './verdict.ts'

/** What a time limit took of an experiment, with what that means for its results; a sentence each. */
export function cutText(
  minutes: number,
  { changes, seconds, fits }: { changes: Changes; seconds: number; fits: boolean },
  locale: Locale,
): string[] {
  const { seeds, trials, epochs } = changes
  const time = formatRoughDuration(locale, seconds)
  const parts = [
    ...(seeds ? [message(locale, 'cut.seedsTo', { from: seeds[0], to: seeds[1] })] : []),
    ...(trials ? [message(locale, 'cut.trialsTo', { from: trials[0], to: trials[1] })] : []),
    ...(epochs ? [message(locale, 'cut.epochsTo', { from: epochs[0], to: epochs[1] })] : []),
  ]
  return [
    parts.length === 0 && fits
      ? message(locale, 'cut.nothing', { time })
      : message(locale, 'cut.done', {
          time: formatDuration(locale, 60 * minutes),
          list: parts.join(message(locale, 'list.comma')),
        }),
    ...(epochs ? [message(locale, 'cut.epochsWarning')] : []),
    ...(seeds && seeds[1] < fewestPairs ? [message(locale, 'cut.seedsWarning')] : []),
    ...(fits ? [] : [message(locale, 'cut.tooLong', { time })]),
  ]
}
