import { open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renameIntoPlace } from '../files/place.ts'
import { tfjsVersion } from './compile.ts'
import {
  listFiles,
  manifestName,
  readRuntime,
  runtimeHash,
  verifyRuntime,
  type Manifest,
  type Runtime,
} from './runtime.ts'

/**
 * Lists what was put together in a manifest, sees to it that all of it is on the disk, and gives it its name, which says
 * what it is: `2.21.0-cpu-linux-x64-ffe5ef10afa0`.
 *
 * @param target on the same file system as `folder`, which holds the runtimes
 */
export async function publish(
  target: string,
  folder: string,
  about: Pick<Manifest, 'tensorflow' | 'variant' | 'cuda' | 'source' | 'binding' | 'chosen'>,
  signal?: AbortSignal,
): Promise<Runtime> {
  const files = await listFiles(target, signal)
  const manifest: Manifest = {
    schema: 1,
    tfjs: tfjsVersion(),
    platform: process.platform,
    arch: process.arch,
    installedAt: new Date().toISOString(),
    ...about,
    files,
  }
  for (const { path } of files) await flush(join(target, path))
  await writeFile(join(target, manifestName), `${JSON.stringify(manifest, null, 1)}\n`, { flush: true })
  signal?.throwIfAborted()
  const hash = runtimeHash(files).slice(0, 12)
  const { tensorflow, variant, platform, arch } = manifest
  const place = join(folder, [tensorflow, variant, platform, arch, hash].join('-'))
  const there = await readRuntime(place)
  if (there.state === 'complete' && (await verifyRuntime(there.runtime, signal)) === undefined) {
    // A process may have loaded it: the same bytes are left as they are.
    await renameIntoPlace(join(target, manifestName), join(place, manifestName))
  } else {
    await rm(place, { recursive: true, force: true })
    await renameIntoPlace(target, place)
  }
  return { folder: place, binding: join(place, manifest.binding), manifest }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
