import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import { Random } from '../math/random.ts'
import type { Dimension, Space } from './dimension.ts'
import { randomSearch } from './random-search.ts'
import type { Sampler } from './sampler.ts'
import type { UnitPoint } from './space.ts'

/** Trials before the sampler learns from any. */
const startup = 10
/** Of so many points drawn from the good ones' density the most promising is tried. */
const candidates = 24
/** The best share of the trials counts as good, but no more than this many. */
const goodShare = 0.1
const mostGood = 25
/** Width of the kernels of a single trial; narrower the more there are (Scott's rule). */
const widest = 0.2
/** How likely a kernel keeps its own of some listed values, beyond chance. */
const loyalty = 0.8

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011), over all parameters together as in BOHB (Falkner et al.
 * 2018): good and bad trials are smoothed to densities l and g, and of some points drawn from l the one with the
 * largest l/g is tried. A uniform part keeps every place possible.
 */
export const tpe: Sampler = {
  id: 'tpe',
  generation: 4,
  propose(k, context, observed) {
    if (observed.length < startup) return randomSearch.propose(k, context, observed)
    const ranked = [...observed].sort((a, b) => (a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0))
    const good = Math.min(mostGood, Math.ceil(goodShare * ranked.length))
    const random = Random.from(context.seed, 'tpe', k)
    const units = ranked.map(({ unit }) => unit)
    const l = density(context.space, units.slice(0, good))
    const g = density(context.space, units.slice(good))
    let best = { unit: [] as UnitPoint, ratio: -Infinity }
    for (let n = 0; n < candidates; n++) {
      const unit = l.draw(random)
      const ratio = Math.log(l.at(unit)) - Math.log(g.at(unit))
      if (ratio > best.ratio) best = { unit, ratio }
    }
    return best.unit
  },
}

interface Density {
  at(unit: UnitPoint): number
  draw(random: Random): UnitPoint
}

/** A kernel around each point, and one that is uniform, with equal weights. */
function density(space: Space, points: readonly UnitPoint[]): Density {
  const dimensions = Object.values(space)
  const width = widest * points.length ** (-1 / (dimensions.length + 4))
  const kernels = dimensions.map((dimension) => kernelOf(dimension, width))
  return {
    at(unit) {
      let sum = 1
      for (const point of points)
        sum += kernels.reduce(
          (product, kernel, d) => product * kernel.at(unit[d] as number, point[d] as number),
          1,
        )
      return sum / (points.length + 1)
    },
    draw(random) {
      const point = points[random.integer(points.length + 1)]
      return kernels.map((kernel, d) => (point ? kernel.draw(random, point[d] as number) : random.uniform()))
    },
  }
}

interface Kernel {
  at(u: number, centre: number): number
  draw(random: Random, centre: number): number
}

const kernelOf = (dimension: Dimension, width: number): Kernel =>
  'values' in dimension ? category(dimension.values.length) : normal(width)

/** Cut off at 0 and 1. */
function normal(width: number): Kernel {
  // Of each centre it is asked for once a candidate.
  const areas = new Map<number, number>()
  const areaOf = (centre: number): number => {
    let area = areas.get(centre)
    if (area === undefined) {
      const inside = normalCdf(1, centre, width) - normalCdf(0, centre, width)
      areas.set(centre, (area = width * Math.sqrt(2 * Math.PI) * inside))
    }
    return area
  }
  return {
    at: (u, centre) => Math.exp(-0.5 * ((u - centre) / width) ** 2) / areaOf(centre),
    draw(random, centre) {
      for (;;) {
        const u = centre + width * random.normal()
        if (u >= 0 && u <= 1) return u
      }
    },
  }
}

/** Of `n` listed values. */
function category(n: number): Kernel {
  const indexOf = (u: number) => Math.min(n - 1, Math.floor(u * n))
  return {
    at: (u, centre) => 1 - loyalty + (indexOf(u) === indexOf(centre) ? loyalty * n : 0),
    draw: (random, centre) => (random.uniform() < loyalty ? centre : (random.integer(n) + 0.5) / n),
  }
}
