import { airfoil } from './airfoil.ts'
import type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [airfoil]
