import { DescentError } from '../contract/errors.ts'
import type { SettingMap } from '../experiments/settings.ts'
import { parseObjective } from '../objectives/expression.ts'
import { minimumNear } from './minimum.ts'
import { Walker } from './walker.ts'

export interface BasinSettings {
  /** An expression of x1 and x2. */
  readonly expression: string
  readonly optimizer: string
  readonly set: SettingMap
  readonly x1: readonly [number, number]
  readonly x2: readonly [number, number]
  readonly columns: number
  readonly rows: number
  readonly steps: number
}

export interface Minimum {
  readonly point: readonly number[]
  readonly value: number
  /** Starts that ended there. */
  count: number
}

/** How a walk ended that ended in no minimum; those that did hold the index of their minimum. */
export const wandering = -1
export const diverged = -2
export const notYet = -3

const coarsest = 8
/** In shares of the picture's diagonal: what counts as one minimum, as being there, as standing still. */
const same = 2e-3
const there = 0.03
const still = 1e-10

/** Which minimum an optimizer ends in, for a grid of starts; computed a few at a time, coarse to fine. */
export class BasinMap {
  readonly settings: BasinSettings
  /** `endings[row * columns + column]`; row 0 lies at the lower edge. */
  readonly endings: Int16Array
  readonly minima: Minimum[] = []
  wandered = 0
  diverged = 0
  done = 0
  readonly #walker: Walker
  readonly #diagonal: number
  readonly #order: Int32Array

  /** @throws DescentError where the expression, the optimizer or its settings cannot be read */
  constructor(settings: BasinSettings) {
    const { expression, optimizer, set, x1, x2, columns, rows } = settings
    const objective = parseObjective(expression, 2)
    if (objective.dimension !== 2)
      throw new DescentError(
        'invalid-value',
        `${expression} has one variable, but a map of starts needs two.`,
        'Write it in x1 and x2.',
      )
    this.settings = settings
    this.#walker = new Walker(objective, optimizer, set)
    this.#diagonal = Math.hypot(x1[1] - x1[0], x2[1] - x2[0])
    this.endings = new Int16Array(columns * rows).fill(notYet)
    this.#order = coarseToFine(columns, rows)
  }

  get total(): number {
    return this.#order.length
  }

  /** Computes the next starts. @returns whether all are done */
  advance(count: number): boolean {
    const end = Math.min(this.total, this.done + count)
    for (; this.done < end; this.done++) {
      const cell = this.#order[this.done] as number
      const ending = this.#walk(this.#startOf(cell))
      this.endings[cell] = ending
      if (ending === wandering) this.wandered++
      else if (ending === diverged) this.diverged++
      else (this.minima[ending] as Minimum).count++
    }
    return this.done === this.total
  }

  /** The middle of a cell. */
  #startOf(cell: number): [number, number] {
    const { x1, x2, columns, rows } = this.settings
    return [
      x1[0] + ((x1[1] - x1[0]) * ((cell % columns) + 0.5)) / columns,
      x2[0] + ((x2[1] - x2[0]) * (Math.floor(cell / columns) + 0.5)) / rows,
    ]
  }

  #walk(start: readonly [number, number]): number {
    const { steps } = this.settings
    const walker = this.#walker
    const diagonal = this.#diagonal
    /** The last tenth must have stayed where the end is. */
    const tail: number[] = []
    const tailFrom = steps - Math.max(4, Math.floor(steps / 10))
    let [last1, last2] = start
    let quiet = 0
    const stayed = walker.run(start, steps, walker.lr, (theta, k) => {
      const [a, b] = theta as unknown as [number, number]
      quiet = Math.abs(a - last1) + Math.abs(b - last2) < still * diagonal ? quiet + 1 : 0
      ;[last1, last2] = [a, b]
      if (k > tailFrom) tail.push(a, b)
      return quiet >= 5
    })
    if (!stayed) return diverged
    const end = [last1, last2]
    const near = (a: readonly number[], b: readonly number[], share: number) =>
      Math.hypot((a[0] as number) - (b[0] as number), (a[1] as number) - (b[1] as number)) < share * diagonal
    for (let i = 0; i < tail.length; i += 2)
      if (!near([tail[i] as number, tail[i + 1] as number], end, there)) return wandering
    const known = this.minima.findIndex(({ point }) => near(point, end, same / 4))
    if (known >= 0) return known
    // Off a saddle, on which a walk could stand for ever.
    const minimum = minimumNear(
      walker.objective,
      [last1 + 1e-4 * diagonal, last2 + 0.7e-4 * diagonal],
      0.02 * diagonal,
    )
    if (!near(minimum, end, there)) return wandering
    const found = this.minima.findIndex(({ point }) => near(point, minimum, same))
    if (found >= 0) return found
    return this.minima.push({ point: minimum, value: walker.objective.value(minimum), count: 0 }) - 1
  }
}

/** Every cell once: those of a coarse grid first, so that a rough picture is there at once. */
function coarseToFine(columns: number, rows: number): Int32Array {
  const order = new Int32Array(columns * rows)
  let next = 0
  for (let stride = coarsest; stride >= 1; stride /= 2)
    for (let row = 0; row < rows; row += stride)
      for (let column = 0; column < columns; column += stride)
        if (stride === coarsest || row % (2 * stride) !== 0 || column % (2 * stride) !== 0)
          order[next++] = row * columns + column
  return order
}

/** What to show of a cell: its own ending or, until it has one, that of the coarser cell it belongs to. */
export function shownEnding(endings: Int16Array, columns: number, column: number, row: number): number {
  for (let stride = 1; stride <= coarsest; stride *= 2) {
    const ending = endings[(row - (row % stride)) * columns + column - (column % stride)]
    if (ending !== undefined && ending !== notYet) return ending
  }
  return notYet
}
