import { ackley } from './ackley.ts'
import { beale } from './beale.ts'
import { booth } from './booth.ts'
import { bowl } from './bowl.ts'
import { himmelblau } from './himmelblau.ts'
import { monkeySaddle } from './monkey-saddle.ts'
import { narrowValley } from './narrow-valley.ts'
import { parabola } from './parabola.ts'
import { rastrigin } from './rastrigin.ts'
import { rosenbrock } from './rosenbrock.ts'
import { saddle } from './saddle.ts'
import { styblinskiTang } from './styblinski-tang.ts'
import { wave } from './wave.ts'
import type { ObjectiveDefinition } from './objective.ts'

export const objectives: readonly ObjectiveDefinition[] = [
  parabola,
  wave,
  bowl,
  narrowValley,
  rosenbrock,
  beale,
  himmelblau,
  rastrigin,
  ackley,
  booth,
  saddle,
  monkeySaddle,
  styblinskiTang,
]
