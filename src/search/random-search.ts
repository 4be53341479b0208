import { Random } from '../math/random.ts'
import type { Sampler } from './sampler.ts'

/**
 * Independent uniform points (Bergstra & Bengio 2012). A dimension's numbers depend on its name alone, so optimizers
 * that share a range try the same learning rates.
 */
export const randomSearch: Sampler = {
  id: 'random',
  generation: Infinity,
  propose: (k, { space, seed }) =>
    Object.keys(space).map((name) => Random.from(seed, 'search', name, k).uniform()),
}
