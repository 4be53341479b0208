import { epochResults } from '../../experiments/run.ts'
import type { ExportedRun } from './source.ts'

/**
 * Runs with all they measured, as `descent runs show --json` prints one. JSON has no NaN and no infinity: a value that is
 * no number is null.
 */
export function* json(runs: readonly ExportedRun[]): Generator<string> {
  yield '{"format":"descent-lab/runs","version":1,"runs":['
  for (const [index, { run, points, epochs }] of runs.entries()) {
    const metrics = Object.fromEntries(
      Object.entries(points()).map(([name, column]) => [name, Array.from(column as Float64Array)]),
    )
    yield `${index === 0 ? '' : ','}\n${JSON.stringify({ ...run, epochs: epochResults(epochs()), metrics })}`
  }
  yield '\n]}\n'
}
