import { statfs } from 'node:fs/promises'

/** Room for whoever is not the system's administrator, on the disk that holds a folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY // A file system that does not say: the write will.
  }
}
