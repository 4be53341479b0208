import type { z } from 'zod'

/**
 * One literal of calls and streams; client, server and validators derive from it. A call has one answer; a stream
 * has numbered events and can be resumed after the last number seen.
 */
export interface Contract {
  readonly calls: Readonly<Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>>
  readonly streams: Readonly<Record<string, { readonly input: z.ZodType; readonly event: z.ZodType }>>
}

export const defineContract = <const C extends Contract>(contract: C): C => contract

export type CallName<C extends Contract> = keyof C['calls'] & string
export type StreamName<C extends Contract> = keyof C['streams'] & string
/** What a caller may give: defaults not yet filled in. */
export type CallInput<C extends Contract, N extends CallName<C>> = z.input<C['calls'][N]['input']>
export type CallOutput<C extends Contract, N extends CallName<C>> = z.output<C['calls'][N]['output']>
export type StreamInput<C extends Contract, N extends StreamName<C>> = z.input<C['streams'][N]['input']>
export type StreamEvent<C extends Contract, N extends StreamName<C>> = z.output<C['streams'][N]['event']>

/** An event with its number. A reader that reconnects asks for what came after the last number it saw. */
export interface Numbered<T> {
  readonly sequence: number
  readonly event: T
}
