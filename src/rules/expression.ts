/**
 * The abstract arithmetic rules are written in. Running a rule over these symbols yields a graph, which is then
 * run as numbers (numbers.ts), compiled to a fused loop (kernel.ts) or printed (formula.ts).
 */
export type Operation =
  'add' | 'sub' | 'mul' | 'div' | 'neg' | 'sqrt' | 'abs' | 'sign' | 'max' | 'min' | 'pow' | 'select' // select(a, b, x, y): x where a > b, else y

export type Expression =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'operation'; readonly operation: Operation; readonly operands: readonly Expression[] }

export type Operand = Expression | number

/** One graph under construction. Equal subexpressions are one node. */
export class Arithmetic {
  readonly #nodes = new Map<string, Expression>()
  readonly #keys = new Map<Expression, number>()
  /** Intermediate values that a rule gave a name to, in order; formulas show them on lines of their own. */
  readonly named = new Map<string, Expression>()

  symbol = (name: string): Expression => this.#intern(`s:${name}`, { kind: 'symbol', name })
  constant = (value: number): Expression => this.#intern(`c:${value}`, { kind: 'constant', value })

  add = (...terms: Operand[]) => terms.reduce((a, b) => this.#apply('add', a, b)) as Expression
  mul = (...factors: Operand[]) => factors.reduce((a, b) => this.#apply('mul', a, b)) as Expression
  sub = (a: Operand, b: Operand) => this.#apply('sub', a, b)
  div = (a: Operand, b: Operand) => this.#apply('div', a, b)
  neg = (a: Operand) => this.#apply('neg', a)
  square = (a: Operand) => this.#apply('mul', a, a)
  sqrt = (a: Operand) => this.#apply('sqrt', a)
  abs = (a: Operand) => this.#apply('abs', a)
  /** −1, 0 or 1. */
  sign = (a: Operand) => this.#apply('sign', a)
  max = (a: Operand, b: Operand) => this.#apply('max', a, b)
  min = (a: Operand, b: Operand) => this.#apply('min', a, b)
  pow = (base: Operand, exponent: Operand) => this.#apply('pow', base, exponent)
  /** `x` where a > b, otherwise `y`; both are evaluated. */
  select = (a: Operand, b: Operand, x: Operand, y: Operand) => this.#apply('select', a, b, x, y)
  /** Exponential moving average: decay·old + (1 − decay)·value. */
  average = (decay: Operand, old: Operand, value: Operand) =>
    this.add(this.mul(decay, old), this.mul(this.sub(1, decay), value))

  /** Names an intermediate value (TeX), as the paper does. */
  name = (tex: string, value: Expression): Expression => {
    this.named.set(tex, value)
    return value
  }

  #apply(operation: Operation, ...operands: Operand[]): Expression {
    const nodes = operands.map((operand) => (typeof operand === 'number' ? this.constant(operand) : operand))
    const key = `${operation}(${nodes.map((node) => this.#keys.get(node)).join()})`
    return this.#intern(key, { kind: 'operation', operation, operands: nodes })
  }

  #intern(key: string, node: Expression): Expression {
    const known = this.#nodes.get(key)
    if (known) return known
    this.#nodes.set(key, node)
    this.#keys.set(node, this.#keys.size)
    return node
  }
}

/** Operands before operators, each node once. */
export function inOrder(roots: Iterable<Expression>): Expression[] {
  const seen = new Set<Expression>()
  const visit = (node: Expression): void => {
    if (seen.has(node)) return
    if (node.kind === 'operation') node.operands.forEach(visit)
    seen.add(node)
  }
  for (const root of roots) visit(root)
  return [...seen]
}
