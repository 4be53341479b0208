import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { DescentError, errorCodes } from '../contract/errors.ts'
import { errorMessage } from '../files/failures.ts'
import { lastWords, run, type Outcome } from './child.ts'
import type { Runtime } from './runtime.ts'

const trialSchema = z.object({
  versions: z.record(z.string(), z.string()),
  /** Where it computed. */
  device: z.enum(['gpu', 'cpu']),
  /** The card or the backend, as it calls itself. */
  name: z.string(),
})
const failureSchema = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }),
})

export interface Trial extends z.infer<typeof trialSchema> {
  /** What the libraries said meanwhile: why they passed over a card, for one. */
  notes: string
}

export interface TrialOptions {
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

const child = fileURLToPath(new URL('./trial-child.ts', import.meta.url))
const timeoutMs = 120_000

/**
 * Loads a runtime and multiplies two matrices with it.
 * @throws DescentError `engine-unavailable` with what happened
 */
export function tryRuntime(
  { folder, binding }: Pick<Runtime, 'folder' | 'binding'>,
  options: TrialOptions = {},
): Promise<Trial> {
  return tryEngine('tensorflow', [folder, binding], {
    what: `TensorFlow in ${folder}`,
    remedy: 'Run `descent doctor --fix`; if that does not help, remove the folder and run it again.',
    ...options,
  })
}

/** The same with the graphics card that WebGPU shows first. @throws DescentError as `tryRuntime` */
export function tryWebGpu(options: TrialOptions = {}): Promise<Trial> {
  return tryEngine('webgpu', [], {
    what: 'WebGPU',
    remedy: 'Update the driver of the graphics card, or use another engine.',
    ...options,
  })
}

/** The same with plain JavaScript. @throws DescentError as `tryRuntime` */
export function tryPortable(options: TrialOptions = {}): Promise<Trial> {
  return tryEngine('portable', [], { what: 'tfjs', remedy: 'Run `npm ci` in its folder.', ...options })
}

/** In a process of its own: a library that crashes, or a processor that lacks an instruction, takes nothing else along. */
async function tryEngine(
  engine: string,
  args: readonly string[],
  options: TrialOptions & { what: string; remedy: string },
): Promise<Trial> {
  const { env = process.env, signal, what, remedy } = options
  const unavailable = (reason: string, cause?: unknown): DescentError =>
    new DescentError('engine-unavailable', `${what} does not work: ${reason}`, remedy, { cause })
  let outcome: Outcome
  try {
    outcome = await run(process.execPath, [child, engine, ...args], {
      // TensorFlow's reasons for passing over a card are warnings.
      env: { ...env, TF_CPP_MIN_LOG_LEVEL: '0' },
      timeoutMs,
      ...(signal ? { signal } : {}),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw unavailable(errorMessage(cause), cause)
  }
  const answer = lastValue(outcome.stdout)
  const trial = trialSchema.safeParse(answer)
  if (outcome.code === 0 && trial.success) return { ...trial.data, notes: outcome.stderr }
  const failure = failureSchema.safeParse(answer)
  if (!failure.success) throw unavailable(ending(outcome))
  const { code, message, remedy: itsOwn } = failure.data.error
  if (code === 'internal') throw unavailable(message)
  throw new DescentError(code, withWords(message, outcome.stderr), itsOwn)
}

/** What was written down of an earlier trial. */
export function parseTrial(text: string): Trial | undefined {
  const parsed = trialSchema.extend({ notes: z.string() }).safeParse(lastValue(text))
  return parsed.success ? parsed.data : undefined
}

/** What the child prints last is its answer. */
function lastValue(text: string): unknown {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}

/** Dawn names the library that it could not load in a warning only. */
function withWords(message: string, words: string): string {
  const reason = /Couldn't load \w+: .+/.exec(words)?.[0]
  return reason === undefined ? message : `${message} ${reason}.`
}

function ending(outcome: Outcome): string {
  if (outcome.signal === 'SIGILL')
    return "the processor lacks an instruction that it needs (TensorFlow's builds need AVX)"
  if (outcome.signal !== null) return `it crashed (${outcome.signal})`
  return lastWords(outcome, 3)
}
