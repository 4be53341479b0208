import type { Observation } from '../search/sampler.ts'
import type { Space } from '../search/dimension.ts'
import { pointAt, type UnitPoint } from '../search/space.ts'
import type { RunSettings } from './settings.ts'

/** What a sampler proposed in one study, with the losses that it had learned from. */
export class Proposals {
  readonly units: UnitPoint[] = []
  /** The same as settings, by what is searched. */
  readonly points: RunSettings['set'][] = []
  /** Losses of the trials before the last generation proposed. */
  #losses: number[] = []

  /**
   * Trials `from` to `to` are proposed, unless they were after the same losses of the trials before: a sampler proposes the
   * same again.
   */
  settle(
    from: number,
    to: number,
    observed: readonly Observation[],
    propose: (k: number) => UnitPoint,
    space: Space,
  ): void {
    // What a retried run changed holds for all that was learned from it.
    const changed = observed.findIndex(({ loss }, k) => k < this.#losses.length && loss !== this.#losses[k])
    if (changed !== -1) this.#forget(from)
    if (from > this.#losses.length || changed !== -1) this.#losses = observed.map(({ loss }) => loss)
    for (let k = from; k < to; k++) {
      if (this.units[k]) continue
      const unit = propose(k)
      this.units[k] = unit
      this.points[k] = pointAt(space, unit)
    }
  }

  #forget(from: number): void {
    this.units.length = Math.min(this.units.length, from)
    this.points.length = this.units.length
  }
}

/** Proposals of an experiment's studies. */
export class ProposalMemo {
  readonly #studies = new Map<string, Proposals>()

  of(contestant: number, study: number): Proposals {
    const key = `${contestant} ${study}`
    let proposals = this.#studies.get(key)
    if (!proposals) this.#studies.set(key, (proposals = new Proposals()))
    return proposals
  }
}
