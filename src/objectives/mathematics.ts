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
import { constants } from './lexer.ts'

export type Evaluate = (x: readonly number[]) => number

const functions: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  // Only in derivatives.
  sec: (value) => 1 / Math.cos(value),
  sech: (value) => 1 / Math.cosh(value),
}

/**
 * A checked expression as functions: its value, and the exact partial derivative by each variable.
 * mathjs parses and differentiates; the trees become closures, so nothing a person typed is ever compiled as code.
 */
export function compileMathematics(
  text: string,
  variables: readonly string[],
): { value: Evaluate; partials: readonly Evaluate[]; tex: string } {
  // Every blank is a space and no number ends in its point: mathjs reads line breaks and `.*` in its own way.
  const tree = parse(text.replace(/\s/g, ' ').replace(/(\d)\.(?!\d|[eE][+-]?\d)/g, '$1 '))
  return {
    value: compile(tree, variables),
    // Unsimplified: simplification would turn decimals into fractions and round differently.
    partials: variables.map((variable) =>
      compile(derivative(tree, variable, { simplify: false }), variables, true),
    ),
    tex: tree.toTex({ implicit: 'hide', handler: indexed }).trim(),
  }
}

function compile(node: MathNode, variables: readonly string[], isDerivative = false): Evaluate {
  switch (node.type) {
    case 'ConstantNode': {
      const { value } = node as ConstantNode
      return () => value
    }
    case 'SymbolNode': {
      const { name } = node as SymbolNode
      const index = variables.indexOf(name)
      if (index >= 0) return (x) => x[index] as number
      const value = constants[name as keyof typeof constants]
      return () => value
    }
    case 'ParenthesisNode':
      return compile((node as ParenthesisNode).content, variables, isDerivative)
    case 'FunctionNode': {
      const call = node as FunctionNode
      const name = call.fn.name
      const [argument, base] = call.args
      if (!argument) throw new Error(`${name} has no argument`)
      const inner = compile(argument, variables, isDerivative)
      const apply = functions[name]
      // mathjs writes the derivative of a power with log(x, e) or log(x).
      if (!apply || base) throw new Error(`mathjs returned the function ${node.toString()}`)
      return (x) => apply(inner(x))
    }
    case 'OperatorNode':
      return compileOperator(node as OperatorNode, variables, isDerivative)
    default:
      throw new Error(`mathjs returned a ${node.type}`)
  }
}

function compileOperator(node: OperatorNode, variables: readonly string[], isDerivative: boolean): Evaluate {
  const [first, second] = node.args as [MathNode, MathNode | undefined]
  const a = compile(first, variables, isDerivative)
  if (!second) return node.op === '-' ? (x) => -a(x) : a
  const b = compile(second, variables, isDerivative)
  switch (node.op) {
    case '+':
      return (x) => a(x) + b(x)
    case '-':
      return (x) => a(x) - b(x)
    case '*':
      return (x) => a(x) * b(x)
    case '/':
      return isDerivative ? (x) => quotient(a(x), b(x)) : (x) => a(x) / b(x)
    case '^':
      return (x) => a(x) ** b(x)
    default:
      throw new Error(`mathjs returned the operator ${String(node.op)}`)
  }
}

/**
 * 0/0 in a derivative stands at a kink (|u| at 0, √u² at 0), where 0 is a subgradient, or at the top of a cone such as
 * Ackley's minimum.
 */
const quotient = (a: number, b: number): number => (a === 0 && b === 0 ? 0 : a / b)

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
