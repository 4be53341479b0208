import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import type { DatasetPreview, LabContract, LabEvent } from '../contract/lab.ts'
import { airfoil } from '../datasets/airfoil.ts'
import { fashionMnist2000 } from '../datasets/fashion-mnist-2000.ts'
import { fashionMnist } from '../datasets/fashion-mnist.ts'
import type { Broadcast } from '../transport/broadcast.ts'
import type { Handlers } from '../transport/server.ts'
import type { DataHub } from './hub/hub.ts'

type DataCalls = Pick<
  Handlers<LabContract>['calls'],
  'data.list' | 'data.fetch' | 'data.cancel' | 'data.verify' | 'data.import' | 'data.upload' | 'data.preview'
>

const reportEveryMs = 100
const examplesPerClass = 24

/** The data hub as front doors call it: downloads go on in the background and tell how far they are. */
export class LabData {
  readonly #hub: DataHub
  readonly #events: Broadcast<LabEvent>
  readonly #fetching = new Map<string, { controller: AbortController; ended: Promise<void> }>()

  constructor(hub: DataHub, events: Broadcast<LabEvent>) {
    this.#hub = hub
    this.#events = events
  }

  readonly handlers: DataCalls = {
    'data.list': async () => ({ datasets: await this.#hub.list() }),
    'data.fetch': async ({ id }) => {
      await this.#hub.status(id) // an unknown id is the caller's error, not an event
      if (!this.#fetching.has(id)) {
        const controller = new AbortController()
        this.#fetching.set(id, { controller, ended: this.#fetch(id, controller) })
      }
      return {}
    },
    'data.cancel': async ({ id, discard }) => {
      const fetching = this.#fetching.get(id)
      fetching?.controller.abort()
      await fetching?.ended
      if (discard) {
        await this.#hub.discard(id)
        this.#events.publish({
          type: 'data',
          dataset: await this.#hub.status(id),
          progress: null,
          error: null,
        })
      }
      return {}
    },
    'data.verify': async ({ id }) => ({ datasets: await this.#hub.verify(id) }),
    'data.import': async ({ path }) => {
      const result = await this.#hub.import(path)
      await this.#tellAll()
      return result
    },
    'data.upload': async ({ name, bytes }) => {
      const folder = await mkdtemp(join(tmpdir(), 'descent-upload-'))
      try {
        const file = join(folder, basename(name.replaceAll('\\', '/')) || 'upload')
        await writeFile(file, bytes)
        const { recognised, refused, ignored } = await this.#hub.import(file)
        await this.#tellAll()
        // The person knows the file by its name, not by the folder it passed through.
        const named = <T extends { from: string }>(one: T): T => ({
          ...one,
          from: one.from.startsWith(folder) ? one.from.slice(folder.length + 1) : one.from,
        })
        return { recognised: recognised.map(named), refused: refused.map(named), ignored }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    'data.preview': async ({ id }) => this.#preview(id),
  }

  async #fetch(id: string, controller: AbortController): Promise<void> {
    let last = 0
    let failure: DescentError | null = null
    try {
      await this.#hub.fetch(id, {
        signal: controller.signal,
        onProgress: ({ file, receivedBytes, sizeBytes, source, bytesPerSecond }) => {
          const now = performance.now()
          if (now - last < reportEveryMs) return
          last = now
          const progress = {
            file,
            receivedBytes,
            sizeBytes,
            source,
            ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
          }
          this.#hub.status(id).then(
            (dataset) => {
              if (this.#fetching.has(id))
                this.#events.publish({ type: 'data', dataset, progress, error: null })
            },
            () => undefined, // the download itself says what is wrong
          )
        },
      })
    } catch (thrown) {
      const error = DescentError.from(thrown)
      if (error.code !== 'cancelled') failure = error
    }
    this.#fetching.delete(id)
    try {
      const dataset = await this.#hub.status(id)
      this.#events.publish({ type: 'data', dataset, progress: null, error: failure?.toJSON() ?? null })
    } catch (error) {
      console.error(`data ${id}:`, error) // nobody waits for this who could be told
    }
  }

  async #tellAll(): Promise<void> {
    for (const dataset of await this.#hub.list())
      this.#events.publish({ type: 'data', dataset, progress: null, error: null })
  }

  async #preview(id: string): Promise<DatasetPreview> {
    if (id === airfoil.id) {
      const { rows, features, target, columns } = await this.#hub.load(airfoil, { offline: true })
      const width = columns.length - 1
      return {
        kind: 'table',
        rows,
        columns: columns.map((column, j) => ({
          ...column,
          values: Float64Array.from(
            { length: rows },
            (_, row) => (j < width ? features[row * width + j] : target[row]) ?? NaN,
          ),
        })),
      }
    }
    const pictures = [fashionMnist, fashionMnist2000].find((dataset) => dataset.id === id)
    if (pictures) {
      const { train, classes } = await this.#hub.load(pictures, { offline: true })
      const size = 28 * 28
      return {
        kind: 'images',
        width: 28,
        height: 28,
        classes: classes.map((title, label) => {
          const rows = [...train.labels.keys()].filter((row) => train.labels[row] === label)
          const shown = rows.slice(0, examplesPerClass)
          const images = new Uint8Array(shown.length * size)
          shown.forEach((row, i) => images.set(train.images.subarray(row * size, (row + 1) * size), i * size))
          return { title, count: rows.length, examples: shown.length, images }
        }),
      }
    }
    throw new DescentError(
      'not-found',
      `There is no dataset "${id}" to look at.`,
      '`descent list datasets` shows all.',
    )
  }
}
