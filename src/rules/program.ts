import type { OptimizerDefinition } from './definition.ts'
import { Arithmetic, type Expression } from './expression.ts'
import { hyperparametersOf, settleHyperparameters, type HyperValues } from './settle.ts'

/**
 * A rule traced once: the graph that numbers, kernels and formulas are made from.
 *
 * Symbols in it: `theta`, `g` and the slots (elementwise); hyperparameters, scalars, carried values, `t` and
 * `clipScale` (one number a step).
 */
export interface Program {
  readonly rule: OptimizerDefinition
  readonly values: HyperValues
  readonly slots: readonly string[]
  /** Start value of each slot. */
  readonly slotStarts: readonly number[]
  readonly carried: readonly string[]
  readonly carriedStarts: readonly number[]
  /** Once a step, in order: name and value, over hyperparameters, `t`, carried values. */
  readonly scalars: readonly (readonly [string, Expression])[]
  /** Elementwise successors of slots and of `theta`, in the rule's order. */
  readonly updates: readonly (readonly [string, Expression])[]
  /** Intermediate values the rule named, in order: TeX and value. */
  readonly named: ReadonlyMap<string, Expression>
  /** The gradient's norm is needed before the update; its scale enters as `clipScale`. */
  readonly clipNorm: number | null
  /** The gradient as the rule sees it, after clipping and weight decay; null when it is `g` itself. */
  readonly gradient: Expression | null
  /** The parameters where the gradient is taken ahead of them, over `theta`, slots and hyperparameters; else null. */
  readonly behind: Expression | null
}

/** @throws DescentError where a hyperparameter is unknown or out of bounds */
export function traceRule(rule: OptimizerDefinition, given: Readonly<Record<string, unknown>> = {}): Program {
  const values = settleHyperparameters(rule, given)
  const o = new Arithmetic()
  const hyper = Object.fromEntries(
    Object.entries(hyperparametersOf(rule)).map(([name, { kind }]) => [
      name,
      kind === 'number' || kind === 'optional' ? o.symbol(name) : values[name],
    ]),
  )
  const carried = Object.keys(rule.carried ?? {})
  const slots = Object.keys(rule.slots)
  const hostSymbols = { ...symbols(o, carried), t: o.symbol('t') }
  const scalars = rule.scalars?.(hyper, hostSymbols, o) ?? {}

  const g = gradientSeen(o, rule, values)
  const updates = rule.update(
    { ...symbols(o, slots), theta: o.symbol('theta'), g },
    { ...hyper, t: hostSymbols.t, ...symbols(o, Object.keys(scalars)) },
    o,
  )
  return {
    rule,
    values,
    slots,
    slotStarts: Object.values(rule.slots).map(({ initial = 0 }) =>
      typeof initial === 'string' ? (values[initial] as number) : initial,
    ),
    carried,
    carriedStarts: Object.values(rule.carried ?? {}).map(({ initial }) => initial),
    scalars: Object.entries(scalars),
    updates: Object.entries(updates),
    named: o.named,
    clipNorm: values['clipNorm'] as number | null,
    gradient: g === o.symbol('g') ? null : g,
    behind: rule.behind?.({ ...symbols(o, slots), theta: o.symbol('theta') }, hyper, o) ?? null,
  }
}

function symbols(o: Arithmetic, names: readonly string[]): Record<string, Expression> {
  return Object.fromEntries(names.map((name) => [name, o.symbol(name)]))
}

/** Clipping by norm, then by value, then L2 weight decay; each only where it is on. */
function gradientSeen(o: Arithmetic, rule: OptimizerDefinition, values: HyperValues): Expression {
  let g = o.symbol('g')
  if (values['clipNorm'] !== null) g = o.mul(g, o.symbol('clipScale'))
  if (values['clipValue'] !== null) g = o.max(o.min(g, o.symbol('clipValue')), o.neg(o.symbol('clipValue')))
  if (!rule.decoupledDecay && values['weightDecay'] !== 0)
    g = o.add(g, o.mul(o.symbol('weightDecay'), o.symbol('theta')))
  return g
}

/** Names whose value is one number a step: everything but `theta`, `g` and the slots. */
export function isPerStep(program: Program, name: string): boolean {
  return name !== 'theta' && name !== 'g' && !program.slots.includes(name)
}
