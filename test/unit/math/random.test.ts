import { describe, expect, test } from 'vitest'
import { Random } from '../../../src/math/random.ts'

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next)
const uniforms = (random: Random, count: number) => draw(count, () => random.uniform())
const words = (random: Random, count: number) => draw(count, () => random.uint32())

/**
 * The generator again in plain integers, from its definition: sfc32 with 128 bits of state and 15 rounds to begin
 * with, MurmurHash3's finaliser to mix the labels in.
 */
class Reference {
  readonly #mask = 0xffffffffn
  #a: bigint
  #b: bigint
  #c: bigint
  #counter = 1n

  constructor(seed: bigint, ...path: (string | bigint)[]) {
    this.#a = this.#mix(seed ^ 0x9e3779b9n)
    this.#b = this.#mix(seed + 0x85ebca6bn)
    this.#c = this.#mix(seed ^ 0xc2b2ae35n)
    for (const label of path) {
      const encoded =
        typeof label === 'bigint'
          ? [0x6e756dn, label, label >> 32n]
          : [0x737472n, BigInt(label.length), ...Array.from(label, (c) => BigInt(c.codePointAt(0) ?? 0))]
      for (const word of encoded) {
        const w = word & this.#mask
        this.#a = this.#mix(this.#a ^ w)
        this.#b = this.#mix(this.#b + w * 0x27d4eb2fn)
        this.#c = this.#mix(this.#c ^ (w * 0x165667b1n))
      }
    }
    for (let i = 0; i < 15; i++) this.next()
  }

  #mix(h: bigint): bigint {
    h &= this.#mask
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & this.#mask
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & this.#mask
    return h ^ (h >> 16n)
  }

  next(): bigint {
    const t = (this.#a + this.#b + this.#counter++) & this.#mask
    this.#a = this.#b ^ (this.#b >> 9n)
    this.#b = (this.#c + (this.#c << 3n)) & this.#mask
    this.#c = (((this.#c << 21n) | (this.#c >> 11n)) + t) & this.#mask
    return t
  }

  /** Lemire's multiply and shift; counts what it rejects. */
  integer(bound: bigint, rejected: { count: number }): bigint {
    for (;;) {
      const product = this.next() * bound
      if ((product & this.#mask) >= (1n << 32n) % bound) return product >> 32n
      rejected.count++
    }
  }
}

/** Upper tail of χ² as a normal deviate (Wilson & Hilferty 1931): good to 0.01 from 10 degrees of freedom on. */
function chiSquareDeviate(statistic: number, freedom: number): number {
  const v = 2 / (9 * freedom)
  return (Math.cbrt(statistic / freedom) - (1 - v)) / Math.sqrt(v)
}

/** Deviate of counts that should be equal. Too even is as suspicious as too uneven, so tests bound its size. */
function evenness(counts: ArrayLike<number>): number {
  const list = Array.from(counts)
  const expected = list.reduce((sum, n) => sum + n, 0) / list.length
  return chiSquareDeviate(
    list.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0),
    list.length - 1,
  )
}

/** √n·D of Kolmogorov and Smirnov against a distribution function. */
function ksStatistic(sample: number[], cdf: (x: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b)
  const n = sorted.length
  let worst = 0
  sorted.forEach((x, i) => {
    const p = cdf(x)
    worst = Math.max(worst, (i + 1) / n - p, p - i / n)
  })
  return Math.sqrt(n) * worst
}

function correlation(x: number[], y: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  let [sxy, sxx, syy] = [0, 0, 0]
  x.forEach((v, i) => {
    const w = (y[i] as number) - my
    sxy += (v - mx) * w
    sxx += (v - mx) ** 2
    syy += w * w
  })
  return sxy / Math.sqrt(sxx * syy)
}

/** Φ by Abramowitz & Stegun 7.1.26, good to 1.5e-7: a thousandth of what the tests below can see. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * z)
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-z * z)
  return x > 0 ? 1 - tail / 2 : tail / 2
}

// Seeds are fixed, so nothing here is flaky. The thresholds say how rare a result would be for a perfect generator:
// a deviate beyond 4, one in 16,000; √n·D beyond 1.95, one in 1,000.
const rare = 4
const rareKs = 1.95

describe('golden: a change of the generator changes every run that anyone has kept', () => {
  test('the first words', () => {
    expect(words(Random.from(0), 4)).toEqual([1560644622, 2746066879, 591908825, 1397139784])
    expect(words(Random.from(1), 4)).toEqual([4171494981, 1721318551, 3795776604, 2167611694])
    expect(words(Random.from(4294967295, 'order', 7), 4)).toEqual([
      879788050, 3184452261, 3584376827, 741050207,
    ])
  })

  test('the first numbers of each kind', () => {
    expect(uniforms(Random.from(0), 3)).toEqual([0.3633658933592476, 0.13781450931204076, 0.881857711699958])
    const normal = Random.from(0, 'gradient noise')
    expect(draw(3, () => normal.normal())).toEqual([
      -0.3967313229185689, 1.2710827991824818, 0.5256112279692431,
    ])
    const integer = Random.from(0)
    expect(draw(6, () => integer.integer(1503))).toEqual([546, 960, 207, 488, 1325, 726])
    expect(Random.from(0, 'order', 0).shuffle([...Array(10).keys()])).toEqual([2, 3, 6, 7, 4, 0, 5, 9, 1, 8])
  })

  test('are those of the definition', () => {
    for (const seed of [0, 1, 2, 12345, 2147483647, 2147483648, 4294967295])
      for (const path of [
        [],
        ['order'],
        ['order', 3],
        [3, 'order'],
        ['', 0],
        ['é𝄞'],
        [-1],
        [2 ** 40 + 5],
        [-(2 ** 40)],
      ]) {
        const random = Random.from(seed, ...path)
        const reference = new Reference(
          BigInt(seed),
          ...path.map((p) => (typeof p === 'number' ? BigInt(p) : p)),
        )
        expect(words(random, 100), `${seed} ${JSON.stringify(path)}`).toEqual(
          draw(100, () => Number(reference.next())),
        )
      }
  })

  test('uniform takes 53 bits of two words, high word first', () => {
    const [random, reference] = [Random.from(5), new Reference(5n)]
    for (let i = 0; i < 100; i++) {
      const bits = ((reference.next() >> 5n) << 26n) | (reference.next() >> 6n)
      expect(random.uniform()).toBe(Number(bits) / 2 ** 53)
    }
  })
})

describe('streams', () => {
  test('the same seed and path give the same numbers, and one stream does not disturb another', () => {
    const [a, b, other] = [Random.from(7, 'order', 3), Random.from(7, 'order', 3), Random.from(7, 'order', 4)]
    for (let i = 0; i < 100; i++) {
      other.normal()
      expect(a.normal()).toBe(b.normal())
    }
  })

  test('different seeds and labels give different numbers', () => {
    const paths: (string | number)[][] = [
      [],
      [''],
      ['', ''],
      [0],
      [0, 0],
      ['0'],
      [1],
      ['1'],
      [-1],
      [4294967295],
      [4294967296],
      [4294967297],
      [-4294967296],
      ['order'],
      ['Order'],
      ['order', 1],
      ['order', '1'],
      ['order1'],
      [1, 'order'],
      ['or', 'der'],
      ['o', 'rder'],
      ['a', 'b'],
      ['ab'],
      ['b', 'a'],
      ['ba'],
      ['\u0000'],
      ['\u0000\u0000'],
      ['n', 'u', 'm'],
      ['num'],
      [0x6e756d],
      [0x737472],
    ]
    const seen = new Map<string, string>()
    for (const seed of [0, 1, 2, 0x6e756d, 4294967295])
      for (const path of paths) {
        const start = words(Random.from(seed, ...path), 3).join()
        const who = `${seed} ${JSON.stringify(path)}`
        expect(seen.get(start), who).toBeUndefined()
        seen.set(start, who)
      }
  })

  // For independent streams of n numbers, r√n is standard normal. 4,950 pairs: one in 4,950 beyond 3.7 is expected, one
  // beyond 5 has a chance of 0.3 %.
  test.each([
    ['epochs of one seed', (i: number) => Random.from(0, 'order', i)],
    ['seeds of one path', (i: number) => Random.from(i, 'order', 0)],
    ['plain seeds', (i: number) => Random.from(i)],
    [
      'seeds of a single bit, or all but one',
      (i: number) => Random.from(i < 32 ? 2 ** i : i < 64 ? 2 ** 32 - 1 - 2 ** (i - 32) : 3 * 1000 ** 2 * i),
    ],
  ])('%s are not correlated', (_, stream) => {
    const n = 1000
    const streams = draw(100, () => 0).map((_zero, i) => uniforms(stream(i), n))
    let worst = 0
    streams.forEach((a, i) => {
      for (const b of streams.slice(i + 1))
        worst = Math.max(worst, Math.abs(correlation(a, b)) * Math.sqrt(n))
    })
    expect(worst).toBeLessThan(5)
  })

  test.each([
    ['seeds', (i: number) => Random.from(i)],
    ['epochs', (i: number) => Random.from(0, 'order', i)],
  ])('first numbers of 100,000 neighbouring %s are even and not correlated', (_, stream) => {
    const firsts = draw(100_000, () => 0).map((_zero, i) => stream(i).uniform())
    const counts = new Uint32Array(100)
    for (const u of firsts) counts[Math.floor(u * 100)] = (counts[Math.floor(u * 100)] ?? 0) + 1
    expect(Math.abs(evenness(counts))).toBeLessThan(rare)
    expect(
      Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1))) * Math.sqrt(firsts.length),
    ).toBeLessThan(rare)
  })

  test('one bit of the seed turns half of the bits', () => {
    // 32 × 500 comparisons of 32 bits: the mean is 16 with a standard error of √8/√16000 = 0.022.
    let turned = 0
    for (let k = 0; k < 500; k++) {
      const seed = Math.imul(k, 2654435761) >>> 0
      const plain = Random.from(seed).uint32()
      for (let bit = 0; bit < 32; bit++) {
        let difference = plain ^ Random.from((seed ^ (1 << bit)) >>> 0).uint32()
        for (; difference !== 0; difference &= difference - 1) turned++
      }
    }
    expect(Math.abs(turned / 16_000 - 16)).toBeLessThan(rare * 0.0224)
  })
})

describe('uniform', () => {
  const sample = uniforms(Random.from(11), 200_000)

  test('lies in [0, 1)', () => {
    expect(sample.every((u) => u >= 0 && u < 1)).toBe(true)
  })

  test('is even', () => {
    expect(ksStatistic(sample, (u) => u)).toBeLessThan(rareKs)
  })

  test('neighbours are independent: pairs fill the square evenly', () => {
    const counts = new Uint32Array(400)
    for (let i = 0; i < sample.length; i += 2) {
      const cell = Math.floor((sample[i] as number) * 20) * 20 + Math.floor((sample[i + 1] as number) * 20)
      counts[cell] = (counts[cell] ?? 0) + 1
    }
    expect(Math.abs(evenness(counts))).toBeLessThan(rare)
  })

  test('every one of its 53 bits is a coin', () => {
    // A count of 200,000 tosses has the deviation √(n/4) = 224.
    for (let bit = 1; bit <= 53; bit++) {
      const ones = sample.filter((u) => Math.floor(u * 2 ** bit) % 2 === 1).length
      expect(Math.abs(ones - 100_000) / Math.sqrt(50_000), `bit ${bit}`).toBeLessThan(rare)
    }
  })
})

describe('normal', () => {
  const random = Random.from(13)
  const sample = draw(200_000, () => random.normal())

  test('is standard normal', () => {
    expect(ksStatistic(sample, normalCdf)).toBeLessThan(rareKs)
  })

  test('has the moments 0, 1, 0, 3 within 4 of their standard errors', () => {
    const n = sample.length
    const moment = (k: number) => sample.reduce((sum, x) => sum + x ** k, 0) / n
    expect(Math.abs(moment(1)) * Math.sqrt(n)).toBeLessThan(rare)
    expect(Math.abs(moment(2) - 1) / Math.sqrt(2 / n)).toBeLessThan(rare)
    expect(Math.abs(moment(3)) / Math.sqrt(15 / n)).toBeLessThan(rare)
    expect(Math.abs(moment(4) - 3) / Math.sqrt(96 / n)).toBeLessThan(rare)
  })

  test('reaches into its tails', () => {
    // P(|x| > 4) = 6.3e-5: 12.7 of 200,000, with the deviation 3.6.
    const far = sample.filter((x) => Math.abs(x) > 4).length
    expect(far).toBeGreaterThan(0)
    expect(far).toBeLessThan(12.7 + 4 * 3.6)
  })

  test('the two of a pair, and neighbours across pairs, are independent', () => {
    const pairs = sample.length / 2
    const [first, second] = [0, 1].map((k) => sample.filter((_, i) => i % 2 === k)) as [number[], number[]]
    expect(Math.abs(correlation(first, second)) * Math.sqrt(pairs)).toBeLessThan(rare)
    expect(
      Math.abs(
        correlation(
          first.map((x) => x * x),
          second.map((x) => x * x),
        ),
      ) * Math.sqrt(pairs),
    ).toBeLessThan(rare)
    expect(
      Math.abs(correlation(sample.slice(1), sample.slice(0, -1))) * Math.sqrt(sample.length),
    ).toBeLessThan(rare)
  })

  test('the kept second number belongs to its generator', () => {
    const [a, b] = [Random.from(3), Random.from(3)]
    a.normal()
    expect([b.normal(), b.normal()][1]).toBe(a.normal())
  })
})

describe('integer', () => {
  test.each([2, 3, 7, 10, 100, 1503])('below %i is even', (bound) => {
    const random = Random.from(17, bound)
    const counts = new Uint32Array(bound)
    for (let i = 0; i < 200 * Math.max(bound, 100); i++) {
      const k = random.integer(bound)
      counts[k] = (counts[k] ?? 0) + 1
    }
    // Wilson and Hilferty's approximation needs some degrees of freedom; below, a binomial deviate does it.
    const n = counts.reduce((sum, c) => sum + c, 0)
    const spread = Math.sqrt((n / bound) * (1 - 1 / bound))
    for (const count of bound < 10 ? counts : [])
      expect(Math.abs(count - n / bound) / spread).toBeLessThan(rare)
    if (bound >= 10) expect(Math.abs(evenness(counts))).toBeLessThan(rare)
  })

  test('below 1 is 0', () => {
    const random = Random.from(1)
    expect(new Set(draw(100, () => random.integer(1)))).toEqual(new Set([0]))
  })

  // A bias from bounds that do not divide 2³² is at most one part in 2,048: no count would show it. What removes it is
  // the rejection, so that is compared with exact integers, at bounds that reject most often.
  test.each([3, 5, 60_000, 1_500_000, 2 ** 20 + 1, 2 ** 21 - 1, 2 ** 21 - 1021, 2 ** 21])(
    'below %i takes and rejects as exact arithmetic does',
    (bound) => {
      const rejected = { count: 0 }
      const [random, reference] = [Random.from(19, bound), new Reference(19n, BigInt(bound))]
      let largest = 0
      for (let i = 0; i < 20_000; i++) {
        const found = random.integer(bound)
        largest = Math.max(largest, found)
        if (found !== Number(reference.integer(BigInt(bound), rejected))) expect.fail(`draw ${i} of ${bound}`)
      }
      expect(largest).toBeLessThan(bound)
      // (2³² mod bound)/2³² of the words are rejected: the comparison means something where that happens.
      const expected = (20_000 * (4294967296 % bound)) / 4294967296
      expect(Math.abs(rejected.count - expected)).toBeLessThanOrEqual(rare * Math.sqrt(expected) + 1e-9)
      if (bound === 2 ** 21 - 1021 || bound === 1_500_000) expect(rejected.count).toBeGreaterThan(0)
    },
  )
})

describe('shuffle', () => {
  test.each([0, 1, 2, 3, 100, 1503, 60_000])('%i items come out as a permutation, in place', (length) => {
    const items = Uint32Array.from({ length }, (_, i) => i)
    expect(Random.from(23, length).shuffle(items)).toBe(items)
    expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i))
    if (length > 3) expect([...items]).not.toEqual(Array.from({ length }, (_, i) => i))
  })

  test('a plain array and a typed one come out the same', () => {
    const plain = [...Array(1000).keys()]
    const typed = Int32Array.from(plain)
    Random.from(3, 'order', 0).shuffle(typed)
    expect(Random.from(3, 'order', 0).shuffle(plain)).toEqual([...typed])
  })

  test('all orders of five are equally likely', () => {
    const random = Random.from(29)
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle([0, 1, 2, 3, 4]).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(120)
    expect(Math.abs(evenness([...counts.values()]))).toBeLessThan(rare)
  })

  test('the first epochs of one seed put an example anywhere', () => {
    const counts = new Uint32Array(50)
    for (let epoch = 0; epoch < 10_000; epoch++) {
      const order = Random.from(0, 'order', epoch).shuffle(Uint8Array.from({ length: 50 }, (_, i) => i))
      const place = order.indexOf(7)
      counts[place] = (counts[place] ?? 0) + 1
    }
    expect(Math.abs(evenness(counts))).toBeLessThan(rare)
  })
})

describe('these tests would notice', () => {
  test('a linear congruential generator with short low bits', () => {
    let state = 1
    const counts = new Uint32Array(400)
    const next = () => (state = (Math.imul(state, 69069) + 1) >>> 0) & 0xff
    for (let i = 0; i < 100_000; i++) {
      const cell = Math.floor((next() / 256) * 20) * 20 + Math.floor((next() / 256) * 20)
      counts[cell] = (counts[cell] ?? 0) + 1
    }
    expect(Math.abs(evenness(counts))).toBeGreaterThan(rare)
  })

  test('a shuffle that swaps with any item', () => {
    const random = Random.from(29)
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const items = [0, 1, 2, 3, 4]
      items.forEach((_, k) => {
        const j = random.integer(5)
        ;[items[k], items[j]] = [items[j] as number, items[k] as number]
      })
      counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1)
    }
    expect(Math.abs(evenness([...counts.values()]))).toBeGreaterThan(rare)
  })

  test('a sum of twelve uniforms for a normal', () => {
    const random = Random.from(13)
    const sample = draw(200_000, () => uniforms(random, 12).reduce((sum, u) => sum + u, -6))
    const fourth = sample.reduce((sum, x) => sum + x ** 4, 0) / sample.length
    expect(Math.abs(fourth - 3) / Math.sqrt(96 / sample.length)).toBeGreaterThan(rare)
  })
})
