import type { OnProgress } from './progress.ts'
import type { Manifest } from './runtime.ts'
import type { Build } from './wheels.ts'

/** Where and with what an installation is put together. */
export interface Workshop {
  /** Becomes the runtime's folder. */
  target: string
  /** Is gone afterwards. */
  scratch: string
  /** Kept until an installation succeeds, so that a second try need not download again. */
  downloads: string
  /** Where a package of this program brings bindings along (prebuilt.ts). */
  prebuilt: string
  /** The wheels there are for this machine. */
  buildFor: (variant: Build['variant']) => Build | undefined
  env: NodeJS.ProcessEnv
  signal?: AbortSignal
  onProgress?: OnProgress
}

/** What has been put together in `target`. */
export type Assembled = Pick<Manifest, 'variant' | 'cuda' | 'source' | 'binding'>

/** `env` and `signal`, for who has to be given both. */
export function toolsOf({ env, signal }: Workshop): { env: NodeJS.ProcessEnv; signal?: AbortSignal } {
  return { env, ...(signal ? { signal } : {}) }
}
