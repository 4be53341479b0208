import type { Command } from 'commander'

/** What every command gets besides its own arguments. */
export interface Terminal {
  /** Results as one JSON value on standard output; everything else goes to standard error. */
  readonly json: boolean
  readonly locale: 'en' | 'zh-CN'
  /** A result: `text` for people, `value` for programs. NaN and infinities become null. */
  print(value: unknown, text: () => string): void
  /** For people only, on standard error. */
  note(text: string): void
  /** Sets the exit code of an otherwise good end. */
  exit(code: number): void
  /** Aborts on Ctrl-C. Who asks for it ends soon after that; where nobody asked, Ctrl-C ends the process at once. */
  readonly signal: AbortSignal
}

/** Adds a command to the program; its action loads what it needs when it runs. */
export type RegisterCommand = (program: Command, act: Act) => void

/** Wraps an action: options come parsed, errors are printed, the exit code is set. */
export type Act = <A extends unknown[]>(
  action: (terminal: Terminal, ...args: A) => Promise<void>,
) => (...args: A) => Promise<void>
