import { Random } from '../math/random.ts'
import type { Sampler } from './sampler.ts'

const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]

/**
 * Halton's sequence (1960) with a random shift modulo 1 (Cranley & Patterson 1976): fills the space more evenly than
 * chance does, however many trials there will be.
 */
export const quasiRandom: Sampler = {
  id: 'quasi-random',
  generation: Infinity,
  propose: (k, { space, seed }) =>
    Object.keys(space).map((name, i) => {
      const shift = Random.from(seed, 'halton shift', name).uniform()
      return (radicalInverse(k, primes[i % primes.length] as number) + shift) % 1
    }),
}

/** The digits of k in a base, mirrored at the point: in [0, 1). */
export function radicalInverse(k: number, base: number): number {
  let inverse = 0
  let weight = 1
  for (let rest = k; rest > 0; rest = Math.floor(rest / base)) {
    weight /= base
    inverse += (rest % base) * weight
  }
  return inverse
}
