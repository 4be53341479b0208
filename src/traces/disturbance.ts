import { Random } from '../math/random.ts'

/** What keeps a gradient from being exact; the same numbers for every optimizer that is given the same seed. */
export interface Disturbance {
  /** Added to partial derivative i of step k (from 0): `noise[k * dimension + i]`; null: nothing. */
  readonly noise: Float64Array | null
  /** Whether partial derivative i of step k is kept (1) or 0, laid out alike; null: all are. */
  readonly kept: Uint8Array | null
}

/**
 * Noise and zeros of a whole walk, drawn in advance from a stream each: zeros do not shift the noise.
 * @param noise standard deviation, not below 0
 * @param sparse probability with which a partial derivative is kept, in (0, 1]
 */
export function disturbanceOf(
  { noise, sparse, seed }: { noise: number; sparse: number; seed: number },
  steps: number,
  dimension: number,
): Disturbance {
  const count = steps * dimension
  const normal = Random.from(seed, 'gradient noise')
  const uniform = Random.from(seed, 'sparse gradient')
  return {
    noise: noise > 0 ? Float64Array.from({ length: count }, () => noise * normal.normal()) : null,
    kept: sparse < 1 ? Uint8Array.from({ length: count }, () => (uniform.uniform() < sparse ? 1 : 0)) : null,
  }
}

/** Disturbs the gradient of step k in place. A derivative that is not kept is 0, its noise included. */
export function disturb({ noise, kept }: Disturbance, k: number, g: Float64Array): void {
  const at = k * g.length
  for (let i = 0; i < g.length; i++) {
    if (noise) g[i] = (g[i] as number) + (noise[at + i] as number)
    if (kept?.[at + i] === 0) g[i] = 0
  }
}
