import { computed, shallowRef, watch, type Ref } from 'vue'
import type { MeasuredRun } from '../../../../src/charts/comparison.ts'
import { runsOf, type FigureData } from '../../../../src/figures/compute.ts'
import type { TrainingFigure } from '../../../../src/figures/figure.ts'
import { isOver, type RunSummary } from '../../../../src/experiments/run.ts'
import type { RunSettings } from '../../../../src/experiments/settings.ts'
import { isOpen, lab, labInfo } from '../../connection/index.ts'
import { runs } from '../../stores/runs.ts'
import { attempt } from '../../stores/toasts.ts'
import { runKey } from './run-key.ts'

/** Marks, in the library, what was trained for a figure. */
const tag = 'gallery'
/** A figure whose runs take this few steps in all is trained as soon as it is opened. */
const stepsOfABlink = 200_000

/** The runs of a training figure in this lab's library, and what trains those that are missing. */
export function useOwnRuns(figure: Readonly<Ref<TrainingFigure | null>>) {
  const wanted = computed<readonly (readonly RunSettings[])[]>(() =>
    figure.value ? runsOf(figure.value) : [],
  )

  /** The newest run of this version with each of the settings; a failed one does not count. */
  const found = computed<readonly (readonly (RunSummary | undefined)[])[]>(() => {
    const version = labInfo.value?.version
    const newest = new Map<string, RunSummary>()
    for (const run of runs.list.value) {
      const hasEnded = run.status === 'done' || run.status === 'diverged'
      if (hasEnded ? run.provenance?.versions['descent-lab'] === version : !isOver(run.status))
        newest.set(runKey(run.settings), run)
    }
    return wanted.value.map((list) => list.map((settings) => newest.get(runKey(settings))))
  })
  const all = computed(() => found.value.flat())
  const count = computed(() => all.value.length)
  const done = computed(() => all.value.filter((run) => run && isOver(run.status)).length)
  const isTraining = computed(() => all.value.some((run) => run && !isOver(run.status)))
  const isWhole = computed(() => count.value > 0 && done.value === count.value)

  const data = shallowRef<FigureData | null>(null)
  watch(
    [isWhole, figure],
    async () => {
      data.value = null
      const shown = figure.value
      if (!shown || !isWhole.value) return
      const ids = all.value.flatMap((run) => run?.id ?? [])
      if (!(await attempt(() => runs.ensureCurves(ids))) || figure.value !== shown) return
      const measured = found.value.map((list) =>
        list.flatMap((run): MeasuredRun | [] => (run && runs.measured(run.id)) ?? []),
      )
      if (measured.every((list, k) => list.length === wanted.value[k]?.length))
        data.value = { kind: 'training', figure: shown, runs: measured }
    },
    { immediate: true },
  )

  /** Trains what the library lacks; with `again`, everything. */
  async function train(again = false): Promise<void> {
    const list = wanted.value.flatMap((settings, k) =>
      settings.filter((_, i) => again || found.value[k]?.[i] === undefined),
    )
    if (list.length === 0) return
    await attempt(async () => {
      const { runIds } = await lab.call('runs.submit', { runs: list, detached: true })
      await lab.call('runs.tag', { runIds, add: [tag], remove: [] })
    })
  }

  const asked = new Set<string>()
  watch(
    [figure, isOpen, runs.loaded],
    () => {
      const shown = figure.value
      if (!shown || !isOpen.value || !runs.loaded.value || asked.has(shown.id)) return
      asked.add(shown.id)
      if (stepsOf(wanted.value.flat()) <= stepsOfABlink) void train()
    },
    { immediate: true },
  )

  return { data, count, done, isTraining, train }
}

/** Airfoil's epochs are a few milliseconds; a network's are seconds. */
const stepsOf = (list: readonly RunSettings[]): number =>
  list.every(({ workload }) => workload === 'airfoil')
    ? list.reduce((sum, { batch, epochs }) => sum + epochs * Math.ceil(1500 / batch), 0)
    : Infinity
