import { computed, shallowRef } from 'vue'
import type { ErrorShape } from '../../../src/contract/errors.ts'
import type { DatasetStatus, LabEvent } from '../../../src/contract/lab.ts'
import { connection, lab } from '../connection/index.ts'

type DataEvent = Extract<LabEvent, { type: 'data' }>

const datasets = shallowRef<readonly DatasetStatus[]>([])
const loaded = shallowRef(false)
const progress = shallowRef<ReadonlyMap<string, NonNullable<DataEvent['progress']>>>(new Map())
const errors = shallowRef<ReadonlyMap<string, ErrorShape>>(new Map())

function put<T>(map: ReadonlyMap<string, T>, id: string, value: T | null): ReadonlyMap<string, T> {
  const next = new Map(map)
  if (value === null) next.delete(id)
  else next.set(id, value)
  return next
}

function setAll(list: readonly DatasetStatus[]): void {
  datasets.value = list
  loaded.value = true
}

connection.onReload(async (call) => setAll((await call('data.list', {})).datasets))

connection.onEvent((event) => {
  if (event.type !== 'data') return
  const { dataset } = event
  datasets.value = datasets.value.some(({ id }) => id === dataset.id)
    ? datasets.value.map((known) => (known.id === dataset.id ? dataset : known))
    : [...datasets.value, dataset]
  progress.value = put(progress.value, dataset.id, event.progress)
  errors.value = put(errors.value, dataset.id, event.error)
})

/** Datasets as they are on the lab's disk, and what their downloads do. */
export const data = {
  datasets: computed(() => datasets.value),
  loaded: computed(() => loaded.value),
  /** By dataset, while one downloads. */
  progress: computed(() => progress.value),
  /** The last failure, by dataset; gone with the next success. */
  errors: computed(() => errors.value),
  fetch: (id: string) => lab.call('data.fetch', { id }),
  /** Stops the download; `fetch` goes on from what arrived. */
  cancel: (id: string) => lab.call('data.cancel', { id }),
  /** Stops the download and forgets what arrived. */
  discard: (id: string) => lab.call('data.cancel', { id, discard: true }),
  async verify(id?: string): Promise<void> {
    const { datasets: checked } = await lab.call('data.verify', id === undefined ? {} : { id })
    const byId = new Map(checked.map((dataset) => [dataset.id, dataset]))
    setAll(datasets.value.map((known) => byId.get(known.id) ?? known))
  },
}
