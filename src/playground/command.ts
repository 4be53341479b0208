import type { SettingValue } from '../experiments/settings.ts'
import { shellWord } from '../text/shell.ts'
import { expressionOf, type PlaygroundState, type PlaygroundWalker } from './state.ts'

const assignment = ([name, value]: [string, SettingValue]): string => shellWord(`${name}=${String(value)}`)

/** One walker's trace as a command: it prints the points that the playground draws. */
export function commandOf(state: PlaygroundState, { optimizer, set, schedule }: PlaygroundWalker): string {
  const { start, steps, noise, sparse, seed } = state
  return [
    'npm run -s descent -- trace',
    `--objective=${shellWord(expressionOf(state))}`,
    `--optimizer ${optimizer}`,
    ...Object.entries(set).map((one) => `--set ${assignment(one)}`),
    `--start=${start.join(',')}`,
    `--steps ${steps}`,
    ...(noise > 0 ? [`--noise ${noise}`] : []),
    ...(sparse < 1 ? [`--sparse ${sparse}`] : []),
    ...(noise > 0 || sparse < 1 ? [`--seed ${seed}`] : []),
    ...(schedule.id === 'constant' && Object.keys(schedule.set).length === 0
      ? []
      : [
          `--schedule ${schedule.id}`,
          ...Object.entries(schedule.set).map((one) => `--schedule-set ${assignment(one)}`),
        ]),
    ...(schedule.offset === 0 ? [] : [`--schedule-offset=${schedule.offset}`]),
  ].join(' ')
}
