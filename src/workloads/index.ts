import { airfoil } from './airfoil.ts'
import {
  deepObs2c2d,
  leNet,
  leNetOnSubset,
  multilayerPerceptron,
  softmaxRegression,
} from './fashion-mnist.ts'
import type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [
  airfoil,
  leNet,
  leNetOnSubset,
  softmaxRegression,
  multilayerPerceptron,
  deepObs2c2d,
]
