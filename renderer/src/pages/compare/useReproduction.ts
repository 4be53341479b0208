import { refThrottled } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import {
  countReproductions,
  defaultTolerance,
  hasEnd,
  repeatsOf,
  repetitionOf,
  type Reproduction,
} from '../../../../src/bundle/reproduction.ts'
import { isOver, type RunSummary } from '../../../../src/experiments/run.ts'
import { connectionStatus, lab } from '../../connection/index.ts'
import { runs } from '../../stores/runs.ts'
import { toasts } from '../../stores/toasts.ts'

/** How often runs that repeat others are looked for while runs come and go. */
const everyMs = 500

/** Runs that a bundle brought, the runs of this library that repeat them, and how far they came to the same. */
export function useReproduction(compared: () => readonly RunSummary[]) {
  const originals = computed(() => compared().filter((run) => run.origin !== undefined && hasEnd(run)))
  const all = refThrottled(runs.list, everyMs)
  const repeats = computed(() =>
    originals.value.length === 0
      ? new Map<string, RunSummary>()
      : repeatsOf(
          originals.value,
          all.value.filter(({ origin }) => origin === undefined),
        ),
  )
  const over = computed(() => [...repeats.value.values()].filter(({ status }) => isOver(status)).length)
  const isRunning = computed(() => over.value < repeats.value.size)

  const found = shallowRef<readonly Reproduction[] | null>(null)
  const comparing = shallowRef(false)
  /** What the answer rests on: asked again where it changes. */
  const question = computed(() =>
    repeats.value.size === 0 || isRunning.value || connectionStatus.value.state !== 'open'
      ? null
      : JSON.stringify([
          originals.value.map(({ id }) => id),
          [...repeats.value.values()].map(({ id, status, steps }) => [id, status, steps]),
        ]),
  )
  watch(
    question,
    async (now) => {
      found.value = null
      if (now === null) return
      comparing.value = true
      try {
        const { runs: results } = await lab.call('runs.reproduction', {
          runIds: originals.value.map(({ id }) => id),
          among: [...repeats.value.values()].map(({ id }) => id),
          tolerance: defaultTolerance,
        })
        if (question.value === now) found.value = results
      } catch (error) {
        if (question.value === now) toasts.error(error)
      } finally {
        if (question.value === now || question.value === null) comparing.value = false
      }
    },
    { immediate: true },
  )

  /** Starts all of it once more. */
  async function runAgain(): Promise<void> {
    const stored = await lab.call('experiments.list', {})
    const { experiments, runs: alone } = repetitionOf(originals.value, stored.experiments)
    for (const { text, title } of experiments)
      await lab.call('experiments.submit', { text, name: title, detached: true })
    if (alone.length > 0) await lab.call('runs.submit', { runs: [...alone], detached: true })
  }

  return {
    originals,
    repeats,
    over,
    isRunning,
    comparing,
    found,
    counts: computed(() => (found.value ? countReproductions(found.value) : null)),
    runAgain,
  }
}
