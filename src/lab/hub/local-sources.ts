import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { RegistryFile } from './types.ts'

export interface LocalSourceOptions {
  resourcesDir: string
  systemSources: boolean
  searchPaths: readonly string[]
}

/** The places on this machine that may hold a file already: brought along, put there by other software, named. */
export async function localSources(
  { dataset, file }: RegistryFile,
  options: LocalSourceOptions,
): Promise<string[]> {
  const places: string[] = []
  if (file.bundled !== undefined) places.push(join(options.resourcesDir, file.bundled))
  if (options.systemSources) places.push(...(file.systemPaths ?? []).map(expandHome))
  for (const folder of options.searchPaths) {
    places.push(
      join(folder, file.name),
      join(folder, dataset.id, file.name),
      join(folder, 'datasets', dataset.id, file.name),
    )
  }
  const there = await Promise.all(places.map(isFile))
  return places.filter((_, index) => there[index])
}

function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )
}
