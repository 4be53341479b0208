import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { repeatsOf, reproductionOf, type Measured, type Reproduction } from '../../bundle/reproduction.ts'
import { DescentError } from '../../contract/errors.ts'
import type { LabContract, LabEvent, OpenedBundle } from '../../contract/lab.ts'
import type { RunSummary } from '../../experiments/run.ts'
import { withStorageProblems } from '../../files/failures.ts'
import type { Broadcast } from '../../transport/broadcast.ts'
import type { Handlers } from '../../transport/server.ts'
import { stagingFolder } from '../hub/layout.ts'
import type { Library } from '../library/library.ts'
import { makeFolder, writeWhole } from '../write-whole.ts'
import { takeIn } from './open.ts'
import { planBundle } from './save.ts'
import { withBundle } from './unpack.ts'

type BundleCalls = Pick<
  Handlers<LabContract>['calls'],
  'bundle.write' | 'bundle.make' | 'bundle.open' | 'bundle.upload' | 'runs.reproduction'
>

interface BundleOptions {
  readonly library: Library
  readonly events: Broadcast<LabEvent>
  readonly cacheDir: string
  readonly now: () => Date
}

/** More is not carried to a page in one message. */
const mostBytes = 256 * 1024 * 1024

/** Bundles as front doors call them. */
export class LabBundles {
  readonly #options: BundleOptions

  constructor(options: BundleOptions) {
    this.#options = options
  }

  readonly handlers: BundleCalls = {
    'bundle.write': async ({ ids, locale, file }) => {
      const { library, now } = this.#options
      const { bytes, ...plan } = await planBundle(library, { ids, locale, now: now() })
      const hash = createHash('sha256')
      let sizeBytes = 0
      await makeFolder(dirname(file))
      await writeWhole(
        file,
        each(bytes(), (piece) => {
          hash.update(piece)
          sizeBytes += piece.byteLength
        }),
      )
      return { file, ...plan, sizeBytes, sha256: hash.digest('hex') }
    },
    'bundle.make': async ({ ids, locale }) => {
      const { library, now } = this.#options
      const { bytes, title } = await planBundle(library, { ids, locale, now: now() })
      const parts: Uint8Array[] = []
      let size = 0
      for await (const piece of bytes()) {
        parts.push(piece)
        size += piece.byteLength
        if (size > mostBytes)
          throw new DescentError(
            'unsupported',
            `The bundle has more than ${mostBytes / 1024 / 1024} MB, which a page cannot take at once.`,
            'Write it with `descent bundle save ID … --out FILE.descent.zip`.',
          )
      }
      return { title, bytes: new Uint8Array(Buffer.concat(parts)) }
    },
    'bundle.open': ({ path }, { signal }) => this.#open(path, signal),
    'bundle.upload': async ({ bytes }, { signal }) => {
      const folder = join(stagingFolder(this.#options.cacheDir), `upload-${randomUUID()}`)
      await withStorageProblems(folder, () => mkdir(folder, { recursive: true }))
      try {
        const file = join(folder, 'upload.descent.zip')
        await withStorageProblems(file, () => writeFile(file, bytes), bytes.byteLength)
        return await this.#open(file, signal)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    'runs.reproduction': async ({ runIds, among, tolerance }) => {
      const { library } = this.#options
      const originals = runIds.map((id) => library.run(id))
      const own = new Set(originals.map(({ id }) => id))
      const candidates = among
        ? library.runsAmong(among)
        : library.runs().filter(({ id, origin }) => origin === undefined && !own.has(id))
      const again = repeatsOf(originals, candidates)
      const runs: Reproduction[] = []
      for (const run of originals) {
        const repeat = again.get(run.id)
        runs.push(reproductionOf(this.#measured(run), repeat ? this.#measured(repeat) : null, tolerance))
        await setImmediate() // others are answered in between
      }
      return { runs }
    },
  }

  async #open(path: string, signal: AbortSignal): Promise<OpenedBundle> {
    const { library, events, cacheDir, now } = this.#options
    const { added, ...opened } = await withBundle(
      path,
      cacheDir,
      (bundle) => takeIn(library, bundle, now()),
      signal,
    )
    for (const run of added) events.publish({ type: 'run', run })
    return { ...opened, added: added.length }
  }

  #measured(run: RunSummary): Measured {
    const { library } = this.#options
    return { run, points: library.metrics(run.id), epochs: library.epochs(run.id) }
  }
}

async function* each<T>(items: AsyncIterable<T>, seen: (item: T) => void): AsyncGenerator<T> {
  for await (const item of items) {
    seen(item)
    yield item
  }
}
