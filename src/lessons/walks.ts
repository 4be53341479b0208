import type { SettingMap } from '../experiments/settings.ts'
import { playgroundState } from '../playground/state.ts'
import type { Shown } from './station.ts'

interface Walker {
  optimizer: string
  set: SettingMap
  schedule?: { id: string; set: SettingMap }
}

interface Walk {
  /** Another part of the plane than the figures'. */
  view?: { x1: [number, number]; x2: [number, number] }
  steps?: number
  noise?: number
  sparse?: number
  seed?: number
}

/** Walks on a function of one variable, from x = 10; shown is as far as `reach` to both sides of 0. */
export const onLine = (
  objective: string,
  formula: string,
  walkers: readonly Walker[],
  { steps = 10, reach = 11 }: { steps?: number; reach?: number } = {},
): Shown => ({
  kind: 'walks',
  formula,
  state: playgroundState.parse({ objective, view: { x: [-reach, reach] }, start: [10], steps, walkers }),
})

/** Walks in the plane, from (−5, −2), in the window that the figures share. */
export const inPlane = (
  objective: string,
  formula: string,
  walkers: readonly Walker[],
  { steps = 20, ...walk }: Walk & { condition?: number } = {},
): Shown => ({
  kind: 'walks',
  formula,
  state: playgroundState.parse({
    objective,
    view: { x1: [-5.5, 1], x2: [-3, 1] },
    start: [-5, -2],
    steps,
    walkers,
    ...walk,
  }),
})
