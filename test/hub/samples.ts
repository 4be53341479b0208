import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, gunzipSync } from 'node:zlib'
import type { DatasetDefinition, DatasetFile } from '../../src/datasets/dataset.ts'
import { DataHub } from '../../src/lab/hub/hub.ts'
import type { HubOptions } from '../../src/lab/hub/hub.ts'
import type { Sleep } from '../../src/lab/hub/back-off.ts'

export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

/** Bytes that no compression makes smaller, the same at every run. */
export function noise(count: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(count)
  let state = seed
  for (let index = 0; index < count; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

export function sampleFile(name: string, bytes: Uint8Array, more: Partial<DatasetFile> = {}): DatasetFile {
  return { name, urls: [], sizeBytes: bytes.byteLength, sha1: sha1(bytes), ...more }
}

/** A file that is a gzip itself, as the registry describes one. */
export function sampleGzipFile(name: string, bytes: Buffer, more: Partial<DatasetFile> = {}): DatasetFile {
  const content = gunzipSync(bytes)
  const headerBytes = bytes[3] === 8 ? bytes.indexOf(0, 10) + 1 : 10
  return sampleFile(name, bytes, {
    compression: 'gzip',
    gzip: {
      header: bytes.subarray(0, headerBytes).toString('hex'),
      contentBytes: content.byteLength,
      contentCrc32: crc32(content),
    },
    ...more,
  })
}

/** A gzip with the name in its header, as `gzip FILE` makes it (and zlib does not). */
export function withGzipName(bytes: Buffer, name: string): Buffer {
  const header = Buffer.from(bytes.subarray(0, 10))
  header[3] = 8
  header.writeUInt32LE(1_504_176_000, 4)
  return Buffer.concat([header, Buffer.from(`${name}\0`, 'latin1'), bytes.subarray(10)])
}

export function sampleDataset(
  id: string,
  files: readonly DatasetFile[],
): DatasetDefinition<Record<string, number>> {
  return {
    id,
    title: { en: id, 'zh-CN': id },
    description: { en: id, 'zh-CN': id },
    licence: { name: 'none', url: 'https://example.org/', attribution: 'nobody' },
    homepage: 'https://example.org/',
    files,
    parse: (bytes) => Object.fromEntries(Object.entries(bytes).map(([name, one]) => [name, one.byteLength])),
  }
}

export interface Workplace {
  folder: string
  cacheDir: string
  /** Every back-off so far, in milliseconds; none is really waited for. */
  pauses: number[]
  path(...parts: string[]): string
  put(name: string, bytes: string | Uint8Array): Promise<string>
  hub(datasets: readonly DatasetDefinition[], more?: Partial<HubOptions>): DataHub
  remove(): Promise<void>
}

export async function makeWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-hub-'))
  const cacheDir = join(folder, 'cache')
  const pauses: number[] = []
  const sleep: Sleep = async (milliseconds, signal) => {
    signal?.throwIfAborted()
    pauses.push(milliseconds)
  }
  return {
    folder,
    cacheDir,
    pauses,
    path: (...parts) => join(folder, ...parts),
    async put(name, bytes) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      return path
    },
    hub: (datasets, more = {}) =>
      new DataHub({
        cacheDir,
        resourcesDir: join(folder, 'resources'),
        datasets,
        sleep,
        random: () => 1,
        systemSources: false,
        ...more,
        timings: { pollMs: 10, heartbeatMs: 50, ...more.timings },
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
