import { parametersBehind } from '../rules/behind.ts'
import { dissect, type Dissection } from '../rules/dissect.ts'
import type { Expression } from '../rules/expression.ts'
import {
  formulaSteps,
  print,
  PRODUCT,
  texOfSymbols,
  type FormulaStep,
  type Notation,
} from '../rules/formula.ts'
import { isPerStep, type Program } from '../rules/program.ts'
import { startState, type RuleState } from '../rules/state.ts'
import { disturb } from '../traces/disturbance.ts'
import { walk, type Ground, type Walker } from '../traces/walk.ts'

/** An assignment of the rule with this step's numbers in place. */
export interface AnatomyLine {
  readonly assigns: FormulaStep['assigns'] | 'update'
  readonly left: string
  readonly arrow: string
  /** TeX of the right side in symbols. */
  readonly symbols: string
  /** TeX of the right side in numbers: one for all coordinates, or one a coordinate. */
  readonly numbers: readonly string[]
  /** What comes out, as long as `numbers`. */
  readonly values: readonly number[]
}

export interface SlotChange {
  readonly tex: string
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/** One step of one optimizer, in numbers; a value a coordinate. */
export interface Anatomy {
  /** From 1. */
  readonly step: number
  readonly rate: number
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** Exact partial derivatives, and those that the rule was given: with noise, and some not kept. */
  readonly exact: readonly number[]
  readonly given: readonly number[]
  readonly slots: readonly SlotChange[]
  readonly lines: readonly AnatomyLine[]
  /** θ after minus θ before. */
  readonly change: readonly number[]
  /** Learning rate with which plain gradient descent would have made this change: −change / given; null where given is 0. */
  readonly effectiveRates: readonly (number | null)[]
  /**
   * Of a rule that looks ahead: the parameters before and after the step. Its gradient is taken at `from`, which is
   * where their velocity was about to lead.
   */
  readonly parameters: { readonly before: readonly number[]; readonly after: readonly number[] } | null
}

/**
 * Takes one step of a walk apart, from the same traced program that walks.
 * @param step from 1, at most as many as the walk has taken
 */
export function anatomyOf(ground: Ground, walker: Walker, step: number): Anatomy {
  const { program, rate } = walker
  const { objective, disturbance } = ground
  const { dimension } = objective
  let state: RuleState = startState(program, dimension)
  const { points } = walk({ ...ground, steps: step - 1 }, walker, (_, after) => (state = after))
  const theta = points.slice(dimension * (step - 1), dimension * step)
  const exact = new Float64Array(dimension)
  objective.gradient(theta, exact)
  const given = exact.slice()
  disturb(disturbance, step - 1, given)
  const lr = rate(step - 1)

  const slotsBefore = state.slots.map((slot) => slot.slice())
  const opened = dissect(program)(theta, given, state, lr)
  const change = opened.theta.map((x, i) => x - (theta[i] as number))
  const before = parametersBehind(program, theta, slotsBefore, step > 1 ? rate(step - 2) : lr)
  const after = parametersBehind(program, opened.theta, opened.slots, lr)
  return {
    step,
    rate: lr,
    from: [...theta],
    to: [...opened.theta],
    exact: [...exact],
    given: [...given],
    slots: program.slots.map((name, slot) => ({
      tex: program.rule.slots[name]?.tex ?? name,
      before: [...(slotsBefore[slot] ?? [])],
      after: [...(opened.slots[slot] ?? [])],
    })),
    lines: formulaSteps(program).map((line) => inNumbers(program, line, opened, dimension)),
    change: [...change],
    effectiveRates: Array.from(change, (delta, i) => (given[i] === 0 ? null : -delta / (given[i] as number))),
    parameters: before && after && { before: [...before], after: [...after] },
  }
}

function inNumbers(program: Program, line: FormulaStep, opened: Dissection, dimension: number): AnatomyLine {
  const steps = formulaSteps(program)
  const earlier = steps.slice(
    0,
    steps.findIndex(({ value }) => value === line.value),
  )
  const tex = texOfSymbols(program)
  const names = new Map<Expression, string>(earlier.map(({ value, left }) => [value, left]))
  const symbols: Notation = { symbol: tex, known: (node) => names.get(node) }
  const scalar = line.assigns === 'scalar' || !varies(program, line.value)
  const coordinates = Array.from({ length: scalar ? 1 : dimension }, (_, i) => i)
  const values = coordinates.map((i) => opened.value(line.value, i))
  return {
    assigns: line.name === 'theta' ? 'update' : line.assigns,
    left: line.left,
    arrow: line.arrow,
    symbols: print(line.value, symbols, 0),
    numbers: coordinates.map((i) =>
      print(
        line.value,
        {
          symbol: (name, outer) =>
            numberTex(line.assigns === 'scalar' ? opened.before(name) : opened.symbol(name, i), outer),
          known: (node, outer) => (names.has(node) ? numberTex(opened.value(node, i), outer) : undefined),
        },
        0,
      ),
    ),
    values,
  }
}

function varies(program: Program, node: Expression): boolean {
  if (node.kind === 'symbol') return !isPerStep(program, node.name)
  return node.kind === 'operation' && node.operands.some((operand) => varies(program, operand))
}

/** Four digits as TeX; in parentheses where a sign or a power of ten would be read with what stands around it. */
export function numberTex(value: number, outer = 0): string {
  if (Number.isNaN(value)) return '\\mathrm{NaN}'
  if (!Number.isFinite(value)) return value > 0 ? '\\infty' : '\\left(-\\infty\\right)'
  const size = Math.abs(value)
  const short = Number(value.toPrecision(4))
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-3)
      ? short.toExponential().replace(/e\+?(-?\d+)$/, '\\cdot 10^{$1}')
      : String(short)
  const isPower = text.includes('cdot')
  // In braces of its own a minus is a sign and is not spaced like a difference.
  const signed = value < 0 ? `{${text}}` : text
  return (value < 0 && outer > 0) || (isPower && outer > PRODUCT) ? `\\left(${signed}\\right)` : signed
}
