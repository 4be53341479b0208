import { DescentError } from '../../contract/errors.ts'
import { lookUp } from '../../contract/lookup.ts'
import type { Progress } from '../../contract/engine.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { stopWatch } from '../../experiments/stop.ts'
import { workloads } from '../../workloads/index.ts'
import type { DirectProblem, Workload } from '../../workloads/workload.ts'
import { readFiles, type Backend, type StartingPoint, type Trainer } from '../engine.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { planRun, type PlannedRun } from './plan.ts'
import { Training } from './training.ts'

/** At most 20 reports a second a run. */
const reportEveryMs = 50
/** Long enough for V8 to have optimised what a run of the kind executes. */
const rehearsalMs = 40

/** Trains what plain typed arrays train fastest. */
export class DirectBackend implements Backend {
  readonly #problems = new Map<string, DirectProblem>()
  /** What this process has trained before, as workload and optimizer. */
  readonly #rehearsed = new Set<string>()

  hello(): ReturnType<Backend['hello']> {
    return Promise.resolve({
      engine: 'direct',
      device: 'CPU, float64',
      versions: { node: process.versions.node, v8: process.versions.v8 },
    })
  }

  async prepare(
    settings: RunSettings,
    files: Readonly<Record<string, string>>,
    { checkpoint, epochs }: StartingPoint,
  ): Promise<Trainer> {
    const workload = lookUp(workloads, settings.workload, 'workload')
    const problem = await this.#problem(workload, files)
    const planned = planRun(settings, workload, problem, () => performance.now())
    const state = checkpoint ? readCheckpoint(planned.program, checkpoint) : planned.start()
    this.#rehearse(settings, planned)
    const stop = settings.stop && stopWatch(settings.stop, epochs)
    return trainer(planned, new Training(planned.plan, state, stop))
  }

  /** Parsed once a process: the data does not change between runs. */
  async #problem(workload: Workload, files: Readonly<Record<string, string>>): Promise<DirectProblem> {
    const key = JSON.stringify([workload.id, files])
    const known = this.#problems.get(key)
    if (known) return known
    if (!workload.direct)
      throw new DescentError(
        'unsupported',
        `${workload.id} is too large for the engine of plain arrays.`,
        'Choose another device, or `auto`.',
      )
    const problem = workload.direct(await readFiles(files))
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
}

function trainer({ program, totalSteps }: PlannedRun, training: Training): Trainer {
  const { state } = training
  return {
    totalSteps,
    reportEveryMs,
    get lastFinite() {
      return state.lastFinite
    },
    advance(budgetMs) {
      const outcome = training.advance(budgetMs)
      if (outcome.status !== 'done') return outcome
      const { status, stopped, ...final } = outcome
      return { status, final, ...(stopped && { stopped }) }
    },
    progress: (): Progress => ({
      step: state.step,
      seconds: state.seconds,
      points: training.points.take(),
      epochs: training.epochs.take(),
      best: { step: state.best.step, trainLoss: finiteOrNull(state.best.trainLoss) },
      checkpoint: writeCheckpoint(program, state),
    }),
    close: () => undefined,
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
