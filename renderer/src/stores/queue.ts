import { computed, shallowRef, watch } from 'vue'
import { runs } from './runs.ts'

interface Batch {
  readonly total: number
  readonly finished: number
  readonly running: number
  readonly waiting: number
  readonly paused: number
  /** Steps taken of all there are, in [0, 1]. */
  readonly share: number
  /** Null until the speed is known. */
  readonly secondsLeft: number | null
}

/** Runs that were waiting or running since the queue was last empty. */
const members = new Set<string>()
const batch = shallowRef<Batch | null>(null)
/** Steps done at moments of the last seconds, for the speed. */
let marks: { at: number; steps: number }[] = []
const speedOverMs = 8000
const readableMs = 200
let shownAt = Number.NEGATIVE_INFINITY

let later: ReturnType<typeof setTimeout> | undefined

watch(
  runs.list,
  function count(list) {
    clearTimeout(later)
    let running = 0
    let waiting = 0
    let paused = 0
    for (const { id, status } of list) {
      if (status === 'running') running++
      else if (status === 'queued') waiting++
      else if (status === 'paused') paused++
      else continue
      members.add(id)
    }
    if (running + waiting + paused === 0) {
      members.clear()
      marks = []
      batch.value = null
      return
    }
    let steps = 0
    let totalSteps = 0
    let finished = 0
    let pausedSteps = 0
    let total = 0
    for (const run of list) {
      if (!members.has(run.id)) continue
      total++
      const over = run.status !== 'queued' && run.status !== 'running' && run.status !== 'paused'
      if (over) finished++
      // A run that ended early has nothing left to do.
      steps += over ? run.totalSteps : run.steps
      totalSteps += run.totalSteps
      if (run.status === 'paused') pausedSteps += run.totalSteps - run.steps
    }
    const now = performance.now()
    if (running === 0) marks = []
    marks = [...marks.filter(({ at }) => now - at < speedOverMs), { at: now, steps }]
    const first = marks[0]
    const rate = first && now - first.at > 400 ? (steps - first.steps) / (now - first.at) : 0
    // Progress comes with every frame and is read a few times a second; what changes hands is told at once.
    const shown = batch.value
    if (
      shown?.total === total &&
      shown.finished === finished &&
      shown.running === running &&
      shown.paused === paused &&
      now - shownAt < readableMs
    ) {
      later = setTimeout(() => count(runs.list.value), readableMs)
      return
    }
    shownAt = now
    batch.value = {
      total,
      finished,
      running,
      waiting,
      paused,
      share: totalSteps > 0 ? steps / totalSteps : 0,
      secondsLeft: rate > 0 ? (totalSteps - steps - pausedSteps) / rate / 1000 : null,
    }
  },
  { immediate: true },
)

/** How far the queue is; null while nothing waits or runs. */
export const queue = computed(() => batch.value)
