import { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { playgroundState, type PlaygroundState } from './state.ts'

export const playgroundFileName = 'playground.descent.json'

const file = z.strictObject({
  descent: z.literal('playground'),
  version: z.literal(1),
  state: playgroundState,
})

/** A state as the text of a `.descent.json` file. */
export function fileOf(state: PlaygroundState): string {
  return `${JSON.stringify({ descent: 'playground', version: 1, state }, null, 2)}\n`
}

/** @throws DescentError `invalid-value` where the text is no such file, naming the first field that is wrong */
export function readPlaygroundFile(text: string): PlaygroundState {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw refused('it is not JSON', cause)
  }
  const parsed = file.safeParse(json)
  if (parsed.success) return parsed.data.state
  const [issue] = parsed.error.issues
  throw refused(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unreadable'}`, parsed.error)
}

const refused = (what: string, cause: unknown): DescentError =>
  new DescentError(
    'invalid-value',
    `The file does not describe a playground: ${what}.`,
    'Choose a .descent.json file that was saved on the Playground page.',
    { cause },
  )
