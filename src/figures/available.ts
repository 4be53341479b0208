import { DescentError } from '../contract/errors.ts'
import { workloads } from '../workloads/index.ts'
import type { Figure } from './figure.ts'

/** Why this version cannot draw the figure: a workload that it does not have. Undefined where it can. */
export function obstacle(figure: Figure): DescentError | undefined {
  if (figure.kind !== 'training') return undefined
  const missing = figure.series
    .map(({ settings }) => settings.workload)
    .find((wanted) => !workloads.some(({ id }) => id === wanted))
  return missing === undefined
    ? undefined
    : new DescentError(
        'unsupported',
        `${figure.id} needs the workload ${missing}, which this version does not have.`,
        `It has ${workloads.map(({ id }) => id).join(', ')}; \`descent list figures\` says which figures it can draw.`,
      )
}
