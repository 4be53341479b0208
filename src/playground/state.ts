import { z } from 'zod'
import { settingMap } from '../experiments/settings.ts'
import type { TraceFigure } from '../figures/figure.ts'
import { objectives } from '../objectives/index.ts'
import { valleyExpression } from '../objectives/valley.ts'
import type { TraceSettings } from '../traces/trace.ts'

const interval = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => high > low, { error: 'an interval runs from a lower to a higher number' })

const walker = z.strictObject({
  optimizer: z.string(),
  /** Hyperparameters that differ from the rule's defaults. */
  set: settingMap.default({}),
  /** Step k (from 0) runs at schedule(k + offset). */
  schedule: z
    .strictObject({ id: z.string(), set: settingMap.default({}), offset: z.int().default(0) })
    .default({ id: 'constant', set: {}, offset: 0 }),
})
/** One optimizer on the landscape. */
export type PlaygroundWalker = z.infer<typeof walker>

export const mostSteps = 10_000
export const mostWalkers = 24

/** Everything on the playground's page: what a link, a file and a draft keep. Version 1. */
export const playgroundState = z.strictObject({
  /** The id of a named objective, or an expression. */
  objective: z.string(),
  /** Of the objective `narrow-valley`, which has sliders: condition number, and rotation in degrees. */
  condition: z.number().min(1).max(10_000).default(20),
  rotation: z.number().min(-180).max(180).default(0),
  /** The part of the line or plane that is shown; null: the objective's own, or what the traces visit. */
  view: z.union([z.strictObject({ x: interval }), z.strictObject({ x1: interval, x2: interval })]).nullable(),
  start: z.array(z.number()).min(1).max(2),
  steps: z.int().min(1).max(mostSteps),
  /** Standard deviation of the normal noise on every partial derivative; the same noise for all. */
  noise: z.number().min(0).default(0),
  /** Probability with which each partial derivative is kept; 1 keeps all. */
  sparse: z.number().gt(0).max(1).default(1),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  walkers: z.array(walker).max(mostWalkers),
  /** How contour levels are spaced; `auto` looks at the range of values. */
  levels: z.enum(['auto', 'linear', 'log']).default('auto'),
  shows: z.enum(['2d', '3d']).default('2d'),
  /** Degrees from which the surface is seen. */
  turn: z
    .strictObject({ azimuth: z.number(), elevation: z.number().min(5).max(90) })
    .default({ azimuth: 30, elevation: 35 }),
  /** The step shown; null: the last. */
  cursor: z.int().min(0).nullable().default(null),
})
export type PlaygroundState = z.infer<typeof playgroundState>

/** The expression of the state's objective. */
export function expressionOf(state: Pick<PlaygroundState, 'objective' | 'condition' | 'rotation'>): string {
  if (state.objective === 'narrow-valley') return valleyExpression(state.condition, state.rotation)
  return objectives.find(({ id }) => id === state.objective)?.expression ?? state.objective
}

/** A figure of the gallery as the playground opens it. */
export function stateOfFigure({ trace, view, numbers }: TraceFigure): PlaygroundState {
  const { objective, optimizer, set = {}, schedule, start = [], steps, noise, sparse, seed } = trace
  // By its name, where it has one: names bring a title, a range and minima along.
  const named = objectives.find(({ id, expression }) => id === objective || expression === objective)
  // As far as the trace goes, and as much to the other side of 0.
  const reach = Math.ceil(Math.max(...[...start, ...('last' in numbers ? numbers.last : [])].map(Math.abs)))
  return playgroundState.parse({
    objective: named?.id ?? objective,
    view: view ? { x1: [...view.x1], x2: [...view.x2] } : { x: [-reach, reach] },
    start: [...start],
    steps,
    noise,
    sparse,
    seed,
    walkers: [{ optimizer, set, schedule: schedule ?? undefined }],
  })
}

/** What `trace` is asked for one walker. */
export function traceSettingsOf(
  state: PlaygroundState,
  { optimizer, set, schedule }: PlaygroundWalker,
): TraceSettings {
  const { start, steps, noise, sparse, seed } = state
  return { objective: expressionOf(state), optimizer, set, schedule, start, steps, noise, sparse, seed }
}
