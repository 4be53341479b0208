import { z } from 'zod'
import { errorCodes } from '../contract/errors.ts'
import { decodeMessage } from './framing.ts'

/** The caller's number of a call or stream. */
const id = z.int()

/** What a client sends. */
const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id, name: z.string(), input: z.unknown().optional() }),
  z.object({
    kind: z.literal('open'),
    id,
    name: z.string(),
    input: z.unknown().optional(),
    after: z.int().optional(),
  }),
  z.object({ kind: z.literal('cancel'), id }),
])
export type Request = z.infer<typeof request>

/** What a server sends. */
const reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), id, value: z.unknown().optional() }),
  z.object({ kind: z.literal('event'), id, sequence: z.int(), event: z.unknown().optional() }),
  z.object({ kind: z.literal('end'), id }),
  z.object({
    kind: z.literal('error'),
    id,
    error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }),
  }),
])
export type Reply = z.infer<typeof reply>

/** @throws Error where the bytes are not of this protocol: a foreign, broken or hostile peer */
export const readRequest = (bytes: Uint8Array): Request => request.parse(decodeMessage(bytes))
export const readReply = (bytes: Uint8Array): Reply => reply.parse(decodeMessage(bytes))
