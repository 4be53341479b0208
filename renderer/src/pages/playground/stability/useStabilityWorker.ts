import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ErrorShape } from '../../../../../src/contract/errors.ts'
import type { BasinSettings } from '../../../../../src/stability/basins.ts'
import type { SweepResult, SweepSettings } from '../../../../../src/stability/sweep.ts'
import type { Answer, BasinReading, Question } from './messages.ts'

/** Typing and dragging ask a moment after they stop. */
const restMs = 80

/**
 * Asks a worker of its own whenever what is asked changes; what it answered last stays until a newer answer is there.
 * Null asks nothing.
 */
function useQuestion(question: () => Omit<Question, 'id'> | null, take: (answer: Answer) => void) {
  const busy = ref(false)
  const worker = new Worker(new URL('./stability.worker.ts', import.meta.url), { type: 'module' })
  let id = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if (data.id !== id) return
    busy.value = data.kind === 'basins' && data.reading.done < data.reading.total
    take(data)
  }
  worker.onerror = (event) => {
    busy.value = false
    take({ id, kind: 'error', error: { code: 'internal', message: event.message, remedy: '' } })
  }
  watch(
    () => JSON.stringify(question()),
    (text) => {
      clearTimeout(timer)
      id++
      // Out of the text: what is reactive cannot be sent.
      const asked = JSON.parse(text) as Omit<Question, 'id'> | null
      if (!asked) return
      busy.value = true
      const own = id
      timer = setTimeout(() => worker.postMessage({ ...asked, id: own }), restMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    worker.terminate()
  })
  return busy
}

/** The basins of one optimizer, as they fill. */
export function useBasins(settings: () => BasinSettings | null) {
  const reading = shallowRef<BasinReading | null>(null)
  const error = shallowRef<ErrorShape | null>(null)
  const busy = useQuestion(
    () => {
      const asked = settings()
      return asked && { kind: 'basins', settings: asked }
    },
    (answer) => {
      error.value = answer.kind === 'error' ? answer.error : null
      if (answer.kind === 'basins') reading.value = answer.reading
    },
  )
  return { reading, error, busy }
}

/** One sweep an optimizer, in the order asked. */
export function useSweeps(settings: () => readonly SweepSettings[] | null) {
  const results = shallowRef<readonly (SweepResult | ErrorShape)[]>([])
  const error = shallowRef<ErrorShape | null>(null)
  const busy = useQuestion(
    () => {
      const asked = settings()
      return asked && { kind: 'sweep', settings: asked }
    },
    (answer) => {
      error.value = answer.kind === 'error' ? answer.error : null
      if (answer.kind === 'sweep') results.value = answer.results
    },
  )
  return { results, error, busy }
}
