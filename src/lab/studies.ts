import { setImmediate } from 'node:timers/promises'
import { DescentError } from '../contract/errors.ts'
import { expand } from '../experiments/expand.ts'
import type { Experiment, Series } from '../experiments/experiment.ts'
import { isOver, type RunSummary } from '../experiments/run.ts'
import { studyState, type PlannedRun, type StudyRun, type StudyState } from '../experiments/study.ts'
import type { Library } from './library/library.ts'
import type { RunQueue } from './queue.ts'

type Part = Pick<RunSummary, 'id' | 'settings' | 'status' | 'final' | 'study'>

interface Submitter {
  detached: boolean
  owner: number
}

interface Study {
  readonly experiment: Experiment
  readonly series: readonly Series[]
  readonly runs: Map<string, RunSummary>
  /** Runs that were deleted. They keep their place: nobody wants them again. */
  readonly withdrawn: Map<string, Part>
  by: Submitter
}

interface StudiesOptions {
  readonly library: Library
  readonly queue: RunQueue
  readonly newRun: (planned: PlannedRun, experimentId: string) => RunSummary
}

/** Results that come together are looked at together. */
const gatherMs = 20

/**
 * Experiments that tune: what they ask for next depends on results, so their runs are submitted as those come. What is
 * asked for is a function of the runs there are (`studyState`), so nothing of this needs to be kept.
 */
export class Studies {
  readonly #options: StudiesOptions
  /** Those that go on: of the others nobody is waiting for more. */
  readonly #active = new Map<string, Study>()
  readonly #gathering = new Map<string, NodeJS.Timeout>()

  constructor(options: StudiesOptions) {
    this.#options = options
    // Ends when the library is lost, of which everyone was told.
    this.#follow().catch(() => undefined)
  }

  /** Takes up those that an earlier lab left and that nobody needs to wait for. */
  recover(): void {
    for (const id of this.#options.library.detachedStudies()) {
      const study = this.#known(id)
      if (!study || stateOf(study).left === 0) continue
      this.#active.set(id, study)
      this.#gather(id, study)
    }
  }

  /** An experiment's first runs. Acknowledged when they are on disk. */
  async begin(id: string, experiment: Experiment, by: Submitter): Promise<RunSummary[]> {
    const study: Study = {
      experiment,
      series: expand(experiment),
      runs: new Map(),
      withdrawn: new Map(),
      by,
    }
    this.#active.set(id, study)
    return this.#goOn(id, study)
  }

  /** Runs of these experiments were resumed: whoever did so now waits for the rest of them as well. */
  resumed(runs: readonly RunSummary[], by: Submitter): void {
    for (const id of new Set(runs.flatMap(({ study, experimentId }) => (study && experimentId) ?? []))) {
      const study = this.#active.get(id) ?? this.#known(id)
      if (!study) continue
      study.by = by
      this.#active.set(id, study)
    }
  }

  /** Of whoever is gone and did not detach nothing more is asked for. */
  interruptOwned(owner: number): void {
    for (const [id, { by }] of this.#active) if (by.owner === owner && !by.detached) this.#active.delete(id)
  }

  /** How far an experiment is. Whatever it asks for by now has been submitted. */
  async look(id: string): Promise<{ runIds: string[]; state: StudyState }> {
    await setImmediate() // what was told of runs until now has been heard
    const active = this.#active.get(id)
    if (active) await this.#goOn(id, active)
    const study = active ?? this.#read(id)
    const runs = [...study.runs.values()]
    const state = study.experiment.tuning
      ? stateOf(study)
      : { next: [], tuned: [], left: runs.filter(({ status }) => !isOver(status)).length }
    return { runIds: runs.map((run) => run.id), state }
  }

  /** Null where this version lacks an optimizer of an earlier one: its runs are kept as they are. */
  #known(id: string): Study | null {
    try {
      return this.#read(id)
    } catch {
      return null
    }
  }

  /** @throws DescentError where there is no such experiment */
  #read(id: string): Study {
    const stored = this.#options.library.experiment(id)
    if (!stored)
      throw new DescentError(
        'not-found',
        `There is no experiment "${id}".`,
        '`descent runs list` shows what there is.',
      )
    return {
      experiment: stored.source,
      series: expand(stored.source),
      runs: new Map(this.#options.library.runsOf(id).map((run) => [run.id, run])),
      withdrawn: new Map(this.#options.library.withdrawnOf(id).map((run) => [run.id, run])),
      by: { detached: true, owner: -1 },
    }
  }

  async #follow(): Promise<void> {
    const { events } = this.#options.queue
    for await (const { event } of events.subscribe(new AbortController().signal)) {
      if (event.type === 'deleted')
        for (const { runs, withdrawn } of this.#active.values())
          for (const id of event.runIds) {
            const run = runs.get(id)
            if (run) withdrawn.set(id, run)
            runs.delete(id)
          }
      if (event.type !== 'run' || !event.run.study || event.run.experimentId === null) continue
      const { run } = event
      const id = event.run.experimentId
      const study = this.#active.get(id)
      if (!study) continue
      study.runs.set(run.id, run)
      study.withdrawn.delete(run.id)
      if (isOver(run.status)) this.#gather(id, study)
    }
  }

  #gather(id: string, study: Study): void {
    if (this.#gathering.has(id)) return
    const timer = setTimeout(() => {
      this.#gathering.delete(id)
      this.#goOn(id, study).catch(() => undefined) // the queue told everyone
    }, gatherMs)
    this.#gathering.set(id, timer)
  }

  async #goOn(id: string, study: Study): Promise<RunSummary[]> {
    if (this.#active.get(id) !== study) return []
    const { queue, newRun } = this.#options
    const { next, left } = stateOf(study)
    if (left === 0) this.#active.delete(id)
    const runs = next.map((planned) => newRun(planned, id))
    // Before they are on disk: what is asked for once is not asked for again.
    for (const run of runs) study.runs.set(run.id, run)
    try {
      if (runs.length > 0) await queue.submit(runs, study.by)
    } catch (error) {
      for (const run of runs) study.runs.delete(run.id)
      this.#active.delete(id)
      throw error
    }
    return runs
  }
}

const stateOf = ({ experiment, series, runs, withdrawn }: Study): StudyState =>
  studyState(experiment, series, [...withdrawn.values(), ...runs.values()].filter(isPart))

const isPart = (run: Part): run is Part & StudyRun => run.study !== undefined
