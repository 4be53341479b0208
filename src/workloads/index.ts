import { airfoil } from './airfoil.ts'
import { deepObs2c2d, leNet, multilayerPerceptron, softmaxRegression } from './fashion-mnist.ts'
import type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [
  airfoil,
  leNet,
  softmaxRegression,
  multilayerPerceptron,
  deepObs2c2d,
]
