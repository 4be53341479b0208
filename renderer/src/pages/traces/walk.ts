import type { ErrorShape } from '../../../../src/contract/errors.ts'
import { DescentError } from '../../../../src/contract/errors.ts'
import { labelOf } from '../../../../src/experiments/label.ts'
import { parseObjective, type Objective } from '../../../../src/objectives/expression.ts'
import { objectives } from '../../../../src/objectives/index.ts'
import { trace, type Trace } from '../../../../src/traces/trace.ts'
import { parseStart, settingsOf, type TracesDraft } from './draft.ts'

/** One walker's trace, or why there is none. */
export interface Walk {
  label: string
  trace: Trace | null
  error: ErrorShape | null
}

export interface Walks {
  objective: Objective | null
  objectiveError: ErrorShape | null
  walks: Walk[]
}

const shape = (thrown: unknown): ErrorShape => DescentError.from(thrown).toJSON()

/** Everything the page shows, computed here in the page by the same code as `descent trace`. */
export function walkAll(draft: TracesDraft): Walks {
  const named = objectives.find(({ id }) => id === draft.objective)
  let objective: Objective
  try {
    const dimension = parseStart(draft.start)?.length
    objective = parseObjective(
      named?.expression ?? draft.objective,
      dimension === 1 || dimension === 2 ? dimension : undefined,
    )
  } catch (thrown) {
    return { objective: null, objectiveError: shape(thrown), walks: [] }
  }
  const walks = draft.walkers.map((walker): Walk => {
    const label = labelOf({
      workload: '',
      optimizer: walker.optimizer,
      set: walker.set,
      schedule: { id: 'constant', set: {}, per: 'step', offset: 0 },
      batch: 1,
      epochs: 1,
      device: 'auto',
    })
    try {
      return { label, trace: trace(settingsOf(draft, walker)), error: null }
    } catch (thrown) {
      return { label, trace: null, error: shape(thrown) }
    }
  })
  return { objective, objectiveError: null, walks }
}

type Range = readonly [number, number]

/** What of the plane to show: the objective's own part, else what the traces visit and a margin. */
export function viewOf(draft: TracesDraft, walks: readonly Walk[]): { x1: Range; x2: Range } {
  if (draft.view) return draft.view
  const named = objectives.find(({ id }) => id === draft.objective)
  if (named && 'x1' in named.range) return named.range
  return { x1: around(walks, 0), x2: around(walks, 1) }
}

function around(walks: readonly Walk[], axis: 0 | 1): Range {
  const visited = walks.flatMap(({ trace }) => (trace?.points ?? []).map((point) => point[axis] ?? 0))
  const start = Math.abs(visited[0] ?? 1)
  // A trace that flies away must not shrink the rest to a dot.
  const near = visited.filter((x) => Math.abs(x) <= 4 * start + 1)
  const low = Math.min(0, ...near)
  const high = Math.max(0, ...near)
  const margin = 0.12 * (high - low || 1)
  return [low - margin, high + margin]
}
