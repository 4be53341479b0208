import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RunSettings } from '../../src/experiments/settings.ts'
import { runSettings } from '../../src/experiments/settings.ts'
import type { z } from 'zod'
import { airfoil } from '../../src/workloads/airfoil.ts'
import type { DirectProblem } from '../../src/workloads/workload.ts'

export const resources = fileURLToPath(new URL('../../resources', import.meta.url))
export const airfoilFile = `${resources}/datasets/airfoil/airfoil_self_noise.dat`

/** The airfoil regression, from the file that the program brings along. */
export const airfoilProblem = (): DirectProblem =>
  airfoil.direct({ 'airfoil_self_noise.dat': readFileSync(airfoilFile) })

/** Settings of an airfoil run; what is not given is SGD, batch 10, 2 epochs. */
export const settings = (given: Partial<z.input<typeof runSettings>> = {}): RunSettings =>
  runSettings.parse({ workload: 'airfoil', optimizer: 'sgd', batch: 10, epochs: 2, ...given })
