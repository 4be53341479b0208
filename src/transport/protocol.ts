import { z } from 'zod'
import { errorCodes } from '../contract/errors.ts'
import { decodeMessage } from './framing.ts'

/** The caller's number of a call or stream. */
const id = z.int()

/** What a client sends. */
const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id, name: z.string(), input: z.unknown() }),
  z.object({
    kind: z.literal('open'),
    id,
    name: z.string(),
    input: z.unknown(),
    after: z.int().optional(),
  }),
  z.object({ kind: z.literal('cancel'), id }),
])
export type Request = z.infer<typeof request>

/** What a server sends. */
const reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), id, value: z.unknown() }),
  z.object({ kind: z.literal('event'), id, sequence: z.int(), event: z.unknown() }),
  z.object({ kind: z.literal('end'), id }),
  z.object({
    kind: z.literal('error'),
    id,
    error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }),
  }),
])
export type Reply = z.infer<typeof reply>

/** @returns null where the bytes are not of this protocol: a foreign, broken or hostile peer */
export const readRequest = (bytes: Uint8Array): Request | null => read(request, bytes)
export const readReply = (bytes: Uint8Array): Reply | null => read(reply, bytes)

function read<T extends z.ZodType>(schema: T, bytes: Uint8Array): z.output<T> | null {
  try {
    return schema.safeParse(decodeMessage(bytes)).data ?? null
  } catch {
    return null
  }
}
