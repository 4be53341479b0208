import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { setImmediate } from 'node:timers/promises'
import { DescentError } from '../../contract/errors.ts'
import { lookUp } from '../../contract/lookup.ts'
import type { engineContract, EngineEvent, Progress } from '../../contract/engine.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { Broadcast } from '../../transport/broadcast.ts'
import type { Handlers } from '../../transport/server.ts'
import { workloads } from '../../workloads/index.ts'
import type { DirectProblem, Workload } from '../../workloads/workload.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { planRun, type PlannedRun } from './plan.ts'
import { Training, type Outcome } from './training.ts'

/** Long enough to keep overhead below a percent, short enough that a stop is felt at once. */
const sliceMs = 20
/** At most 20 reports a second a run. */
const reportEveryMs = 50
/** Long enough for V8 to have optimised what a run of the kind executes. */
const rehearsalMs = 40

interface Job {
  readonly runId: string
  readonly planned: PlannedRun
  readonly training: Training
}

/** The engine for what plain typed arrays train fastest. One run at a time; as many processes as runs at once. */
export class DirectEngine {
  readonly #events = new Broadcast<EngineEvent>(1000)
  readonly #problems = new Map<string, DirectProblem>()
  /** What this process has trained before, as workload and optimizer. */
  readonly #rehearsed = new Set<string>()
  /** The run in hand, from the moment it is asked for. */
  #runId: string | undefined
  #stopRequested = false

  readonly handlers: Handlers<typeof engineContract> = {
    calls: {
      hello: () => ({
        engine: 'direct',
        device: `CPU, float64`,
        versions: { node: process.versions.node, v8: process.versions.v8 },
      }),
      train: async ({ runId, settings, files, checkpoint }) => {
        if (this.#runId)
          throw new DescentError(
            'conflict',
            `The engine is training ${this.#runId}.`,
            'Wait until it has finished.',
          )
        this.#runId = runId
        this.#stopRequested = false
        try {
          const planned = await this.#plan(settings, files)
          const state = checkpoint ? readCheckpoint(planned.program, checkpoint) : planned.start()
          this.#rehearse(settings, planned)
          void this.#train({ runId, planned, training: new Training(planned.plan, state) })
          return { totalSteps: planned.totalSteps }
        } catch (error) {
          this.#runId = undefined
          throw error
        }
      },
      stop: ({ runId }) => {
        if (this.#runId === runId) this.#stopRequested = true
        return {}
      },
    },
    streams: { events: (_input, { signal }, after) => this.#events.subscribe(signal, after) },
  }

  async #plan(settings: RunSettings, files: Readonly<Record<string, string>>): Promise<PlannedRun> {
    const workload = lookUp(workloads, settings.workload, 'workload')
    return planRun(settings, workload, await this.#problem(workload, files), () => performance.now())
  }

  /** Parsed once a process: the data does not change between runs. */
  async #problem(workload: Workload, files: Readonly<Record<string, string>>): Promise<DirectProblem> {
    const key = JSON.stringify([workload.id, files])
    const known = this.#problems.get(key)
    if (known) return known
    const contents: Record<string, Uint8Array> = {}
    for (const [name, path] of Object.entries(files)) {
      const bytes = await readFile(path)
      contents[name] = name.endsWith('.gz') ? gunzipSync(bytes) : bytes
    }
    const problem = workload.build(contents)
    this.#problems.set(key, problem)
    return problem
  }

  /**
   * Trains copies of the run for a moment, once a process and rule: a run's first steps would otherwise be timed
   * while they are still being compiled, which takes longer than a small run does.
   */
  #rehearse({ workload, optimizer }: RunSettings, planned: PlannedRun): void {
    const kind = `${workload}/${optimizer}`
    if (this.#rehearsed.has(kind)) return
    this.#rehearsed.add(kind)
    const until = performance.now() + rehearsalMs
    while (performance.now() < until) {
      const copy = new Training(planned.plan, planned.start())
      copy.advance(until - performance.now())
    }
  }

  async #train(job: Job): Promise<void> {
    try {
      let reported = performance.now()
      let outcome: Outcome = { status: 'unfinished' }
      while (outcome.status === 'unfinished' && !this.#stopRequested) {
        outcome = job.training.advance(sliceMs)
        if (outcome.status === 'unfinished' && performance.now() - reported >= reportEveryMs) {
          reported = performance.now()
          this.#events.publish({ type: 'progress', runId: job.runId, progress: progressOf(job) })
        }
        await setImmediate() // hear a stop
      }
      this.#runId = undefined
      this.#events.publish(finished(job, outcome))
    } catch (error) {
      this.#runId = undefined
      this.#events.publish({ type: 'failed', runId: job.runId, error: DescentError.from(error).toJSON() })
    }
  }
}

function progressOf({ planned, training }: Job): Progress {
  const { state } = training
  return {
    step: state.step,
    seconds: state.seconds,
    points: training.points.take(),
    epochs: training.epochs.take(),
    best: { step: state.best.step, trainLoss: finiteOrNull(state.best.trainLoss) },
    checkpoint: writeCheckpoint(planned.program, state),
  }
}

function finished(job: Job, outcome: Outcome): EngineEvent {
  return {
    type: 'finished',
    runId: job.runId,
    progress: progressOf(job),
    status: outcome.status === 'unfinished' ? 'stopped' : outcome.status,
    final: { trainLoss: outcome.status === 'done' ? outcome.trainLoss : null },
    divergence:
      outcome.status === 'diverged'
        ? { step: outcome.step, lastFinite: { ...job.training.state.lastFinite } }
        : null,
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
