import type { EngineEvent, Progress } from '../contract/engine.ts'
import { DescentError } from '../contract/errors.ts'
import type { LabEvent } from '../contract/lab.ts'
import { withEpochs } from '../experiments/best.ts'
import { isOver, type Provenance, type RunSummary } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { Broadcast } from '../transport/broadcast.ts'
import { GroupCommit } from './commits.ts'
import { EngineProcess } from './engine-process.ts'
import type { EngineKind } from './engines.ts'
import type { Library } from './library/library.ts'
import { lookOf } from './library/looks.ts'
import { Line } from './line.ts'

/** What a run needs from outside before it can start. */
export interface Supply {
  readonly files: Readonly<Record<string, string>>
  readonly provenance: Omit<Provenance, 'engine' | 'device'>
}

export interface QueueOptions {
  readonly library: Library
  /** @throws DescentError where no engine can train it */
  readonly enginesFor: (settings: RunSettings) => readonly EngineKind[]
  /** Verified data for a workload. @throws DescentError where it is missing or damaged */
  readonly supply: (workload: string) => Promise<Supply>
  /** Whether engines of the kind can be started now; where that changes, `wake` is called, or `refuse`. */
  readonly isReady?: (kind: EngineKind) => boolean
  /** A run waits for an engine of the kind. */
  readonly want?: (kind: EngineKind) => void
  /** Wall clock, for records. */
  readonly now: () => Date
  /** Monotonic milliseconds, for the restart policy. */
  readonly clock: () => number
  /** The library can no longer be written; nothing is trained any more. */
  readonly lost: (error: DescentError) => void
}

/** What a person wants of a run that is being trained; carried out when the engine has stopped. */
type Wanted = 'queued' | 'paused' | 'interrupted' | 'cancelled' | 'deleted'

interface Entry {
  run: RunSummary
  detached: boolean
  /** The connection that submitted it; null once it is detached or the lab was restarted. */
  owner: number | null
  position: number
  /** Any of these may train it. */
  readonly engines: readonly EngineKind[]
  worker: Worker | null
  /** Its engine has been asked to train it. */
  asked: boolean
  wanted: Wanted | null
  /** Told when the run has left the engine; resolved with the promise of its record on disk. */
  readonly onStopped: ((stored: Promise<void>) => void)[]
  readonly crashes: number[]
}

/** A place where a run can be trained; its process starts with the first run. */
interface Worker {
  readonly kind: EngineKind
  engine: EngineProcess | null
  entry: Entry | null
  /** Ends a process that has waited long enough. */
  idle: NodeJS.Timeout | undefined
}

/** An engine that dies this often under one run within `crashWindowMs` will do so again: the run fails. */
const crashesToFail = 3
const crashWindowMs = 5 * 60_000

/** The life of every unfinished run: waiting, trained by one of the engines, paused; and the engines themselves. */
export class RunQueue {
  readonly events: Broadcast<LabEvent>
  readonly #options: QueueOptions
  readonly #commits: GroupCommit
  readonly #entries = new Map<string, Entry>()
  readonly #workers = new Set<Worker>()
  /** All that runs have asked for. */
  readonly #kinds = new Map<string, EngineKind>()
  readonly #line = new Line<Entry>(
    (entry) => entry.run.status === 'queued' && this.#entries.get(entry.run.id) === entry,
  )
  #closing = false

  constructor(options: QueueOptions) {
    this.#options = options
    // Numbers go up from lab to lab: one of an earlier lab is not taken for one of this.
    this.events = new Broadcast<LabEvent>(10_000, options.now().getTime() * 1000)
    this.#commits = new GroupCommit(
      (work) => options.library.transaction(work),
      (error) => this.#lost(DescentError.from(error)),
    )
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
        const goesOn = detached && this.#isTrainable(run)
        const status = run.status === 'paused' ? 'paused' : goesOn ? 'queued' : 'interrupted'
        const recovered = { ...run, status } as const
        library.saveRun(recovered)
        if (status !== 'interrupted' && this.#isTrainable(run))
          this.#enter(recovered, { detached, owner: null, position })
      }
    })
    this.#dispatch()
  }

  /** The library is behind by what waits to be committed: whoever asks it what runs there are settles that first. */
  settle(): void {
    this.#commits.flush()
  }

  /** Acknowledged when the runs are on disk. */
  async submit(
    runs: readonly RunSummary[],
    { detached, owner }: { detached: boolean; owner: number },
  ): Promise<void> {
    const { library, enginesFor } = this.#options
    runs.forEach(({ settings }) => enginesFor(settings)) // refused before any is entered
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

  /** Adds runs that wait for `resume`. */
  async keep(runs: readonly RunSummary[]): Promise<void> {
    const kept = runs.map((run): RunSummary => ({ ...run, status: 'interrupted' }))
    await this.#commits.add(
      () =>
        kept.forEach((run) =>
          this.#options.library.addRun(run, { detached: false, position: this.#line.nextPosition() }),
        ),
      () => kept.forEach((run) => this.#tell(run)),
    )
  }

  async pause(ids: readonly string[]): Promise<void> {
    const entries = this.#resolve(ids).map((run) => {
      const entry = this.#entries.get(run.id)
      if (!entry) throw refused(run, 'paused')
      return entry
    })
    await Promise.all(entries.map((entry) => this.#stop(entry, 'paused')))
  }

  async cancel(ids: readonly string[]): Promise<void> {
    const runs = this.#resolve(ids)
    for (const run of runs)
      if (isOver(run.status) && run.status !== 'interrupted') throw refused(run, 'cancelled')
    const finishedAt = this.#options.now().toISOString()
    await Promise.all(
      runs.map((run) => {
        const entry = this.#entries.get(run.id)
        return entry
          ? this.#stop(entry, 'cancelled')
          : this.#save({ ...run, status: 'cancelled', finishedAt })
      }),
    )
  }

  /** The connection is gone: what it started and did not detach is kept for `runs resume`. */
  async interruptOwned(owner: number): Promise<void> {
    const owned = [...this.#entries.values()].filter(
      (entry) => entry.owner === owner && !entry.detached && entry.run.status !== 'paused',
    )
    await Promise.all(owned.map((entry) => this.#stop(entry, 'interrupted')))
  }

  async resume(ids: readonly string[], by: { detached: boolean; owner: number }): Promise<void> {
    const runs = this.#resolve(ids)
    for (const run of runs)
      if (!['paused', 'interrupted', 'failed', 'cancelled'].includes(run.status))
        throw refused(run, 'resumed')
    await this.#requeue(runs, by, (run) => {
      // One that came in a bundle left its checkpoint where it was trained.
      if (run.steps > 0 && this.#options.library.checkpoint(run.id) === null) this.#startAgain(run)
    })
  }

  async retry(ids: readonly string[], by: { detached: boolean; owner: number }): Promise<void> {
    const runs = this.#resolve(ids)
    for (const run of runs)
      if (['queued', 'running'].includes(run.status)) throw refused(run, 'started again')
    await this.#requeue(runs, by, (run) => this.#startAgain(run))
  }

  #startAgain(run: RunSummary): void {
    this.#options.library.reset(run.id)
    Object.assign(run, {
      steps: 0,
      seconds: 0,
      startedAt: null,
      finishedAt: null,
      final: { trainLoss: null },
      best: { trainLoss: null, step: 0 },
      divergence: null,
      stopped: undefined,
      provenance: null,
      restarts: 0,
      origin: undefined,
    } satisfies Partial<RunSummary>)
  }

  /** Moves waiting runs, in the order given, before another waiting one, or to the end. */
  async reorder(ids: readonly string[], before: string | null): Promise<void> {
    const moving = this.#resolve(ids).map((run) => this.#waiting(run))
    const [target = null] = before === null ? [] : this.#resolve([before]).map((run) => this.#waiting(run))
    if (target && moving.includes(target))
      throw new DescentError(
        'usage',
        `The run ${target.run.id} cannot be moved before itself.`,
        'Name a run that stays where it is, or none to move to the end.',
      )
    const moved = this.#line.move(moving, target)
    await this.#commits.add(
      () => moved.forEach(({ run, position }) => this.#options.library.setPosition(run.id, position)),
      () => moving.forEach(({ run }) => this.#tell(run)),
    )
  }

  /** Engines that were not ready are. */
  wake(): void {
    this.#dispatch()
  }

  /** Waiting runs that nothing but such engines could train fail. */
  refuse(cannotStart: (kind: EngineKind) => boolean, error: DescentError): void {
    if (this.#closing) return // the next lab tries again
    for (const entry of [...this.#entries.values()])
      if (entry.run.status === 'queued' && entry.engines.every(cannotStart))
        void this.#leave(entry, { ...entry.run, status: 'failed', error: error.toJSON() })
  }

  /** @param undoable the runs only disappear, until `restore` or the lab's end */
  async delete(ids: readonly string[], undoable = false): Promise<void> {
    const { library } = this.#options
    const runs = this.#resolve(ids)
    // All at once, or each one that stops would let the next one start; each removed as soon as it has stopped, or
    // it could be resumed meanwhile.
    await Promise.all(
      runs.map(async ({ id }) => {
        const entry = this.#entries.get(id)
        if (entry) await this.#stop(entry, 'deleted')
        await this.#commits.add(() => {
          if (undoable) library.setTrashed(id, true)
          else library.deleteRun(id)
        })
      }),
    )
    this.events.publish({ type: 'deleted', runIds: runs.map(({ id }) => id) })
  }

  /** What was deleted undoably comes back; runs that were being trained come back interrupted. */
  async restore(ids: readonly string[]): Promise<void> {
    this.#commits.flush()
    const runs = ids.map((id): RunSummary => {
      const run = this.#options.library.trashed(id)
      return isOver(run.status) ? run : { ...run, status: 'interrupted' }
    })
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
    await Promise.all(
      this.#resolve(ids).map((run) => {
        const kept = run.tags.filter((tag) => !remove.includes(tag) && !add.includes(tag))
        return this.#edit(run, { tags: [...kept, ...new Set(add)] })
      }),
    )
  }

  async rename(id: string, name: string): Promise<void> {
    await Promise.all(this.#resolve([id]).map((run) => this.#edit(run, { name })))
  }

  async note(id: string, note: string): Promise<void> {
    const text = note.trim() === '' ? undefined : note
    await Promise.all(this.#resolve([id]).map((run) => this.#edit(run, { note: text })))
  }

  #edit(before: RunSummary, change: Partial<Pick<RunSummary, 'name' | 'tags' | 'note'>>): Promise<void> {
    const run = { ...before, ...change }
    const entry = this.#entries.get(run.id)
    if (entry) entry.run = run
    return this.#save(run)
  }

  /** Stops all engines with their runs kept, detached ones for the next lab; the queue is not used afterwards. */
  async close(): Promise<void> {
    this.#closing = true
    const running = [...this.#entries.values()].filter(({ run }) => run.status !== 'paused')
    await Promise.all(running.map((entry) => this.#stop(entry, entry.detached ? 'queued' : 'interrupted')))
    for (const { engine } of this.#workers) engine?.kill()
    this.#commits.flush()
  }

  // ————— waiting —————

  /** The device it was meant for may be gone since the last lab. */
  #isTrainable({ settings }: RunSummary): boolean {
    try {
      return this.#options.enginesFor(settings).length > 0
    } catch {
      return false
    }
  }

  #enter(run: RunSummary, from: Pick<Entry, 'detached' | 'owner' | 'position'>): Entry {
    const entry: Entry = {
      run,
      ...from,
      engines: this.#options.enginesFor(run.settings),
      worker: null,
      asked: false,
      wanted: null,
      onStopped: [],
      crashes: [],
    }
    this.#entries.set(run.id, entry)
    for (const kind of entry.engines) this.#kinds.set(kind.id, kind)
    if (run.status === 'queued') {
      this.#line.add(entry)
      for (const kind of entry.engines) this.#options.want?.(kind)
    }
    return entry
  }

  #waiting(run: RunSummary): Entry {
    const entry = this.#entries.get(run.id)
    if (entry?.run.status !== 'queued') throw refused(run, 'moved')
    return entry
  }

  #resolve(ids: readonly string[]): RunSummary[] {
    this.#commits.flush() // what became of runs that just left is not in the library yet
    return ids.map((id) => {
      const run = this.#options.library.run(id)
      return this.#entries.get(run.id)?.run ?? run
    })
  }

  async #requeue(
    runs: readonly RunSummary[],
    { detached, owner }: { detached: boolean; owner: number },
    prepare: (run: RunSummary) => void,
  ): Promise<void> {
    const { library, enginesFor } = this.#options
    runs.forEach(({ settings }) => enginesFor(settings)) // refused before any is entered
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
    // A hundred thousand runs may wait for one kind of engine: they are not asked one by one.
    while ([...this.#kinds.values()].some((kind) => this.#hasRoom(kind))) {
      const entry = this.#line.next(({ engines }) => engines.some((kind) => this.#hasRoom(kind)))
      if (!entry) return
      const worker = this.#freeWorker(entry.engines)
      clearTimeout(worker.idle)
      worker.engine ??= this.#startEngine(worker)
      worker.entry = entry
      entry.worker = worker
      const startedAt = entry.run.startedAt ?? this.#options.now().toISOString()
      entry.run = { ...entry.run, status: 'running', startedAt }
      void this.#start(entry, worker.engine)
    }
  }

  #rest(worker: Worker): void {
    worker.entry = null
    const { lingerMs } = worker.kind
    if (lingerMs !== Infinity) worker.idle = setTimeout(() => worker.engine?.kill(), lingerMs).unref()
  }

  #hasRoom(kind: EngineKind): boolean {
    if (this.#options.isReady?.(kind) === false) return false
    let taken = 0
    for (const worker of this.#workers) if (worker.kind.id === kind.id && worker.entry) taken++
    return taken < kind.places
  }

  /** One of these kinds must have room. */
  #freeWorker(kinds: readonly EngineKind[]): Worker {
    for (const worker of this.#workers)
      if (!worker.entry && kinds.some(({ id }) => id === worker.kind.id)) return worker
    const kind = kinds.find((one) => this.#hasRoom(one)) as EngineKind
    const worker: Worker = { kind, engine: null, entry: null, idle: undefined }
    this.#workers.add(worker)
    return worker
  }

  #startEngine(worker: Worker): EngineProcess {
    return new EngineProcess(worker.kind, {
      event: (event) => this.#heard(worker, event),
      died: (reason) => this.#died(worker, reason),
    })
  }

  async #start(entry: Entry, process: EngineProcess): Promise<void> {
    const { library, supply } = this.#options
    const { id, settings } = entry.run
    const isHere = (): boolean => entry.worker?.engine === process
    try {
      const { files, provenance } = await supply(settings.workload)
      const { engine, device, versions } = await process.hello
      if (!isHere()) return // it has left meanwhile
      entry.asked = true
      const { totalSteps } = await process.client.call('train', {
        runId: id,
        settings,
        files: { ...files },
        checkpoint: library.checkpoint(id),
        ...(settings.stop && { epochs: library.epochs(id) }),
        weights: settings.weights === undefined ? null : library.weights(settings.weights),
      })
      // The run may be over by now: its events come on the same connection.
      if (!isHere()) return
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
      if (error.code === 'connection-lost' || !isHere()) return
      void this.#leave(entry, { ...entry.run, status: 'failed', error: error.toJSON() })
    }
  }

  #heard({ entry }: Worker, event: EngineEvent): void {
    if (entry?.run.id !== event.runId) return
    if (event.type === 'failed') {
      void this.#leave(entry, { ...entry.run, status: 'failed', error: event.error })
      return
    }
    const { progress } = event
    const { id, totalSteps } = entry.run
    entry.run = {
      ...entry.run,
      steps: progress.step,
      seconds: progress.seconds,
      best: { ...withEpochs(entry.run.best, progress.epochs), ...progress.best },
    }
    const advanced = entry.run
    void this.#commits.add(
      () => {
        const { library, now } = this.#options
        library.appendProgress(id, progress)
        library.saveRun(advanced)
        if (sawTestSet(progress)) library.looks.add(lookOf(advanced, now().toISOString()))
      },
      () => {
        const { step, seconds, points, epochs } = progress
        this.events.publish({ type: 'progress', runId: id, step, totalSteps, seconds, points, epochs })
      },
    )
    if (event.type === 'progress') return
    if (event.status === 'stopped') void this.#left(entry, entry.wanted ?? 'interrupted')
    else {
      const { status, final, divergence, stopped } = event
      void this.#leave(entry, { ...entry.run, status, final, divergence, ...(stopped && { stopped }) })
    }
  }

  #died(worker: Worker, reason: string): void {
    this.#workers.delete(worker)
    clearTimeout(worker.idle)
    const { entry } = worker
    if (!entry) return
    this.#commits.flush() // the next engine goes on from what this one reported last
    entry.worker = null
    entry.asked = false
    if (entry.wanted) {
      void this.#left(entry, entry.wanted)
      return
    }
    if (this.#closing) return
    const now = this.#options.clock()
    entry.crashes.push(now)
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
    if (!worker || !entry.asked) {
      if (entry.run.status !== wanted) await this.#left(entry, wanted)
      return
    }
    entry.wanted = wanted
    const stopped = new Promise<void>((resolve) => entry.onStopped.push(resolve))
    worker.engine?.client.call('stop', { runId: entry.run.id }).catch(() => undefined) // it died: told elsewhere
    await stopped
  }

  /** The run has left its engine, or the line, before its end. */
  #left(entry: Entry, wanted: Wanted): Promise<void> {
    if (wanted !== 'deleted') return this.#leave(entry, { ...entry.run, status: wanted })
    this.#entries.delete(entry.run.id)
    this.#freeWorkerOf(entry)
    const nothing = Promise.resolve()
    entry.onStopped.splice(0).forEach((tell) => tell(nothing))
    return nothing
  }

  /** The run is no longer trained: its engine takes the next, and unless it is only paused it leaves the queue. */
  #leave(entry: Entry, run: RunSummary): Promise<void> {
    const { library, now } = this.#options
    const resumable = ['queued', 'paused', 'interrupted'].includes(run.status)
    const left: RunSummary = resumable ? run : { ...run, finishedAt: now().toISOString() }
    entry.run = left
    entry.wanted = null
    if (left.status !== 'paused') this.#entries.delete(left.id)
    const stored = this.#commits.add(
      () => {
        library.saveRun(left)
        // What a network has learnt is kept; a handful of numbers is in the curve.
        const isKept = left.status === 'done' && left.provenance?.engine !== 'direct'
        if (left.status === 'diverged' || (left.status === 'done' && !isKept))
          library.forgetCheckpoint(left.id)
      },
      () => this.#tell(left),
    )
    entry.onStopped.splice(0).forEach((tell) => tell(stored))
    this.#freeWorkerOf(entry)
    return stored
  }

  #freeWorkerOf(entry: Entry): void {
    if (entry.worker) this.#rest(entry.worker)
    entry.worker = null
    entry.asked = false
    this.#dispatch()
  }

  /** What engines go on to measure could not be kept: all stops where it was last saved. */
  #lost(error: DescentError): void {
    this.#closing = true
    for (const { engine } of this.#workers) engine?.kill()
    this.events.fail(error)
    this.#options.lost(error)
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

/** Examples set aside are not the test set: what they say has columns of its own. */
const sawTestSet = ({ epochs: { testLoss, testAccuracy } }: Progress): boolean =>
  (testLoss?.length ?? 0) > 0 || (testAccuracy?.length ?? 0) > 0

const refused = (run: RunSummary, what: string): DescentError =>
  new DescentError(
    'conflict',
    `The run ${run.id} is ${run.status} and cannot be ${what}.`,
    '`descent runs list` shows what each run is.',
  )
