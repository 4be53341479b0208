import type { Answers } from './questions.ts'
import { adviceRules, applies, scheduleAdvice, type AdviceRule } from './rules.ts'

/** An optimizer and what speaks for and against it. */
export interface Candidate {
  readonly optimizer: string
  readonly points: number
  /** Strongest first. */
  readonly reasons: readonly AdviceRule[]
  readonly against: readonly AdviceRule[]
}

export interface Advice {
  readonly best: Candidate
  /** What comes next, at most three: worth a place in the comparison. */
  readonly others: readonly Candidate[]
  readonly schedule: (typeof scheduleAdvice)[number]
}

const mostOthers = 3
/** Where points are equal, what is simpler comes first. */
const simplestFirst = [
  'sgd',
  'momentum',
  'nesterov',
  'adagrad',
  'rmsprop',
  'adam',
  'adamw',
  'amsgrad',
  'nadam',
  'yogi',
  'radam',
  'asgd',
  'rprop',
]

/** The rule of thumb for these answers. */
export function advise(answers: Answers): Advice {
  const held = adviceRules.filter(({ when }) => applies(when, answers))
  const speaking = (optimizer: string, sign: 1 | -1): AdviceRule[] =>
    held
      .filter(({ points }) => sign * (points[optimizer] ?? 0) > 0)
      .sort((a, b) => sign * ((b.points[optimizer] ?? 0) - (a.points[optimizer] ?? 0)))
  const [best, ...others] = simplestFirst
    .map((optimizer): Candidate => ({
      optimizer,
      points: held.reduce((sum, { points }) => sum + (points[optimizer] ?? 0), 0),
      reasons: speaking(optimizer, 1),
      against: speaking(optimizer, -1),
    }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
  const schedule = scheduleAdvice.find(({ when }) => applies(when, answers))
  if (!best || !schedule) throw new Error('For every answer some rule must speak for an optimizer.')
  return { best, others: others.slice(0, mostOthers), schedule }
}
