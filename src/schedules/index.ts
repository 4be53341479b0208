import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { cosineRestarts } from './cosine-restarts.ts'
import { exponential } from './exponential.ts'
import { factor } from './factor.ts'
import { inversePower } from './inverse-power.ts'
import { knots } from './knots.ts'
import { multistep } from './multistep.ts'
import { piecewise } from './piecewise.ts'
import type { ScheduleDefinition } from './schedule.ts'
import { trapezoid } from './trapezoid.ts'

export const schedules: readonly ScheduleDefinition[] = [
  constant,
  factor,
  multistep,
  exponential,
  inversePower,
  piecewise,
  knots,
  cosine,
  cosineRestarts,
  trapezoid,
]
