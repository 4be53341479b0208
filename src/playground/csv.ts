import { csvText } from '../text/csv.ts'
import type { Race } from './race.ts'

/** Every point of every walk, a row a step, in full precision; the learning rate is that of the step to the point. */
export function csvOf({ objective, runners }: Race): string {
  const dimension = objective?.dimension ?? 1
  const names = dimension === 1 ? ['x'] : ['x1', 'x2']
  const rows = runners.flatMap(({ label, walk }) =>
    Array.from(walk?.values ?? [], (value, k) =>
      [
        csvText(label),
        k,
        ...names.map((_, i) => walk?.points[dimension * k + i] ?? ''),
        value,
        k === 0 ? '' : (walk?.rates[k - 1] ?? ''),
      ].join(','),
    ),
  )
  return `${[['optimizer', 'step', ...names, 'value', 'lr'].join(','), ...rows].join('\r\n')}\r\n`
}
