import { csvText } from '../text/csv.ts'
import type { FigureData } from './compute.ts'

/** What a figure shows as comma-separated values with a header line; numbers in full, what is none is empty. */
export function figureCsv(data: FigureData): string {
  const [header, ...rows] = table(data)
  return [header, ...rows].map((row) => `${(row ?? []).map(cell).join(',')}\n`).join('')
}

type Cell = string | number | undefined
const cell = (value: Cell): string => {
  if (typeof value === 'string') return csvText(value)
  return value === undefined || !Number.isFinite(value) ? '' : String(value)
}

function table(data: FigureData): Cell[][] {
  switch (data.kind) {
    case 'trace': {
      const { points, values, rates } = data.trace
      const names = data.figure.view ? ['x1', 'x2'] : ['x']
      return [
        ['step', ...names, 'value', 'lr'],
        ...points.map((point, step) => [step, ...point, values[step], rates[step - 1]]),
      ]
    }
    case 'weights':
      return [
        ['t', ...data.figure.rates.map(String)],
        ...Array.from({ length: data.figure.steps }, (_, t) => [
          t,
          ...data.values.map((values) => values[t]),
        ]),
      ]
    case 'schedule':
      return [[data.figure.schedule.per, 'lr'], ...data.values.map((value, t) => [t, value])]
    case 'training':
      return [
        ['series', 'seed', 'step', 'examples', 'seconds', 'trainLoss', 'trainAccuracy'],
        ...data.figure.series.flatMap(({ id }, k) =>
          (data.runs[k] ?? []).flatMap(({ record, metrics }) =>
            Array.from(metrics.step, (step, i): Cell[] => [
              id,
              record.settings.seed,
              step,
              metrics.examples[i],
              metrics.seconds[i],
              metrics.trainLoss[i],
              metrics.trainAccuracy?.[i],
            ]),
          ),
        ),
      ]
  }
}
