import { refThrottled } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import type { XAxis } from '../../../../src/charts/average.ts'
import { learningQuantities, learningStyle } from '../../../../src/charts/learningCurves.ts'
import { isAccuracy, type Quantity, type QuantityColumns } from '../../../../src/charts/quantity.ts'
import type { Scale } from '../../../../src/charts/ticks.ts'
import { isOver, type RunSummary } from '../../../../src/experiments/run.ts'
import { connection, isOpen } from '../../connection/index.ts'
import { measuredOn } from '../../lib/measures.ts'
import { useDraft } from '../../stores/drafts.ts'
import { reducedMotion } from '../../stores/preferences.ts'
import { runs } from '../../stores/runs.ts'
import { selection } from '../../stores/selection.ts'
import { groupSeries, styleOf } from '../../stores/series.ts'
import { breaks } from './breaks.ts'
import type { PlotLine } from './plot.ts'
import {
  isEven,
  replayRate,
  reveal,
  wallSeconds,
  type Cutoff,
  type ReplayBy,
  type ReplayLength,
} from './replay.ts'
import { latestSubmission, queueRows, seriesRows, type LegendOrder } from './rows.ts'
import type { Range } from './scale.ts'
import { Speedometer } from './speed.ts'
import { WaitingOrder } from './waiting-order.ts'

export type Scope = 'selected' | 'latest' | 'active'
/** What is drawn: one quantity, or the loss with both accuracies. */
export type View = Quantity | 'learning'

interface Settings {
  x: XAxis
  xScale: Scale
  /** Null: what suits the runs shown. */
  y: View | null
  /** Of losses. */
  yScale: Scale
  /** Of the loss that accuracies stand beside. */
  learningScale: Scale
  smoothing: number
  order: LegendOrder
  replayBy: ReplayBy
  replayLength: ReplayLength
}

/** Words and numbers change this often; the curves every frame. */
const readableMs = 200
/** An experiment this quick is shown again, slower. */
const blinkSeconds = 3
/** One that ended longer ago is no news. */
const freshMs = 20_000

// Kept while the window is open, across visits of the page.
const order = new WaitingOrder()
const speed = new Speedometer()
const hiddenRuns = shallowRef<ReadonlySet<string>>(new Set())
const openedSeries = shallowRef<ReadonlySet<string>>(new Set())
const replayed = new Set<string>()
let listening = false

export function useLive(seedName: (run: RunSummary) => string) {
  const route = useRoute()
  const settings = useDraft<Settings>('live', {
    x: 'step',
    xScale: 'linear',
    y: null,
    yScale: 'log',
    learningScale: 'linear',
    smoothing: 0,
    order: 'series',
    replayBy: 'seconds',
    replayLength: 10,
  })
  if (!listening) {
    listening = true
    breaks.know(runs.list.value)
    connection.onEvent((event) => breaks.hear(event))
  }

  // ————— which runs —————

  const list = refThrottled(runs.list, readableMs, true, true)
  const loaded = runs.loaded
  const asked = computed(() =>
    String(route.query['runs'] ?? '')
      .split(',')
      .filter(Boolean),
  )
  const chosenScope = ref<Scope | null>(null)
  const latest = computed(() => latestSubmission(list.value))
  const active = computed(() => list.value.filter(({ status }) => !isOver(status)))
  const selected = computed(() => {
    const ids = asked.value.length > 0 ? new Set(asked.value) : selection.ids.value
    return list.value.filter(({ id }) => ids.has(id))
  })
  const scope = computed<Scope>({
    get: () => chosenScope.value ?? (selected.value.length > 0 ? 'selected' : 'latest'),
    set: (value) => (chosenScope.value = value),
  })
  const shown = computed(() => ({ selected, latest, active })[scope.value].value)
  const shownIds = computed(() => shown.value.map(({ id }) => id))
  const idsKey = computed(() => shownIds.value.join())

  const curvesError = shallowRef<unknown>(null)
  const curvesRead = ref(false)
  async function readCurves(): Promise<void> {
    const wanted = shownIds.value
    try {
      await runs.ensureCurves(wanted)
      curvesError.value = null
      curvesRead.value = true
    } catch (error) {
      // Read again when the line is back; until then what is here stays.
      if (isOpen.value) curvesError.value = error
    }
  }
  watch([idsKey, loaded, isOpen], () => void readCurves(), { immediate: true })

  watch(
    list,
    (all) => {
      breaks.know(all)
      order.update(all)
      waitingIds.value = order.ids
      const now = performance.now()
      for (const run of all)
        if (run.status === 'running') speed.mark(run.id, run.steps, now)
        else speed.forget(run.id)
    },
    { immediate: false },
  )
  const waitingIds = shallowRef<readonly string[]>([])
  order.update(list.value)
  waitingIds.value = order.ids

  // ————— how they are listed and drawn —————

  const series = computed(() => groupSeries(shown.value))
  const styles = computed(
    () => new Map(series.value.flatMap(({ style, runs: own }) => own.map(({ id }) => [id, style] as const))),
  )
  const rows = computed(() =>
    settings.order === 'series'
      ? seriesRows(series.value, openedSeries.value, seedName)
      : queueRows(shown.value, waitingIds.value, (run) => styles.value.get(run.id) ?? styleOf(run), seedName),
  )
  function toggleOpen(key: string): void {
    const next = new Set(openedSeries.value)
    if (!next.delete(key)) next.add(key)
    openedSeries.value = next
  }

  const isolated = shallowRef<ReadonlySet<string>>(new Set())
  const isolate = (ids: readonly string[]): void => {
    isolated.value = new Set(ids)
  }
  const isHidden = (id: string): boolean => hiddenRuns.value.has(id)
  const visibleCount = computed(() => shownIds.value.filter((id) => !hiddenRuns.value.has(id)).length)
  function toggleHidden(ids: readonly string[]): void {
    const next = new Set(hiddenRuns.value)
    const hide = ids.some((id) => !next.has(id))
    for (const id of ids)
      if (hide) next.add(id)
      else next.delete(id)
    hiddenRuns.value = next
  }
  /** Only these; all again where they are the only ones already. */
  function solo(ids: readonly string[]): void {
    const only = new Set(ids)
    const alone = shownIds.value.every((id) => hiddenRuns.value.has(id) !== only.has(id))
    const next = new Set(hiddenRuns.value)
    for (const id of shownIds.value)
      if (alone || only.has(id)) next.delete(id)
      else next.add(id)
    hiddenRuns.value = next
  }
  function setAllHidden(hidden: boolean): void {
    const next = new Set(hiddenRuns.value)
    for (const id of shownIds.value)
      if (hidden) next.add(id)
      else next.delete(id)
    hiddenRuns.value = next
  }

  // ————— what of them —————

  const measured = computed(() => measuredOn(shown.value.map(({ settings }) => settings)))
  const views = computed<readonly View[]>(() =>
    measured.value.length > 1 ? ['learning', ...measured.value] : measured.value,
  )
  /** One run alone is shown whole, as it learns; of several, one quantity is compared. */
  const y = computed<View>({
    get: () =>
      settings.y !== null && views.value.includes(settings.y)
        ? settings.y
        : shown.value.length === 1
          ? (views.value[0] as View)
          : 'trainLoss',
    set: (view) => (settings.y = view),
  })
  const drawn = computed<readonly Quantity[]>(() => (y.value === 'learning' ? learningQuantities : [y.value]))
  /** What a number beside a run is of. */
  const quantity = computed(() => drawn.value[0] as Quantity)
  const yScale = computed<Scale>({
    get: () =>
      y.value === 'learning'
        ? settings.learningScale
        : isAccuracy(quantity.value)
          ? 'linear'
          : settings.yScale,
    set: (scale) => (settings[y.value === 'learning' ? 'learningScale' : 'yScale'] = scale),
  })

  const lines = computed<readonly PlotLine[]>(() =>
    series.value.flatMap(({ label, style, runs: own }, index) =>
      own.flatMap((run, seed) =>
        drawn.value.map((quantity) => ({
          id: drawn.value.length > 1 ? `${run.id} ${quantity}` : run.id,
          runId: run.id,
          quantity,
          side: y.value === 'learning' && isAccuracy(quantity) ? ('right' as const) : ('left' as const),
          label,
          style:
            y.value === 'learning'
              ? learningStyle(quantity, shown.value.length === 1 ? null : style.hue)
              : style,
          series: index,
          marked: seed === 0,
          visible: !hiddenRuns.value.has(run.id),
          diverged: run.status === 'diverged',
          growing: !isOver(run.status),
          totalSteps: run.totalSteps,
          epochs: run.settings.epochs,
          batch: run.settings.batch,
        })),
      ),
    ),
  )
  const valuesOf = ({ runId, quantity, totalSteps, epochs }: PlotLine): QuantityColumns | undefined =>
    runs.curve(runId)?.values(quantity, totalSteps / epochs)

  // ————— zoom —————

  const zoom = shallowRef<{ x: Range | null; y: Range | null }>({ x: null, y: null })
  const resetZoom = (): void => {
    zoom.value = { x: null, y: null }
  }
  watch(
    () => [settings.x, settings.xScale],
    () => resetZoom(),
  )
  watch([y, yScale], () => (zoom.value = { ...zoom.value, y: null }))
  const cursor = shallowRef<{ x: number; y: number | null } | null>(null)

  /** Changes a few times a second while curves do: for words about them. */
  const curveTick = ref(0)
  let changed = false
  const tickCurves = setInterval(() => {
    if (!changed) return
    changed = false
    curveTick.value++
  }, readableMs)
  const stopCurves = runs.onCurves(() => {
    if (curveTick.value === 0) curveTick.value++
    changed = true
  })
  onScopeDispose(() => {
    clearInterval(tickCurves)
    stopCurves()
  })

  // ————— replay —————

  const replay = shallowRef<Cutoff | null>(null)
  const playing = ref(false)
  /** Why it began by itself. */
  const began = shallowRef<{ count: number; seconds: number } | null>(null)
  /** How far the longest curve goes, in what the replay follows. */
  function endOf(by: ReplayBy): number {
    let end = curveTick.value * 0 // follows the curves
    for (const id of shownIds.value)
      if (!hiddenRuns.value.has(id)) end = Math.max(end, runs.curve(id)?.points[by].at(-1) ?? 0)
    return end
  }
  let frame = 0
  let before = 0
  function tick(now: number): void {
    frame = 0
    const at = replay.value
    if (!playing.value || !at) return
    const end = endOf(at.by)
    // A page that was hidden goes on from where it was.
    const passed = Math.min(0.25, Math.max(0, (now - before) / 1000))
    before = now
    const next = at.at + passed * replayRate(end, settings.replayLength, at.by)
    if (next >= end) {
      showAll()
      return
    }
    replay.value = { by: at.by, at: next }
    frame = requestAnimationFrame(tick)
  }
  function play(): void {
    const end = endOf(settings.replayBy)
    if (end <= 0) return
    if (replay.value?.by !== settings.replayBy) replay.value = { by: settings.replayBy, at: 0 }
    playing.value = true
    before = performance.now()
    if (frame === 0) frame = requestAnimationFrame(tick)
  }
  function pause(): void {
    playing.value = false
  }
  function scrub(at: number): void {
    began.value = null
    replay.value = { by: settings.replayBy, at }
  }
  function showAll(): void {
    playing.value = false
    replay.value = null
    began.value = null
  }
  watch(
    () => settings.replayBy,
    (by) => {
      const now = replay.value
      if (!now || now.by === by) return
      const share = now.at / (endOf(now.by) || 1)
      replay.value = { by, at: share * endOf(by) }
    },
  )
  watch(idsKey, () => {
    showAll()
    cursor.value = null
    resetZoom()
  })
  onScopeDispose(() => cancelAnimationFrame(frame))

  // An experiment that was over before one could look is shown again by itself, once.
  watch(
    [shown, curvesRead],
    ([now]) => {
      if (!curvesRead.value || now.length === 0 || replay.value || reducedMotion.value) return
      const key = idsKey.value
      if (replayed.has(key) || now.some(({ status }) => !isOver(status))) return
      replayed.add(key)
      const wall = wallSeconds(now)
      const ended = Math.max(...now.map(({ finishedAt }) => Date.parse(finishedAt ?? '')))
      if (wall === null || wall >= blinkSeconds || Date.now() - ended > freshMs) return
      const ends = now.map(({ seconds }) => seconds)
      settings.replayBy = isEven(ends) ? 'seconds' : 'step'
      if (settings.replayLength === 'real' && Math.max(...ends) < 2) settings.replayLength = 10
      began.value = { count: now.length, seconds: wall }
      play()
    },
    { immediate: true },
  )

  /** A run's value in a list: the one it ended at or measured last; in a replay, where that has come to. */
  function valueOf(run: RunSummary, quantity: Quantity, at: Cutoff | null = replay.value): number | null {
    const buffer = runs.curve(run.id)
    if (!at) return runs.latestOf(run, quantity) ?? buffer?.last(quantity) ?? null
    const values = buffer?.values(quantity, run.totalSteps / run.settings.epochs)
    return values ? (values.value[reveal(values, at).count - 1] ?? null) : null
  }

  /** How far a run is shown, as the picture shows it. */
  function shownSteps(run: RunSummary): number {
    const at = replay.value
    const points = at && runs.curve(run.id)?.points
    if (!at || !points) return run.steps
    return reveal(points, at).count > 0 ? (points.step[reveal(points, at).count - 1] as number) : 0
  }

  return {
    settings,
    list,
    loaded,
    scope,
    shown,
    shownIds,
    selectedCount: computed(() => selected.value.length),
    latestCount: computed(() => latest.value.length),
    activeCount: computed(() => active.value.length),
    curvesError,
    readCurves,
    series,
    rows,
    toggleOpen,
    openAll: (open: boolean): void => {
      openedSeries.value = new Set(open ? series.value.map(({ key }) => key) : [])
    },
    isolated,
    isolate,
    isHidden,
    visibleCount,
    toggleHidden,
    solo,
    setAllHidden,
    views,
    y,
    yScale,
    drawn,
    quantity,
    lines,
    valuesOf,
    zoom,
    resetZoom,
    cursor,
    curveTick,
    replay,
    playing,
    began,
    endOf,
    play,
    pause,
    scrub,
    showAll,
    valueOf,
    shownSteps,
    speed,
    order,
    waitingIds,
    moved(ids: readonly string[], to: string | null): void {
      order.move(ids, to)
      waitingIds.value = order.ids
    },
  }
}
export type Live = ReturnType<typeof useLive>
