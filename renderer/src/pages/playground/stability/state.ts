import type { SettingMap } from '../../../../../src/experiments/settings.ts'
import type { LinearRule } from '../../../../../src/stability/quadratic.ts'
import { useDraft } from '../../../stores/drafts.ts'

/** An optimizer and what of it is not at its default. */
export interface StabilityWalker {
  optimizer: string
  set: SettingMap
}

interface StabilityDraft {
  part: 'region' | 'basins' | 'sweep'
  region: {
    rule: LinearRule
    two: boolean
    /** With one direction only `greatest` counts. */
    least: number
    greatest: number
    lr: number
    momentum: number
  }
  basins: {
    /** Expressions, or ids of named objectives. */
    objective: string
    steps: number
    fine: boolean
    /** From here both show a walk. */
    start: [number, number]
    walkers: StabilityWalker[]
  }
  sweep: {
    objective: string
    start: string
    steps: number
    least: number
    greatest: number
    walkers: StabilityWalker[]
    /** Whose rate a click sets. */
    active: number
  }
}

/** What a person last looked at in the stability view. */
export const useStability = () =>
  useDraft<StabilityDraft>('stability', {
    part: 'region',
    region: { rule: 'momentum', two: true, least: 0.2, greatest: 4, lr: 0.2, momentum: 0.8 },
    basins: {
      objective: 'himmelblau',
      steps: 200,
      fine: true,
      start: [-0.5, -0.5],
      walkers: [
        { optimizer: 'sgd', set: { lr: 0.01 } },
        { optimizer: 'momentum', set: { lr: 0.01, momentum: 0.9 } },
      ],
    },
    sweep: {
      objective: 'narrow-valley',
      start: '-5, -2',
      steps: 60,
      least: 1e-3,
      greatest: 10,
      walkers: [
        { optimizer: 'sgd', set: { lr: 0.3 } },
        { optimizer: 'momentum', set: { lr: 0.4, momentum: 0.5 } },
        { optimizer: 'adam', set: { lr: 0.2 } },
      ],
      active: 0,
    },
  })
