import { computed, shallowRef } from 'vue'
import type { CallOutput } from '../../../src/contract/contract.ts'
import type { LabContract, LabEvent } from '../../../src/contract/lab.ts'
import { connection, lab } from '../connection/index.ts'
import { runs } from './runs.ts'

type Diagnosis = CallOutput<LabContract, 'lab.doctor'>

const trouble = shallowRef<{ state: 'restarting' | 'unavailable'; reason: string } | null>(null)
type SetUp = Extract<LabEvent, { type: 'setup' }>
const setUp = shallowRef<SetUp | null>(null)
const diagnosis = shallowRef<Diagnosis | null>(null)

connection.onEvent((event) => {
  if (event.type === 'setup') {
    setUp.value = event
    // What the installation changed is seen when the engines are asked again.
    if (event.state === 'done') diagnosis.value = null
  }
  if (event.type === 'engine') trouble.value = { state: event.state, reason: event.reason }
  // Whatever moves shows that the engine is back.
  else if (event.type === 'progress') trouble.value = null
})
connection.onReload(() => {
  trouble.value = null
  return Promise.resolve()
})

/** What the lab trains on, and what is wrong with it. */
export const engine = {
  trouble: computed(() => trouble.value),
  diagnosis: computed(() => diagnosis.value),
  busy: computed(() => runs.list.value.some(({ status }) => status === 'running')),
  /** How TensorFlow's installation goes, or went; null where there was none since the page was opened. */
  setUp: computed(() => setUp.value),
  async install(): Promise<void> {
    await lab.call('tensorflow.install', {})
    setUp.value ??= { type: 'setup', state: 'running', progress: null, error: null }
  },
  async cancelInstall(): Promise<void> {
    await lab.call('tensorflow.cancel', {})
  },
  /** Starts every engine and asks it. */
  async examine(signal?: AbortSignal): Promise<Diagnosis> {
    return (diagnosis.value = await lab.call('lab.doctor', {}, signal ? { signal } : {}))
  },
}
