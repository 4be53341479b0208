import { refusedBundle } from './manifest.ts'

/** SHA-256 by path. */
export type Sums = ReadonlyMap<string, string>

/** As `sha256sum -c` reads it: the hash, two spaces, the path. */
export const writeSums = (sums: Sums): string =>
  [...sums].map(([path, sha256]) => `${sha256}  ${path}\n`).join('')

/** @throws DescentError `archive-refused` */
export function readSums(text: string): Sums {
  const sums = new Map<string, string>()
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []
    if (sha256 === undefined || path === undefined || sums.has(path))
      throw refusedBundle(`SHA256SUMS:${index + 1} is not a hash and a path, or names a file again`)
    sums.set(path, sha256)
  }
  return sums
}
