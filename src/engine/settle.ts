import { lookUp } from '../contract/lookup.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { Random } from '../math/random.ts'
import { optimizers } from '../optimizers/index.ts'
import { traceRule, type Program } from '../rules/program.ts'
import { schedules } from '../schedules/index.ts'
import { settleSchedule, withOffset, type Schedule } from '../schedules/schedule.ts'

/** What a run's settings come to on every engine: the rule, its rate, the order of the examples. */
export interface SettledRun {
  readonly program: Program
  /** Learning rate of epoch or step k, from 0. */
  readonly rate: Schedule
  readonly ratePer: 'epoch' | 'step'
  /** Shuffles the rows of epoch e (from 0), which stand in the array in their order. */
  readonly shuffle: (epoch: number, rows: { length: number; [index: number]: number }) => void
}

/** @throws DescentError where an id is unknown or a value out of bounds */
export function settleRun({ optimizer, set, schedule, seed }: RunSettings): SettledRun {
  const program = traceRule(lookUp(optimizers, optimizer, 'optimizer'), set)
  const lr = program.values['lr'] as number
  const definition = lookUp(schedules, schedule.id, 'schedule')
  return {
    program,
    rate: withOffset(settleSchedule(definition, schedule.set, lr), schedule.offset, lr),
    ratePer: schedule.per,
    shuffle: (epoch, rows) => void Random.from(seed, 'order', epoch).shuffle(rows),
  }
}
