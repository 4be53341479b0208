import { airfoil } from './airfoil.ts'
import type { Figure } from './figure.ts'
import { lenet } from './lenet.ts'
import { noisy } from './noisy.ts'
import { scheduleFigures } from './schedules.ts'
import { traces1d } from './traces-1d.ts'
import { adagradInValley, descentInValley, momentumInValley, onBowl, rmspropInValley } from './traces-2d.ts'
import { momentumWeights, rmspropWeights } from './weights.ts'

/** In the order in which the subject is told: each rule where the one before it falls short. */
export const figures: readonly Figure[] = [
  ...traces1d,
  ...onBowl,
  ...noisy,
  ...descentInValley,
  ...momentumInValley,
  momentumWeights,
  ...adagradInValley,
  rmspropWeights,
  ...rmspropInValley,
  ...airfoil,
  ...scheduleFigures,
  ...lenet,
]
