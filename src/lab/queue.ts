import type { EngineEvent } from '../contract/engine.ts'
import { DescentError } from '../contract/errors.ts'
import type { LabEvent } from '../contract/lab.ts'
import { isOver, type Provenance, type RunSummary } from '../experiments/run.ts'
import { Broadcast } from '../transport/broadcast.ts'
import { GroupCommit } from './commits.ts'
import { EngineProcess } from './engine-process.ts'
import type { Library } from './library/library.ts'
import { Line } from './line.ts'

/** What a run needs from outside before it can start. */
export interface Supply {
  readonly files: Readonly<Record<string, string>>
  readonly provenance: Omit<Provenance, 'engine' | 'device'>
}

export interface QueueOptions {
  readonly library: Library
  /** Main module of the engine's process. */
  readonly engineEntry: string
  /** Runs trained at once, each in its own process. */
  readonly workers: number
  /** Verified data for a workload. @throws DescentError where it is missing or damaged */
  readonly supply: (workload: string) => Promise<Supply>
  /** Wall clock, for records. */
  readonly now: () => Date
  /** Monotonic milliseconds, for the restart policy. */
  readonly clock: () => number
}

/** What a person wants of a run that is being trained; carried out when the engine has stopped. */
type Wanted = 'paused' | 'interrupted' | 'cancelled' | 'deleted'

interface Entry {
  run: RunSummary
  detached: boolean
  /** The connection that submitted it; null once it is detached or the lab was restarted. */
  owner: number | null
  position: number
  worker: Worker | null
  wanted: Wanted | null
  /** Told when the run has left the engine. */
  readonly onStopped: (() => void)[]
  readonly crashes: number[]
}

/** A place where a run can be trained; its process starts with the first run. */
interface Worker {
  engine: EngineProcess | null
  entry: Entry | null
}

/** An engine that dies this often under one run within `crashWindowMs` will do so again: the run fails. */
const crashesToFail = 3
const crashWindowMs = 5 * 60_000

/** The life of every unfinished run: waiting, trained by one of the engines, paused; and the engines themselves. */
export class RunQueue {
  readonly events = new Broadcast<LabEvent>()
  readonly #options: QueueOptions
  readonly #commits: GroupCommit
  readonly #entries = new Map<string, Entry>()
  readonly #workers = new Set<Worker>()
  readonly #line = new Line<Entry>(
    (entry) => entry.run.status === 'queued' && this.#entries.get(entry.run.id) === entry,
  )
  #closing = false

  constructor(options: QueueOptions) {
    this.#options = options
    this.#commits = new GroupCommit((work) => options.library.transaction(work))
  }

  /** Runs that wait for an engine or have one. */
  get active(): number {
    return [...this.#entries.values()].filter(({ run }) => run.status !== 'paused').length
  }

  /** Takes up what an earlier lab left unfinished: detached runs go on, the others wait for `runs resume`. */
  recover(): void {
    const { library } = this.#options
    library.transaction(() => {
      for (const { run, detached, position } of library.unfinished()) {
        const status = run.status === 'paused' ? 'paused' : detached ? 'queued' : 'interrupted'
        const recovered = { ...run, status } as const
        library.saveRun(recovered)
        if (status !== 'interrupted') this.#enter(recovered, { detached, owner: null, position })
      }
    })
    this.#dispatch()
  }

  /** Acknowledged when the runs are on disk. */
  async submit(
    runs: readonly RunSummary[],
    { detached, owner }: { detached: boolean; owner: number },
  ): Promise<void> {
    const { library } = this.#options
    const entries = runs.map((run) =>
      this.#enter(run, { detached, owner, position: this.#line.nextPosition() }),
    )
    const stored = this.#commits.add(
      () => entries.forEach(({ run, position }) => library.addRun(run, { detached, position })),
      () => entries.forEach(({ run }) => this.#tell(run)),
    )
    this.#dispatch()
    await stored
  }

  async pause(ids: readonly string[]): Promise<void> {
    await this.#each(ids, (entry) => this.#stop(entry, 'paused'))
  }

  async cancel(ids: readonly string[]): Promise<void> {
    await Promise.all(
      this.#resolve(ids).map(async (run) => {
        const entry = this.#entries.get(run.id)
        if (entry) await this.#stop(entry, 'cancelled')
        else if (run.status === 'interrupted') await this.#save({ ...run, status: 'cancelled' })
        else throw refused(run, 'cancelled')
      }),
    )
  }

  /** The connection is gone: what it started and did not detach is kept for `runs resume`. */
  async interruptOwned(owner: number): Promise<void> {
    const owned = [...this.#entries.values()].filter((entry) => entry.owner === owner && !entry.detached)
    await Promise.all(
      owned.map((entry) => (entry.run.status === 'paused' ? undefined : this.#stop(entry, 'interrupted'))),
    )
  }

  async resume(ids: readonly string[], by: { detached: boolean; owner: number }): Promise<void> {
    const runs = this.#resolve(ids)
    for (const run of runs)
      if (!['paused', 'interrupted', 'failed', 'cancelled'].includes(run.status))
        throw refused(run, 'resumed')
    await this.#requeue(runs, by, () => undefined)
  }

  async retry(ids: readonly string[], by: { detached: boolean; owner: number }): Promise<void> {
    const runs = this.#resolve(ids)
    for (const run of runs)
      if (['queued', 'running'].includes(run.status)) throw refused(run, 'started again')
    await this.#requeue(runs, by, (run) => {
      this.#options.library.reset(run.id)
      Object.assign(run, {
        steps: 0,
        seconds: 0,
        startedAt: null,
        finishedAt: null,
        final: { trainLoss: null },
        best: { trainLoss: null, step: 0 },
        divergence: null,
        restarts: 0,
      } satisfies Partial<RunSummary>)
    })
  }

  /** Moves waiting runs, in the order given, before another waiting one, or to the end. */
  async reorder(ids: readonly string[], before: string | null): Promise<void> {
    const moving = this.#resolve(ids).map((run) => this.#waiting(run))
    this.#line.move(moving, before === null ? null : this.#waiting(this.#options.library.run(before)))
    await this.#commits.add(
      () => moving.forEach(({ run, position }) => this.#options.library.setPosition(run.id, position)),
      () => moving.forEach(({ run }) => this.#tell(run)),
    )
  }

  /** @param undoable the runs only disappear, until `restore` or the lab's end */
  async delete(ids: readonly string[], undoable = false): Promise<void> {
    const runs = this.#resolve(ids)
    for (const { id } of runs) {
      const entry = this.#entries.get(id)
      if (entry) await this.#stop(entry, 'deleted')
    }
    await this.#commits.add(
      () =>
        runs.forEach(({ id }) => {
          if (undoable) this.#options.library.setTrashed(id, true)
          else this.#options.library.deleteRun(id)
        }),
      () => this.events.publish({ type: 'deleted', runIds: runs.map(({ id }) => id) }),
    )
  }

  /** What was deleted undoably comes back; runs that were being trained come back interrupted. */
  async restore(ids: readonly string[]): Promise<void> {
    const runs = this.#resolve(ids).map((run): RunSummary =>
      isOver(run.status) ? run : { ...run, status: 'interrupted' },
    )
    await this.#commits.add(
      () =>
        runs.forEach((run) => {
          this.#options.library.setTrashed(run.id, false)
          this.#options.library.saveRun(run)
        }),
      () => runs.forEach((run) => this.#tell(run)),
    )
  }

  async tag(
    ids: readonly string[],
    { add, remove }: { add: readonly string[]; remove: readonly string[] },
  ): Promise<void> {
    for (const run of this.#resolve(ids)) {
      const kept = run.tags.filter((tag) => !remove.includes(tag) && !add.includes(tag))
      await this.#edit(run.id, { tags: [...kept, ...add] })
    }
  }

  rename(id: string, name: string): Promise<void> {
    return this.#edit(id, { name })
  }

  async #edit(id: string, change: Partial<Pick<RunSummary, 'name' | 'tags'>>): Promise<void> {
    const stored = this.#options.library.run(id)
    const entry = this.#entries.get(stored.id)
    const run = { ...(entry?.run ?? stored), ...change }
    if (entry) entry.run = run
    await this.#save(run)
  }

  /** Stops all engines with their runs kept; the queue is not used afterwards. */
  async close(): Promise<void> {
    this.#closing = true
    const running = [...this.#entries.values()].filter(({ run }) => run.status !== 'paused')
    await Promise.all(
      running.map((entry) =>
        entry.detached && !entry.worker
          ? undefined
          : this.#stop(entry, entry.detached ? 'paused' : 'interrupted'),
      ),
    )
    for (const { engine } of this.#workers) engine?.kill()
    this.#commits.flush()
  }

  // ————— waiting —————

  #enter(run: RunSummary, from: Pick<Entry, 'detached' | 'owner' | 'position'>): Entry {
    const entry: Entry = { run, ...from, worker: null, wanted: null, onStopped: [], crashes: [] }
    this.#entries.set(run.id, entry)
    if (run.status === 'queued') this.#line.add(entry)
    return entry
  }

  #waiting(run: RunSummary): Entry {
    const entry = this.#entries.get(run.id)
    if (entry?.run.status !== 'queued') throw refused(run, 'moved')
    return entry
  }

  #resolve(ids: readonly string[]): RunSummary[] {
    return ids.map((id) => {
      const run = this.#options.library.run(id)
      return this.#entries.get(run.id)?.run ?? run
    })
  }

  async #each(ids: readonly string[], act: (entry: Entry) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#resolve(ids).map((run) => {
        const entry = this.#entries.get(run.id)
        if (!entry) throw refused(run, 'paused')
        return act(entry)
      }),
    )
  }

  async #requeue(
    runs: readonly RunSummary[],
    { detached, owner }: { detached: boolean; owner: number },
    prepare: (run: RunSummary) => void,
  ): Promise<void> {
    const { library } = this.#options
    const entries = runs.map((run) =>
      this.#enter(
        { ...run, status: 'queued', error: null, finishedAt: null },
        { detached, owner, position: this.#line.nextPosition() },
      ),
    )
    const stored = this.#commits.add(
      () =>
        entries.forEach(({ run, position }) => {
          prepare(run)
          library.saveRun(run)
          library.setDetached(run.id, detached)
          library.setPosition(run.id, position)
        }),
      () => entries.forEach(({ run }) => this.#tell(run)),
    )
    this.#commits.flush() // the engine reads the checkpoint, which `prepare` may remove
    this.#dispatch()
    await stored
  }

  // ————— training —————

  #dispatch(): void {
    if (this.#closing) return
    for (let worker = this.#freeWorker(); worker; worker = this.#freeWorker()) {
      const entry = this.#line.next()
      if (!entry) return
      worker.engine ??= this.#startEngine(worker)
      worker.entry = entry
      entry.worker = worker
      const startedAt = entry.run.startedAt ?? this.#options.now().toISOString()
      entry.run = { ...entry.run, status: 'running', startedAt }
      void this.#start(entry, worker.engine)
    }
  }

  #freeWorker(): Worker | undefined {
    for (const worker of this.#workers) if (!worker.entry) return worker
    if (this.#workers.size >= this.#options.workers) return undefined
    const worker: Worker = { engine: null, entry: null }
    this.#workers.add(worker)
    return worker
  }

  #startEngine(worker: Worker): EngineProcess {
    return new EngineProcess(this.#options.engineEntry, {
      event: (event) => this.#heard(event),
      died: (reason) => this.#died(worker, reason),
    })
  }

  async #start(entry: Entry, process: EngineProcess): Promise<void> {
    const { library, supply } = this.#options
    const { id, settings } = entry.run
    try {
      const { files, provenance } = await supply(settings.workload)
      const { engine, device, versions } = await process.hello
      if (entry.wanted) return await this.#left(entry, entry.wanted)
      const { totalSteps } = await process.client.call('train', {
        runId: id,
        settings,
        files: { ...files },
        checkpoint: library.checkpoint(id),
      })
      // The run may be over by now: its events come on the same connection.
      if (entry.worker?.engine !== process) return
      const run: RunSummary = {
        ...entry.run,
        totalSteps,
        provenance: { ...provenance, engine, device, versions: { ...provenance.versions, ...versions } },
      }
      entry.run = run
      void this.#save(run)
    } catch (thrown) {
      const error = DescentError.from(thrown)
      // The exit of the process says so too, and decides what becomes of the run.
      if (error.code === 'connection-lost') return
      await this.#leave(entry, { ...entry.run, status: 'failed', error: error.toJSON() })
    }
  }

  #heard(event: EngineEvent): void {
    const entry = this.#entries.get(event.runId)
    if (!entry) return
    if (event.type === 'failed') {
      void this.#leave(entry, { ...entry.run, status: 'failed', error: event.error })
      return
    }
    const { progress } = event
    const { id, totalSteps } = entry.run
    entry.run = { ...entry.run, steps: progress.step, seconds: progress.seconds, best: progress.best }
    const advanced = entry.run
    void this.#commits.add(
      () => {
        this.#options.library.appendProgress(id, progress)
        this.#options.library.saveRun(advanced)
      },
      () => {
        const { step, seconds, points, epochs } = progress
        this.events.publish({ type: 'progress', runId: id, step, totalSteps, seconds, points, epochs })
      },
    )
    if (event.type === 'progress') return
    if (event.status === 'stopped') void this.#left(entry, entry.wanted ?? 'interrupted')
    else {
      const { status, final, divergence } = event
      void this.#leave(entry, { ...entry.run, status, final, divergence })
    }
  }

  #died(worker: Worker, reason: string): void {
    this.#workers.delete(worker)
    const { entry } = worker
    if (!entry || this.#closing) return
    const now = this.#options.clock()
    entry.crashes.push(now)
    entry.worker = null
    if (entry.wanted) {
      void this.#left(entry, entry.wanted)
      return
    }
    const recent = entry.crashes.filter((at) => now - at < crashWindowMs)
    if (recent.length >= crashesToFail) {
      const error = new DescentError(
        'engine-died',
        `The engine died ${recent.length} times under this run (${reason}).`,
        'See lab.log in the library for what it printed; `descent runs resume` tries again from the last checkpoint.',
      )
      void this.#leave(entry, { ...entry.run, status: 'failed', error: error.toJSON() })
      return
    }
    this.events.publish({ type: 'engine', state: 'restarting', reason })
    entry.run = { ...entry.run, status: 'queued', restarts: entry.run.restarts + 1 }
    this.#line.add(entry)
    void this.#save(entry.run)
    this.#dispatch()
  }

  // ————— ending —————

  async #stop(entry: Entry, wanted: Wanted): Promise<void> {
    const { worker } = entry
    if (!worker) {
      if (entry.run.status === wanted) return
      await this.#left(entry, wanted)
      return
    }
    entry.wanted = wanted
    const stopped = new Promise<void>((resolve) => entry.onStopped.push(resolve))
    await worker.engine?.client.call('stop', { runId: entry.run.id }).catch(() => undefined) // it died: told elsewhere
    await stopped
  }

  /** The run has left its engine, or the line, before its end. */
  async #left(entry: Entry, wanted: Wanted): Promise<void> {
    if (wanted !== 'deleted') await this.#leave(entry, { ...entry.run, status: wanted })
    else {
      this.#entries.delete(entry.run.id)
      this.#freeWorkerOf(entry)
      entry.onStopped.splice(0).forEach((tell) => tell())
    }
  }

  /** The run is no longer trained: its engine takes the next, and unless it is only paused it leaves the queue. */
  async #leave(entry: Entry, run: RunSummary): Promise<void> {
    const { library, now } = this.#options
    const resumable = run.status === 'paused' || run.status === 'interrupted'
    const left: RunSummary = resumable ? run : { ...run, finishedAt: now().toISOString() }
    entry.run = left
    entry.wanted = null
    if (left.status !== 'paused') this.#entries.delete(left.id)
    const stored = this.#commits.add(
      () => {
        library.saveRun(left)
        if (left.status === 'done' || left.status === 'diverged') library.forgetCheckpoint(left.id)
      },
      () => {
        this.#tell(left)
        entry.onStopped.splice(0).forEach((tell) => tell())
      },
    )
    this.#freeWorkerOf(entry)
    await stored
  }

  #freeWorkerOf(entry: Entry): void {
    if (entry.worker) entry.worker.entry = null
    entry.worker = null
    this.#dispatch()
  }

  #save(run: RunSummary): Promise<void> {
    return this.#commits.add(
      () => this.#options.library.saveRun(run),
      () => this.#tell(run),
    )
  }

  #tell(run: RunSummary): void {
    this.events.publish({ type: 'run', run })
  }
}

const refused = (run: RunSummary, what: string): DescentError =>
  new DescentError(
    'conflict',
    `The run ${run.id} is ${run.status} and cannot be ${what}.`,
    '`descent runs list` shows what each run is.',
  )
