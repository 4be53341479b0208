import { DescentError } from '../contract/errors.ts'

/** `26,421,880 bytes`. */
export function bytesText(count: number): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? 'byte' : 'bytes'}`
}

export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

export function diskFull(
  path: string,
  neededBytes?: number,
  freeBytes?: number,
  cause?: unknown,
): DescentError {
  const needed = neededBytes === undefined ? '' : `; ${bytesText(neededBytes)} are needed`
  const free = freeBytes === undefined ? '' : ` and ${bytesText(freeBytes)} are free`
  return new DescentError(
    'disk-full',
    `The disk that holds ${path} has no room left${needed}${free}.`,
    'Free some space and try again, or move the cache to another disk with DESCENT_CACHE. What has been downloaded is kept.',
    { cause },
  )
}

/** A failed operation on the cache's files, as the person sees it. Anything unforeseen is handed back as it is. */
export function storageProblem(error: unknown, path: string, neededBytes?: number): unknown {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path, neededBytes, undefined, error)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new DescentError(
        'invalid-value',
        `The cache cannot be written: ${path} (${errorMessage(error)}).`,
        'Give yourself the right to write there, or name another folder with DESCENT_CACHE.',
        { cause: error },
      )
    default:
      return error
  }
}

export async function withStorageProblems<T>(
  path: string,
  work: () => Promise<T>,
  neededBytes?: number,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storageProblem(error, path, neededBytes)
  }
}

export function cancelled(what: string, remedy: string, cause?: unknown): DescentError {
  return new DescentError('cancelled', `${what} was cancelled.`, remedy, { cause })
}

export function throwIfCancelled(signal: AbortSignal | undefined, what: string, remedy: string): void {
  if (signal?.aborted) throw cancelled(what, remedy, signal.reason)
}
