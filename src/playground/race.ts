import { DescentError, type ErrorShape } from '../contract/errors.ts'
import { labelOf } from '../experiments/label.ts'
import { parseObjective, type Objective } from '../objectives/expression.ts'
import { groundOf, walkerOf } from '../traces/trace.ts'
import { walk, type Ground, type Walk, type Walker } from '../traces/walk.ts'
import { expressionOf, type PlaygroundState, type PlaygroundWalker } from './state.ts'

/** One optimizer of a race: its walk, or why there is none. */
export interface Runner {
  readonly label: string
  readonly walker: Walker | null
  readonly walk: Walk | null
  readonly error: ErrorShape | null
}

/** All optimizers of a state from one start. */
export interface Race {
  readonly objective: Objective | null
  /** Null where the objective or the start cannot be used: then nobody walks. */
  readonly ground: Ground | null
  readonly error: ErrorShape | null
  readonly runners: readonly Runner[]
}

interface Remembered {
  readonly made: { readonly walker: Walker } | { readonly error: ErrorShape }
  /** The ground of the walk. */
  ground: Ground | null
  walk: Walk | null
}

const remembered = 200

/**
 * Races one state after another, as dragging makes them, and computes again only what a change touches: another start
 * lets everybody walk again, another learning rate only its own optimizer.
 */
export class RaceTrack {
  #ground: { readonly key: string; readonly ground: Ground } | undefined
  readonly #walkers = new Map<string, Remembered>()

  run(state: PlaygroundState): Race {
    const expression = expressionOf(state)
    let objective: Objective | null = null
    try {
      objective = parseObjective(expression, state.start.length === 1 ? 1 : 2)
      const ground = this.#groundOf(state, expression)
      return {
        objective,
        ground,
        error: null,
        runners: state.walkers.map((one) => this.#runner(one, ground)),
      }
    } catch (thrown) {
      const error = DescentError.from(thrown).toJSON()
      const runners = state.walkers.map((one) => this.#runner(one, null))
      return { objective, ground: null, error, runners }
    }
  }

  #groundOf({ start, steps, noise, sparse, seed }: PlaygroundState, objective: string): Ground {
    const key = JSON.stringify([objective, start, steps, noise, sparse, seed])
    if (this.#ground?.key !== key)
      this.#ground = { key, ground: groundOf({ objective, start, steps, noise, sparse, seed }) }
    return this.#ground.ground
  }

  #runner(one: PlaygroundWalker, ground: Ground | null): Runner {
    const label = runnerLabel(one)
    const known = this.#walker(one)
    if ('error' in known.made) return { label, walker: null, walk: null, error: known.made.error }
    const { walker } = known.made
    if (ground && known.ground !== ground) {
      known.walk = walk(ground, walker)
      known.ground = ground
    }
    return { label, walker, walk: ground ? known.walk : null, error: null }
  }

  #walker(one: PlaygroundWalker): Remembered {
    const key = JSON.stringify(one)
    let known = this.#walkers.get(key)
    if (!known) {
      known = { made: made(one), ground: null, walk: null }
      // A drag passes by thousands of settings; nobody comes back to most of them.
      if (this.#walkers.size >= remembered) this.#walkers.clear()
      this.#walkers.set(key, known)
    }
    return known
  }
}

function made({ optimizer, set, schedule }: PlaygroundWalker): Remembered['made'] {
  try {
    return { walker: walkerOf({ optimizer, set, schedule }) }
  } catch (thrown) {
    return { error: DescentError.from(thrown).toJSON() }
  }
}

/** `SGD lr 0.05 · cosine final 0.01`, as runs are called. */
export function runnerLabel({ optimizer, set, schedule }: PlaygroundWalker): string {
  return labelOf({
    workload: '',
    optimizer,
    set,
    // Steps are all there is in a walk, so that they are not mentioned.
    schedule: { ...schedule, per: 'epoch' },
    batch: 1,
    epochs: 1,
    device: 'auto',
  })
}
