import { DescentError } from '../contract/errors.ts'
import type { Space } from './dimension.ts'
import type { Sampler } from './sampler.ts'

/**
 * Evenly spaced points, ends included, in the order of counting: the last dimension changes fastest. Listed values
 * count as they are; ranges share what is left of the trials equally.
 */
export const grid: Sampler = {
  id: 'grid',
  generation: Infinity,
  propose(k, { space, trials }) {
    const sides = sidesOf(space, trials)
    let rest = k
    return sides
      .toReversed()
      .map(({ count, isList }) => {
        const index = rest % count
        rest = Math.floor(rest / count)
        return isList ? (index + 0.5) / count : count === 1 ? 0.5 : index / (count - 1)
      })
      .toReversed()
  },
}

function sidesOf(space: Space, trials: number): { count: number; isList: boolean }[] {
  const dimensions = Object.values(space)
  const lists = dimensions.flatMap((one) => ('values' in one ? [one.values.length] : []))
  const ranges = dimensions.length - lists.length
  const left = trials / lists.reduce((product, length) => product * length, 1)
  const side = ranges > 0 ? Math.max(1, Math.round(left ** (1 / ranges))) : 1
  return dimensions.map((one) =>
    'values' in one ? { count: one.values.length, isList: true } : { count: side, isList: false },
  )
}

/** How many points the grid has that is nearest to so many trials. */
export const gridPoints = (space: Space, trials: number): number =>
  sidesOf(space, trials).reduce((product, { count }) => product * count, 1)

/**
 * @throws DescentError where the trials do not fill a grid: another budget than the one asked for would be used
 */
export function checkGrid(space: Space, trials: number): void {
  const points = gridPoints(space, trials)
  if (points === trials) return
  const shape = sidesOf(space, trials)
    .map(({ count }) => count)
    .join(' × ')
  throw new DescentError(
    'invalid-value',
    `trials is ${trials}, but a grid over ${Object.keys(space).join(', ')} has ${shape} = ${points} points near that.`,
    `Give trials: ${points}, or another sampler.`,
  )
}
