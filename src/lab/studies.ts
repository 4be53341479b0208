import { setImmediate } from 'node:timers/promises'
import { DescentError } from '../contract/errors.ts'
import { expand } from '../experiments/expand.ts'
import type { Experiment, Series } from '../experiments/experiment.ts'
import { ProposalMemo } from '../experiments/proposal-memo.ts'
import { isOver, type RunSummary } from '../experiments/run.ts'
import {
  hasResult,
  studyState,
  type PlannedRun,
  type StudyRun,
  type StudyState,
  type Tuned,
} from '../experiments/study.ts'
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
  /** What its samplers proposed: learning it again takes a second where there are thousands of runs. */
  readonly memo: ProposalMemo
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
 * asked for is a function of the runs there are (`studyState`), so nothing of this needs to be kept on disk.
 */
export class Studies {
  readonly #options: StudiesOptions
  /** Those that go on: of the others nobody is waiting for more. */
  readonly #active = new Map<string, Study>()
  readonly #gathering = new Map<string, NodeJS.Timeout>()
  /** Of every experiment that was looked at. */
  readonly #memos = new Map<string, ProposalMemo>()

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
    // Of what a lab that was killed left. Ends with the library, of which everyone was told.
    this.#keep(this.#options.library.restingStudies()).catch(() => undefined)
  }

  /** An experiment's first runs. Acknowledged when they are on disk. */
  async begin(id: string, experiment: Experiment, by: Submitter): Promise<RunSummary[]> {
    const study: Study = {
      experiment,
      series: expand(experiment),
      runs: new Map(),
      withdrawn: new Map(),
      memo: this.#memoOf(id),
      by,
    }
    this.#active.set(id, study)
    return (await this.#goOn(id, study)).submitted
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

  /**
   * Of whoever is gone and did not detach nothing more is asked for.
   * @param stopped resolves when none of their runs is trained any more
   */
  async interruptOwned(owner: number, stopped: Promise<void>): Promise<void> {
    const owned = [...this.#active].filter(([, { by }]) => by.owner === owner && !by.detached)
    for (const [id] of owned) this.#active.delete(id)
    await stopped
    await this.#keep(owned.map(([id]) => id))
  }

  /** How far an experiment is. Whatever it asks for by now has been submitted. */
  async look(id: string): Promise<{ runIds: string[]; left: number; tuned: Tuned[] }> {
    await setImmediate() // what was told of runs until now has been heard
    const active = this.#active.get(id)
    const state = active && (await this.#goOn(id, active)).state
    const study = active ?? this.#read(id)
    const runs = [...study.runs.values()]
    const waiting = ({ status }: RunSummary): boolean => !isOver(status)
    if (!study.experiment.tuning)
      return { runIds: runs.map((run) => run.id), left: runs.filter(waiting).length, tuned: [] }
    const { left, tuned } = state ?? stateOf(study)
    // The plan knows the seeds of the file alone.
    const { seeds } = study.experiment
    const further = runs.filter((run) => run.added && !seeds.includes(run.settings.seed) && waiting(run))
    return { runIds: runs.map((run) => run.id), left: left + further.length, tuned: [...tuned] }
  }

  #memoOf(id: string): ProposalMemo {
    let memo = this.#memos.get(id)
    if (!memo) this.#memos.set(id, (memo = new ProposalMemo()))
    return memo
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
      series: expandedIfKnown(stored.source),
      runs: new Map(this.#options.library.runsOf(id).map((run) => [run.id, run])),
      withdrawn: new Map(this.#options.library.withdrawnOf(id).map((run) => [run.id, run])),
      memo: this.#memoOf(id),
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

  /** Submits what is asked for by now. The state is that before: what it asks for counts as left in it. */
  async #goOn(id: string, study: Study): Promise<{ submitted: RunSummary[]; state: StudyState }> {
    const state = stateOf(study)
    if (this.#active.get(id) !== study) return { submitted: [], state }
    const { queue } = this.#options
    if (state.left === 0) this.#active.delete(id)
    const submitted = this.#newRuns(id, state)
    // Before they are on disk: what is asked for once is not asked for again.
    for (const run of submitted) study.runs.set(run.id, run)
    try {
      if (submitted.length > 0) await queue.submit(submitted, study.by)
    } catch (error) {
      for (const run of submitted) study.runs.delete(run.id)
      this.#active.delete(id)
      throw error
    }
    return { submitted, state }
  }

  /**
   * An experiment left between two generations has no run that could be resumed, and would never go on: what it asks for
   * next is kept as runs that were interrupted.
   */
  async #keep(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await setImmediate() // many experiments may lie there, and none of them is urgent
      const study = this.#active.has(id) ? null : this.#known(id)
      if (!study || study.runs.size === 0) continue
      if ([...study.runs.values()].some(({ status }) => !hasResult(status))) continue
      const runs = this.#newRuns(id, stateOf(study))
      if (runs.length > 0) await this.#options.queue.keep(runs)
    }
  }

  #newRuns(id: string, { next }: StudyState): RunSummary[] {
    return next.map((planned) => this.#options.newRun(planned, id))
  }
}

const stateOf = ({ experiment, series, runs, withdrawn, memo }: Study): StudyState =>
  studyState(experiment, series, [...withdrawn.values(), ...runs.values()].filter(isPart), memo)

/** None where it names what this version does not know, as an experiment of a bundle may: nothing of it is asked for. */
function expandedIfKnown(experiment: Experiment): readonly Series[] {
  try {
    return expand(experiment)
  } catch {
    return []
  }
}

const isPart = (run: Part): run is Part & StudyRun => run.study !== undefined
