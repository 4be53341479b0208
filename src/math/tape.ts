/**
 * Arithmetic as a list of instructions over registers: what rules and typed expressions are run as where source may
 * not be compiled. Numbers in typed arrays and one dense switch, because it is the innermost loop of every trace.
 */
export const operations = [
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'sqrt',
  'abs',
  'sign',
  'max',
  'min',
  'pow',
  'select', // select(a, b, x, y): x where a > b, else y
  'sin',
  'cos',
  'tan',
  'exp',
  'log',
  'tanh',
  'sec',
  'sech',
  'quotient', // a / b, but 0 / 0 is 0
] as const
export type TapeOperation = (typeof operations)[number]

const codes = new Map<string, number>(operations.map((name, code) => [name, code]))

/** Instructions of six numbers each: operation, target register, registers of the operands a, b, x, y. */
export type Tape = Int32Array
const width = 6

export interface Instruction {
  readonly operation: TapeOperation
  readonly to: number
  /** Registers of up to four operands. */
  readonly operands: readonly number[]
}

export function tapeOf(instructions: readonly Instruction[]): Tape {
  const tape = new Int32Array(width * instructions.length)
  instructions.forEach(({ operation, to, operands }, at) => {
    tape.set([codes.get(operation) as number, to, ...operands], width * at)
  })
  return tape
}

/** register[to] = operation(register[a], …), in order. */
export function run(tape: Tape, register: Float64Array): void {
  for (let at = 0; at < tape.length; at += width) {
    const a = register[tape[at + 2] as number] as number
    const b = register[tape[at + 3] as number] as number
    let result: number
    switch (tape[at]) {
      case 0:
        result = a + b
        break
      case 1:
        result = a - b
        break
      case 2:
        result = a * b
        break
      case 3:
        result = a / b
        break
      case 4:
        result = -a
        break
      case 5:
        result = Math.sqrt(a)
        break
      case 6:
        result = Math.abs(a)
        break
      case 7:
        result = Math.sign(a)
        break
      case 8:
        result = Math.max(a, b)
        break
      case 9:
        result = Math.min(a, b)
        break
      case 10:
        result = a ** b
        break
      case 11:
        result = register[tape[a > b ? at + 4 : at + 5] as number] as number
        break
      case 12:
        result = Math.sin(a)
        break
      case 13:
        result = Math.cos(a)
        break
      case 14:
        result = Math.tan(a)
        break
      case 15:
        result = Math.exp(a)
        break
      case 16:
        result = Math.log(a)
        break
      case 17:
        result = Math.tanh(a)
        break
      case 18:
        result = 1 / Math.cos(a)
        break
      case 19:
        result = 1 / Math.cosh(a)
        break
      case 20:
        result = a === 0 && b === 0 ? 0 : a / b
        break
      default:
        throw new RangeError(`There is no operation ${tape[at]}.`)
    }
    register[tape[at + 1] as number] = result
  }
}
