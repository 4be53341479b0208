import type { SeriesAverage } from '../charts/average.ts'
import type { StripRow } from '../charts/finalStrip.ts'
import { csvText } from '../text/csv.ts'
import type { Cross } from './cross.ts'
import type { ParallelPlot } from './parallel.ts'

/** Pictures as CSV: RFC 4180; what is not a number stays empty. */

type Value = string | number | null | undefined

function line(values: readonly Value[]): string {
  const cell = (value: Value): string =>
    typeof value === 'number' ? (Number.isFinite(value) ? String(value) : '') : csvText(value ?? '')
  return `${values.map(cell).join(',')}\r\n`
}

/** A row a cell of a heat map. */
export function csvCross({ rows, columns, cells }: Cross, row: string, column: string): string {
  const body = rows.flatMap((name, r) =>
    columns.flatMap((other, c) => {
      const cell = cells[r]?.[c]
      return cell ? [line([name, other, cell.mean, cell.n, cell.diverged])] : []
    }),
  )
  return [line([row, column, 'mean', 'n', 'diverged']), ...body].join('')
}

/** A row a line of parallel coordinates, a column an axis. */
export function csvParallel({ axes, lines }: ParallelPlot): string {
  const head = line([...axes.map(({ title }) => title), 'runs'])
  const body = lines.map(({ values, ids }) =>
    line([
      ...axes.map(({ names }, index) => {
        const value = values[index] ?? null
        return names && value !== null ? names[value] : value
      }),
      ids.join(' '),
    ]),
  )
  return [head, ...body].join('')
}

/** A row a seed of a strip. */
export function csvStrip(rows: readonly StripRow[]): string {
  const body = rows.flatMap(({ label, values }) => values.map((value) => line([label, value])))
  return [line(['series', 'value']), ...body].join('')
}

/** A row a point of the mean of each series in each panel. */
export function csvPanels(
  panels: readonly { title: string; means: readonly { label: string; average: SeriesAverage }[] }[],
): string {
  const body = panels.flatMap(({ title, means }) =>
    means.flatMap(({ label, average: { x, mean, low, high, n } }) =>
      Array.from(x, (at, i) => line([title, label, at, mean[i], low[i], high[i], n])),
    ),
  )
  return [line(['panel', 'series', 'x', 'mean', 'low', 'high', 'n']), ...body].join('')
}
