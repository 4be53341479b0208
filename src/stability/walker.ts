import { lookUp } from '../contract/lookup.ts'
import type { SettingMap } from '../experiments/settings.ts'
import type { Objective } from '../objectives/expression.ts'
import { optimizers } from '../optimizers/index.ts'
import { interpret } from '../rules/numbers.ts'
import { traceRule } from '../rules/program.ts'
import { startState, type Step } from '../rules/state.ts'

/** A trace's own bound: beyond it a walk has diverged. */
const largestValue = 1e30

/** One optimizer on one objective, to be run from many starts at many rates without being set up anew. */
export class Walker {
  readonly objective: Objective
  /** Its own learning rate. */
  readonly lr: number
  /** Where the last run is, or ended. */
  readonly theta: Float64Array
  readonly #gradient: Float64Array
  readonly #step: Step
  readonly #state: ReturnType<typeof startState>
  readonly #fresh: ReturnType<typeof startState>

  /** @throws DescentError where the optimizer or its settings are unknown or out of bounds */
  constructor(objective: Objective, optimizer: string, set: SettingMap) {
    const program = traceRule(lookUp(optimizers, optimizer, 'optimizer'), set)
    this.objective = objective
    this.lr = program.values['lr'] as number
    this.theta = new Float64Array(objective.dimension)
    this.#gradient = new Float64Array(objective.dimension)
    this.#step = interpret(program)
    this.#state = startState(program, objective.dimension)
    this.#fresh = startState(program, objective.dimension)
  }

  /** The objective where the run is. */
  value(): number {
    return this.objective.value(this.theta)
  }

  /**
   * Runs from a start, without noise, as `trace` does.
   * @param visit called after each step; true ends the run
   * @returns whether it stayed finite with |value| at most 1e30
   */
  run(
    start: ArrayLike<number>,
    steps: number,
    lr: number,
    visit: (theta: Float64Array, step: number) => boolean = () => false,
  ): boolean {
    const { theta } = this
    theta.set(start)
    this.#state.t = 0
    this.#state.carried.set(this.#fresh.carried)
    this.#state.slots.forEach((slot, i) => slot.set(this.#fresh.slots[i] as Float64Array))
    for (let k = 1; k <= steps; k++) {
      this.objective.gradient(theta, this.#gradient)
      this.#step(theta, this.#gradient, this.#state, lr)
      if (!(Math.abs(this.value()) <= largestValue)) return false
      if (visit(theta, k)) break
    }
    return true
  }
}
