import type { StripRow } from '../charts/finalStrip.ts'
import type { Quantity } from '../charts/quantity.ts'
import { endingOf, type Moment, type SeriesSummary } from './summary.ts'

/** A series as the strip of seeds shows it. */
export function stripRow(series: SeriesSummary, quantity: Quantity, moment?: Moment): StripRow {
  const { label, style, diverged, incomplete } = series
  const ending = endingOf(series, quantity, moment)
  return {
    label,
    style,
    values: ending?.values ?? [],
    interval: ending,
    diverged: diverged.length,
    incomplete: incomplete.length,
  }
}
