import { inOrder, type Expression } from './expression.ts'
import type { Program } from './program.ts'
import { hyperparametersOf } from './settle.ts'

/**
 * The rule as KaTeX source, one line an assignment, in the order in which the numbers are computed.
 * Made from the same graph as the kernels, so what is shown is what runs.
 */
export function formulaLines(program: Program): string[] {
  const symbolTex = texOfSymbols(program)
  const known = new Map<Expression, string>()
  const lines: string[] = []
  const assign = (left: string, arrow: '=' | '\\leftarrow', value: Expression): void => {
    lines.push(`${left} ${arrow} ${print(value, symbolTex, known, 0)}`)
    known.set(value, left)
  }

  const changed = program.updates.filter(([name, value]) => !(value.kind === 'symbol' && value.name === name))
  const used = new Set(inOrder(changed.map(([, value]) => value)))
  if (program.gradient && used.has(program.gradient)) assign('g', '\\leftarrow', program.gradient)
  for (const [name, value] of program.scalars)
    assign(symbolTex(name), program.carried.includes(name) ? '\\leftarrow' : '=', value)
  // A scalar's value and its symbol are the same thing; updates refer to the symbol.
  const named = [...program.named]
  for (const [name, value] of changed) {
    const needed = new Set(inOrder([value]))
    for (const [tex, intermediate] of named)
      if (needed.has(intermediate) && !known.has(intermediate)) assign(tex, '=', intermediate)
    assign(symbolTex(name), '\\leftarrow', value)
  }
  return lines
}

/** The lines as one aligned KaTeX block. */
export function formula(program: Program): string {
  const rows = formulaLines(program).map((line) => line.replace(/ (=|\\leftarrow) /, ' &$1 '))
  return `\\begin{aligned}${rows.join(' \\\\ ')}\\end{aligned}`
}

function texOfSymbols(program: Program): (name: string) => string {
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
const PRODUCT = 2
const POWER = 3

function print(
  node: Expression,
  symbolTex: (name: string) => string,
  known: ReadonlyMap<Expression, string>,
  outer: number,
): string {
  const name = known.get(node)
  if (name !== undefined) return name
  if (node.kind === 'symbol') return symbolTex(node.name)
  if (node.kind === 'constant')
    return node.value < 0 && outer > 0 ? `\\left(${node.value}\\right)` : String(node.value)
  const show = (operand: Expression, binding = 0) => print(operand, symbolTex, known, binding)
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
  /\d$/.test(a) && /^\d/.test(b) ? `${a} \\cdot ${b}` : `${a} ${b}`
