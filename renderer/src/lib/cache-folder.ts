import type { DatasetStatus } from '../../../src/contract/lab.ts'

/** The folder that dataset files lie under: what their paths have in common. Null where it is not to be seen. */
export function cacheFolder(datasets: readonly DatasetStatus[]): string | null {
  const paths = datasets.flatMap(({ files }) => files.map(({ path }) => path))
  const [first] = paths
  if (first === undefined) return null
  const separator = first.includes('\\') ? '\\' : '/'
  const folders = paths.map((path) => path.split(separator).slice(0, -1))
  const shared = folders.reduce((common, parts) => {
    const differs = common.findIndex((part, index) => part !== parts[index])
    return differs === -1 ? common : common.slice(0, differs)
  })
  return shared.length > 1 ? shared.join(separator) : null
}
