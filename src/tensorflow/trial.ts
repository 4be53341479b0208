import { join } from 'node:path'
import { z } from 'zod'
import { DescentError } from '../contract/errors.ts'
import { errorMessage } from '../files/failures.ts'
import { lastWords, run, type Outcome } from './child.ts'
import type { Runtime } from './runtime.ts'

const trialSchema = z.object({
  tensorflow: z.string(),
  tfjs: z.string(),
  device: z.enum(['gpu', 'cpu']),
})
export interface Trial extends z.infer<typeof trialSchema> {
  /** What TensorFlow said meanwhile: why it passed over a card, for one. */
  notes: string
}

const timeoutMs = 120_000

/**
 * Loads a runtime and multiplies two matrices with it, in a process of its own: a library that crashes, or a processor
 * that lacks an instruction, takes nothing else along.
 *
 * @throws DescentError `engine-unavailable` with what happened
 */
export async function tryRuntime(
  runtime: Pick<Runtime, 'folder' | 'binding'>,
  options: { env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): Promise<Trial> {
  const { env = process.env, signal } = options
  const child = join(import.meta.dirname, 'trial-child.ts')
  let outcome: Outcome
  try {
    outcome = await run(process.execPath, [child, runtime.folder, runtime.binding], {
      // Its reasons for passing over a card are warnings.
      env: { ...env, TF_CPP_MIN_LOG_LEVEL: '0' },
      timeoutMs,
      ...(signal ? { signal } : {}),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw unavailable(runtime, errorMessage(cause), cause)
  }
  if (outcome.code !== 0) throw unavailable(runtime, ending(outcome))
  const answer = trialSchema.safeParse(JSON.parse(outcome.stdout.trim().split('\n').at(-1) ?? 'null'))
  if (!answer.success) throw unavailable(runtime, `it answered ${lastWords(outcome, 1)}`)
  return { ...answer.data, notes: outcome.stderr }
}

function ending(outcome: Outcome): string {
  if (outcome.signal === 'SIGILL')
    return "the processor lacks an instruction that it needs (TensorFlow's builds need AVX)"
  if (outcome.signal !== null) return `it crashed (${outcome.signal})`
  return lastWords(outcome, 3)
}

function unavailable({ folder }: Pick<Runtime, 'folder'>, reason: string, cause?: unknown): DescentError {
  return new DescentError(
    'engine-unavailable',
    `TensorFlow in ${folder} does not work: ${reason}`,
    'Run `descent doctor --fix`; if that does not help, remove the folder and run it again.',
    { cause },
  )
}
