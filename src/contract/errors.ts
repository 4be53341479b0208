/**
 * Every way a call can fail, as the person who made it sees it: a code other programs may test for,
 * a sentence that names the value and the bound, and what to do about it.
 */
export const errorCodes = [
  'usage', // the command line or a request is not of the expected form
  'invalid-value', // a value is outside its bounds
  'not-found', // an id names nothing
  'expression', // a typed objective is not mathematics
  'diverged',
  'data-missing',
  'data-damaged',
  'download-failed',
  'archive-refused',
  'disk-full',
  'library-locked',
  'library-newer', // the library was written by a later version
  'engine-unavailable',
  'engine-died',
  'connection-lost',
  'conflict', // the run is not in a state that allows it
  'cancelled',
  'interrupted',
  'unsupported',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface ErrorShape {
  code: ErrorCode
  message: string
  remedy: string
}

export class DescentError extends Error {
  override name = 'DescentError'
  readonly code: ErrorCode
  /** What the reader can do now, as a sentence. */
  readonly remedy: string

  constructor(code: ErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.remedy = remedy
  }

  toJSON(): ErrorShape {
    return { code: this.code, message: this.message, remedy: this.remedy }
  }

  /** Anything thrown, as a DescentError: an unforeseen one keeps its message and says it is a bug. */
  static from(thrown: unknown): DescentError {
    if (thrown instanceof DescentError) return thrown
    if (thrown instanceof Error && thrown.name === 'AbortError')
      return new DescentError(
        'cancelled',
        'The operation was cancelled.',
        'Start it again when you are ready.',
        {
          cause: thrown,
        },
      )
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return new DescentError(
      'internal',
      message,
      'This is a bug in Descent Lab; please report it with the steps that led here.',
      {
        cause: thrown,
      },
    )
  }
}
