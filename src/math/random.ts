/**
 * Seeded random numbers. A generator is derived from a seed and a path of labels
 * (`Random.from(seed, 'order', epoch)`), so any epoch's order can be had without drawing the ones before it:
 * a resumed run needs no generator state.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state, passes PractRand to 32 TB.
 * Labels are mixed in with MurmurHash3's 32-bit finaliser (Austin Appleby).
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1
  /** The second of a pair of normals, kept for the next call. */
  #spare: number | undefined

  private constructor(a: number, b: number, c: number) {
    this.#a = a
    this.#b = b
    this.#c = c
    for (let i = 0; i < 15; i++) this.uint32()
  }

  /** @param seed integer in [0, 2³²) */
  static from(seed: number, ...path: readonly (string | number)[]): Random {
    let a = mix(seed ^ 0x9e3779b9)
    let b = mix(seed + 0x85ebca6b)
    let c = mix(seed ^ 0xc2b2ae35)
    for (const label of path) {
      for (const word of words(label)) {
        a = mix(a ^ word)
        b = mix(b + Math.imul(word, 0x27d4eb2f))
        c = mix(c ^ Math.imul(word, 0x165667b1))
      }
    }
    return new Random(a, b, c)
  }

  /** Uniform integer in [0, 2³²). */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    for (;;) {
      const u = 2 * this.uniform() - 1
      const v = 2 * this.uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        this.#spare = v * factor
        return u * factor
      }
    }
  }

  /** Uniform integer in [0, bound), bound ≤ 2²¹, without bias (Lemire 2019, arXiv:1805.10941). */
  integer(bound: number): number {
    if (!(bound >= 1 && bound <= 2 ** 21)) throw new RangeError(`a bound of ${bound} is not in [1, 2²¹]`)
    for (;;) {
      const product = this.uint32() * bound // exact: below 2⁵³
      const low = product >>> 0
      if (low >= bound || low >= 4294967296 % bound) return (product - low) / 4294967296
    }
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const held = items[i] as number
      items[i] = items[j] as number
      items[j] = held
    }
    return items
  }
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function words(label: string | number): number[] {
  // A number and the string that spells it are different labels.
  if (typeof label === 'number' && !Number.isSafeInteger(label)) return words(`#${label}`)
  if (typeof label === 'number') return [0x6e756d, label | 0, Math.floor(label / 4294967296) | 0]
  return [0x737472, label.length, ...Array.from(label, (character) => character.codePointAt(0) as number)]
}
