import { grid } from './grid.ts'
import { quasiRandom } from './quasi-random.ts'
import { randomSearch } from './random-search.ts'
import type { Sampler, SamplerId } from './sampler.ts'
import { tpe } from './tpe.ts'

export const samplers: Readonly<Record<SamplerId, Sampler>> = {
  grid,
  random: randomSearch,
  'quasi-random': quasiRandom,
  tpe,
}
