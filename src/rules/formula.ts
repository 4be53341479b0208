import { inOrder, type Expression } from './expression.ts'
import type { Program } from './program.ts'
import { hyperparametersOf } from './settle.ts'

/** One assignment of a rule, in the order in which the numbers are computed. */
export interface FormulaStep {
  /** TeX of what is assigned. */
  readonly left: string
  readonly arrow: '=' | '\\leftarrow'
  readonly value: Expression
  /** What is assigned: the gradient, a scalar, an intermediate value, or the successor of a slot or of `theta`. */
  readonly assigns: 'gradient' | 'scalar' | 'named' | 'successor'
  /** The symbol of a scalar or a successor. */
  readonly name?: string
}

/** How a formula's operands are written. */
export interface Notation {
  /** @param outer how tightly the operation around it binds */
  symbol(name: string, outer: number): string
  /** What stands for a value that an earlier step assigned; undefined: it is written out. */
  known(node: Expression, outer: number): string | undefined
}

export function formulaSteps(program: Program): FormulaStep[] {
  const symbolTex = texOfSymbols(program)
  const known = new Set<Expression>()
  const steps: FormulaStep[] = []
  const assign = (step: FormulaStep): void => {
    steps.push(step)
    known.add(step.value)
  }
  const changed = program.updates.filter(([name, value]) => !(value.kind === 'symbol' && value.name === name))
  const used = new Set(inOrder(changed.map(([, value]) => value)))
  if (program.gradient && used.has(program.gradient))
    assign({ left: 'g', arrow: '\\leftarrow', value: program.gradient, assigns: 'gradient' })
  for (const [name, value] of program.scalars)
    assign({
      left: symbolTex(name),
      arrow: program.carried.includes(name) ? '\\leftarrow' : '=',
      value,
      assigns: 'scalar',
      name,
    })
  // A scalar's value and its symbol are the same thing; updates refer to the symbol.
  for (const [name, value] of changed) {
    const needed = new Set(inOrder([value]))
    for (const [left, intermediate] of program.named)
      if (needed.has(intermediate) && !known.has(intermediate))
        assign({ left, arrow: '=', value: intermediate, assigns: 'named' })
    assign({ left: symbolTex(name), arrow: '\\leftarrow', value, assigns: 'successor', name })
  }
  return steps
}

/**
 * The rule as KaTeX source, one line an assignment, in the order in which the numbers are computed.
 * Made from the same graph as the kernels, so what is shown is what runs.
 */
export function formulaLines(program: Program): string[] {
  const symbolTex = texOfSymbols(program)
  const known = new Map<Expression, string>()
  const notation: Notation = { symbol: symbolTex, known: (node) => known.get(node) }
  return formulaSteps(program).map(({ left, arrow, value }) => {
    const line = `${left} ${arrow} ${print(value, notation, 0)}`
    known.set(value, left)
    return line
  })
}

/** The lines as one aligned KaTeX block. */
export function formula(program: Program): string {
  const rows = formulaLines(program).map((line) => line.replace(/ (=|\\leftarrow) /, ' &$1 '))
  return `\\begin{aligned}${rows.join(' \\\\ ')}\\end{aligned}`
}

/** TeX of a program's symbols. */
export function texOfSymbols(program: Program): (name: string) => string {
  const hyper = hyperparametersOf(program.rule)
  return (name) => {
    if (name === 'theta') return '\\theta'
    if (name === 'clipScale') return '\\min\\left(1, \\frac{c_{\\mathrm n}}{\\lVert g \\rVert}\\right)'
    const declared = hyper[name]
    return (
      program.rule.slots[name]?.tex ??
      program.rule.scalarTex?.[name] ??
      program.rule.carried?.[name]?.tex ??
      (declared && 'tex' in declared ? declared.tex : name)
    )
  }
}

/** How tightly an expression's outermost operation binds. */
const SUM = 1
export const PRODUCT = 2
const POWER = 3

/** An expression as TeX. @param outer how tightly the operation around it binds; 0: none */
export function print(node: Expression, notation: Notation, outer: number): string {
  const name = notation.known(node, outer)
  if (name !== undefined) return name
  if (node.kind === 'symbol') return notation.symbol(node.name, outer)
  if (node.kind === 'constant')
    return node.value < 0 && outer > 0 ? `\\left(${node.value}\\right)` : String(node.value)
  const show = (operand: Expression, binding = 0) => print(operand, notation, binding)
  const wrap = (text: string, binding: number) => (binding < outer ? `\\left(${text}\\right)` : text)
  const [a, b] = node.operands as readonly [Expression, Expression]
  switch (node.operation) {
    case 'add':
      return wrap(`${show(a, SUM)} + ${show(b, SUM)}`, SUM)
    case 'sub':
      return wrap(`${show(a, SUM)} - ${show(b, PRODUCT)}`, SUM)
    case 'neg':
      return wrap(`-${show(a, PRODUCT)}`, SUM)
    case 'mul':
      return a === b
        ? wrap(`${show(a, POWER + 1)}^2`, POWER)
        : wrap(product(show(a, PRODUCT), show(b, PRODUCT)), PRODUCT)
    case 'div':
      return outer > PRODUCT
        ? `\\left(\\frac{${show(a)}}{${show(b)}}\\right)`
        : `\\frac{${show(a)}}{${show(b)}}`
    case 'pow':
      return wrap(`${show(a, POWER + 1)}^{${show(b)}}`, POWER)
    case 'sqrt':
      return `\\sqrt{${show(a)}}`
    case 'abs':
      return `\\left|${show(a)}\\right|`
    case 'sign':
      return `\\operatorname{sign}\\left(${show(a)}\\right)`
    case 'max':
    case 'min':
      return `\\${node.operation}\\left(${show(a)}, ${show(b)}\\right)`
    case 'select':
      return `\\begin{cases}${cases(node, show).join(' \\\\ ')}\\end{cases}`
  }
}

/** One row a case; a choice within a choice becomes a further row. */
function cases(node: Expression, show: (node: Expression) => string): string[] {
  if (node.kind !== 'operation' || node.operation !== 'select') return [`${show(node)} & \\text{otherwise}`]
  const [a, b, x, y] = node.operands as readonly [Expression, Expression, Expression, Expression]
  const condition = a.kind === 'constant' ? `${show(b)} < ${show(a)}` : `${show(a)} > ${show(b)}`
  return [`${show(x)} & ${condition}`, ...cases(y, show)]
}

/** Juxtaposition; a dot only where two numbers would run together. */
const product = (a: string, b: string): string =>
  /(\d|10\^\{-?\d+\})$/.test(a) && /^\d/.test(b) ? `${a} \\cdot ${b}` : `${a} ${b}`
