import { filePaths } from './layout.ts'
import { localSources } from './local-sources.ts'
import { liveHolder } from '../../files/lock.ts'
import { partialBytes } from './partial.ts'
import { examineCheaply } from './stamp.ts'
import type { FileStatus, HubContext, RegistryFile } from './types.ts'

/** What is known of a file without reading it, unless it changed since it was read last. */
export async function fileStatus(context: HubContext, wanted: RegistryFile): Promise<FileStatus> {
  const { dataset, file } = wanted
  const paths = filePaths(context.cacheDir, dataset.id, file.name)
  const status = { name: file.name, path: paths.final, sizeBytes: file.sizeBytes, sha1: file.sha1 }
  const { state } = await examineCheaply(paths, file)
  if (state === 'good') return { ...status, state: 'ready' }

  const localSource = (await localSources(wanted, context)).at(0)
  const rest = { ...status, ...(localSource === undefined ? {} : { localSource }) }
  const receivedBytes = await partialBytes(paths.folder, file.name)
  if (await liveHolder(paths.lock, context.timings.staleMs, context.now())) {
    return { ...rest, state: 'downloading', receivedBytes: receivedBytes ?? 0 }
  }
  if (state === 'bad') return { ...rest, state: 'damaged' }
  if (receivedBytes !== undefined) return { ...rest, state: 'partial', receivedBytes }
  return { ...rest, state: 'missing' }
}
