import {
  derivative,
  parse,
  type ConstantNode,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  type ParenthesisNode,
  type SymbolNode,
} from 'mathjs/number'
import { run, tapeOf, type Instruction, type TapeOperation } from '../math/tape.ts'
import { constants } from './lexer.ts'

/** At a point of as many numbers as there are variables. */
export type Evaluate = (x: ArrayLike<number>) => number

/**
 * A checked expression as functions: its value, and its exact partial derivatives by each variable, into `into`.
 * mathjs parses and differentiates; the trees become instructions, so nothing a person typed is ever compiled as code.
 */
export function compileMathematics(
  text: string,
  variables: readonly string[],
): {
  value: Evaluate
  gradient: (x: ArrayLike<number>, into: Float64Array) => void
  valueAndGradient: (x: ArrayLike<number>, into: Float64Array) => number
  tex: string
} {
  // Every blank is a space and no number ends in its point: mathjs reads line breaks and `.*` in its own way.
  const tree = parse(text.replace(/\s/g, ' ').replace(/(\d)\.(?!\d|[eE][+-]?\d)/g, '$1 '))
  // Unsimplified: simplification would turn decimals into fractions and round differently.
  const partials = variables.map((variable) => derivative(tree, variable, { simplify: false }))
  const height = assemble([tree], [], variables)
  const slopes = assemble([], partials, variables)
  const all = assemble([tree], partials, variables)
  return {
    value: (x) => height(x, 0),
    gradient: (x, into) => void slopes(x, partials.length, into),
    valueAndGradient: (x, into) => all(x, partials.length, into),
    tex: tree.toTex({ implicit: 'hide', handler: indexed }).trim(),
  }
}

const functions: Readonly<Record<string, TapeOperation>> = {
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  exp: 'exp',
  log: 'log',
  sqrt: 'sqrt',
  abs: 'abs',
  tanh: 'tanh',
  // Only in derivatives.
  sec: 'sec',
  sech: 'sech',
}
const operators: Readonly<Record<string, TapeOperation>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '^': 'pow',
}

/**
 * Trees as one list of instructions. Equal parts are computed once, parts without variables once and for all.
 * @param derivatives where 0/0 stands at a kink (|u| at 0, √u² at 0), where 0 is a subgradient, or at the top of a cone
 * such as Ackley's minimum
 * @returns what computes them: the derivatives are written, the first value is returned (NaN where there is none)
 */
function assemble(
  values: readonly MathNode[],
  derivatives: readonly MathNode[],
  variables: readonly string[],
): (x: ArrayLike<number>, count: number, into?: Float64Array) => number {
  const initial: number[] = variables.map(() => NaN)
  const constant = new Set<number>()
  const known = new Map<string, number>()
  const instructions: Instruction[] = []

  const place = (key: string, value: number): number => {
    known.set(key, initial.length)
    return initial.push(value) - 1
  }
  const number = (value: number): number => {
    const key = `number ${Object.is(value, -0) ? '-0' : value}`
    const at = known.get(key) ?? place(key, value)
    constant.add(at)
    return at
  }
  const compute = (operation: TapeOperation, ...operands: number[]): number => {
    const key = `${operation} ${operands.join()}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (operands.every((at) => constant.has(at))) {
      const scratch = Float64Array.from([...operands.map((at) => initial[at] as number), 0])
      const to = operands.length
      run(tapeOf([{ operation, to, operands: [...operands.keys()] }]), scratch)
      return number(scratch[to] as number)
    }
    const to = place(key, NaN)
    instructions.push({ operation, to, operands })
    return to
  }
  const power = (base: number, exponent: number): number => {
    const n = constant.has(exponent) ? initial[exponent] : undefined
    if (n === 1) return base
    // Rounded once, as a power is meant to be, and many times faster than one.
    return n === 2 ? compute('mul', base, base) : compute('pow', base, exponent)
  }
  /** Of a factor with a negative power: what its product is divided by instead. */
  const divisor = (factor: MathNode | undefined): number | undefined => {
    let node = factor
    while (node?.type === 'ParenthesisNode') node = (node as ParenthesisNode).content
    if (node?.type !== 'OperatorNode' || (node as OperatorNode).op !== '^') return undefined
    const [base, exponent] = (node as OperatorNode).args
    // Only numbers: whatever is visited twice doubles the work with every level.
    if (!base || !exponent || exponent.filter(({ type }) => type === 'SymbolNode').length > 0)
      return undefined
    const n = initial[visit(exponent, true)] as number
    return n < 0 ? power(visit(base, true), number(-n)) : undefined
  }
  const visit = (node: MathNode, isDerivative: boolean): number => {
    switch (node.type) {
      case 'ConstantNode':
        return number((node as ConstantNode).value)
      case 'SymbolNode': {
        const { name } = node as SymbolNode
        const index = variables.indexOf(name)
        return index >= 0 ? index : number(constants[name as keyof typeof constants])
      }
      case 'ParenthesisNode':
        return visit((node as ParenthesisNode).content, isDerivative)
      case 'FunctionNode': {
        const call = node as FunctionNode
        const [argument, base] = call.args
        const operation = functions[call.fn.name]
        // mathjs writes the derivative of a power with log(x, e) or log(x).
        if (!operation || !argument || base)
          throw new Error(`mathjs returned the function ${node.toString()}`)
        return compute(operation, visit(argument, isDerivative))
      }
      case 'OperatorNode': {
        const { op, args } = node as OperatorNode
        // u′·u^(c−1) with c < 1, as a root written as a power has: at u = 0 it is what the root's own derivative is.
        const root = op === '*' && isDerivative ? divisor(args[1]) : undefined
        if (root !== undefined) return compute('quotient', visit(args[0] as MathNode, true), root)
        const [first, second] = args.map((one) => visit(one, isDerivative)) as [number, number | undefined]
        if (second === undefined) return op === '-' ? compute('neg', first) : first
        const operation = operators[op]
        if (!operation) throw new Error(`mathjs returned the operator ${String(op)}`)
        if (operation === 'pow') return power(first, second)
        return compute(operation === 'div' && isDerivative ? 'quotient' : operation, first, second)
      }
      default:
        throw new Error(`mathjs returned a ${node.type}`)
    }
  }
  const value = values.map((tree) => visit(tree, false))[0]
  const slopes = Int32Array.from(derivatives, (tree) => visit(tree, true))
  const tape = tapeOf(instructions)
  const register = Float64Array.from(initial)
  return (x, count, into) => {
    for (let i = 0; i < variables.length; i++) register[i] = x[i] as number
    run(tape, register)
    if (into) for (let i = 0; i < count; i++) into[i] = register[slopes[i] as number] as number
    return value === undefined ? NaN : (register[value] as number)
  }
}

const printed: Readonly<Record<string, (inside: string) => string>> = {
  sqrt: (inside) => `\\sqrt{${inside}}`,
  abs: (inside) => `\\left|${inside}\\right|`,
  log: (inside) => `\\ln\\left(${inside}\\right)`,
}

/**
 * x1 as x₁. Functions too, because mathjs prints their argument twice and so doubles its work with every level.
 */
const indexed = (node: MathNode, options: object): string | undefined => {
  if (node.type === 'FunctionNode') {
    const { fn, args } = node as FunctionNode
    const inside = args[0]?.toTex(options) ?? ''
    return printed[fn.name]?.(inside) ?? `\\${fn.name}\\left(${inside}\\right)`
  }
  const index = node.type === 'SymbolNode' ? /^x(\d)$/.exec((node as SymbolNode).name)?.[1] : undefined
  return index === undefined ? undefined : ` x_{${index}}`
}
