import type { Operation } from '../../src/rules/expression.ts'
import type { Program } from '../../src/rules/program.ts'
import { stage, type Elementwise } from '../../src/rules/staged.ts'
import { clipScale, type Step } from '../../src/rules/state.ts'

const operations: Record<Operation, (...operands: number[]) => number> = {
  add: (a = 0, b = 0) => a + b,
  sub: (a = 0, b = 0) => a - b,
  mul: (a = 0, b = 0) => a * b,
  div: (a = 0, b = 0) => a / b,
  neg: (a = 0) => -a,
  sqrt: (a = 0) => Math.sqrt(a),
  abs: (a = 0) => Math.abs(a),
  sign: (a = 0) => Math.sign(a),
  max: (a = 0, b = 0) => Math.max(a, b),
  min: (a = 0, b = 0) => Math.min(a, b),
  pow: (a = 0, b = 0) => a ** b,
  select: (a = 0, b = 0, x = 0, y = 0) => (a > b ? x : y),
}

/** Float64 arrays that broadcast numbers: the smallest thing an update can be staged over. */
const arrays = {
  constant: (value: number) => Float64Array.of(value),
  ...Object.fromEntries(
    Object.entries(operations).map(([name, apply]) => [
      name,
      (...operands: Float64Array[]) =>
        Float64Array.from({ length: Math.max(...operands.map(({ length }) => length)) }, (_, i) =>
          apply(...operands.map((operand) => operand[operand.length === 1 ? 0 : i] as number)),
        ),
    ]),
  ),
} as Elementwise<Float64Array>

/** A staged rule as a step over plain arrays. */
export function staged(program: Program): Step {
  const rule = stage(program)
  const feeds = new Float64Array(rule.feeds)
  return (theta, g, state, lr) => {
    rule.advance(state, lr, feeds, 0)
    const clipNorm = feeds[rule.clipNormFeed]
    const next = rule.update(arrays, {
      theta,
      g,
      slots: state.slots,
      feeds: Array.from(feeds, (value) => Float64Array.of(value)),
      ...(clipNorm !== undefined && { clipScale: Float64Array.of(clipScale(g, clipNorm)) }),
    })
    theta.set(next.theta)
    state.slots.forEach((slot, i) => slot.set(next.slots[i] as Float64Array))
  }
}
