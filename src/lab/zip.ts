import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** A file of an archive: a relative path with `/`, and its contents piece by piece. */
export interface ZippedFile {
  readonly path: string
  /** Compressed already. */
  readonly dense?: boolean
  readonly pieces: () => Iterable<string | Uint8Array>
}

/** Of files that were made now and whose time says nothing: the first that the format knows, in no time zone. */
export const noTime = new Date(1980, 0, 1)

/**
 * One file after the other, so that as much is held in memory as a piece takes.
 * @param modified what is said of every file; by default that it was made now
 */
export async function* zip(files: readonly ZippedFile[], modified?: Date): AsyncGenerator<Uint8Array> {
  const archive = new ZipFile()
  for (const { path, dense = false, pieces } of files)
    archive.addReadStreamLazy(
      path,
      { compress: !dense, ...(modified && { mtime: modified, mode: 0o100644, forceDosTimestamp: true }) },
      (give) => {
        give(null, Readable.from(bytesOf(pieces()), { objectMode: false }))
      },
    )
  archive.end()
  const output = archive.outputStream.pipe(new PassThrough())
  archive.on('error', (error: Error) => output.destroy(error))
  for await (const chunk of output) yield chunk as Uint8Array
}

function* bytesOf(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}
