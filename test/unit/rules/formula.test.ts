import { describe, expect, test } from 'vitest'
import { optimizers } from '../../../src/optimizers/index.ts'
import { defineOptimizer } from '../../../src/rules/definition.ts'
import { formula, formulaLines } from '../../../src/rules/formula.ts'
import { rate } from '../../../src/rules/hyperparameter.ts'
import { interpret } from '../../../src/rules/numbers.ts'
import { traceRule, type Program } from '../../../src/rules/program.ts'
import { hyperparametersOf } from '../../../src/rules/settle.ts'
import { clipScale } from '../../../src/rules/state.ts'
import { combinations, gradients, rates, start } from '../../conformance/properties.ts'

/**
 * A reader of the TeX that formulas are printed in: it computes what a person would who follows the lines by hand.
 * Knows sums, juxtaposed products, powers, \frac, \sqrt, |·|, sign, max, min and cases, and nothing of the graph.
 */
class Reader {
  #at = 0
  readonly #text: string
  readonly #value: (symbol: string) => number
  readonly #symbols: readonly string[]

  constructor(text: string, symbols: readonly string[], value: (symbol: string) => number) {
    this.#text = text
    this.#symbols = [...symbols].sort((a, b) => b.length - a.length)
    this.#value = value
  }

  static read(text: string, symbols: readonly string[], value: (symbol: string) => number): number {
    const reader = new Reader(text, symbols, value)
    const result = reader.#sum()
    if (reader.#rest() !== '') throw new Error(`left over: ${reader.#rest()}`)
    return result
  }

  #rest(): string {
    while (this.#text[this.#at] === ' ') this.#at++
    return this.#text.slice(this.#at)
  }

  #take(...tokens: string[]): string | undefined {
    const rest = this.#rest()
    const found = tokens.find((token) => rest.startsWith(token))
    if (found !== undefined) this.#at += found.length
    return found
  }

  #need(token: string): void {
    if (this.#take(token) === undefined) throw new Error(`${token} expected at ${this.#rest()}`)
  }

  #within(open: string, close: string): number {
    this.#need(open)
    const value = this.#sum()
    this.#need(close)
    return value
  }

  #sum(): number {
    let value = this.#take('-') ? -this.#product() : this.#product()
    for (;;) {
      if (this.#take('+')) value += this.#product()
      else if (this.#take('-')) value -= this.#product()
      else return value
    }
  }

  #product(): number {
    let value = this.#power()
    for (;;) {
      this.#take('\\cdot')
      const rest = this.#rest()
      if (rest === '' || /^(?:[-+})&,<>]|\\right|\\\\|\\end)/.test(rest)) return value
      value *= this.#power()
    }
  }

  #power(): number {
    const base = this.#primary()
    if (!this.#take('^')) return base
    const rest = this.#rest()
    if (rest.startsWith('{')) return base ** this.#within('{', '}')
    this.#at++
    return base ** Number(rest[0])
  }

  #primary(): number {
    const symbol = this.#take(...this.#symbols)
    if (symbol !== undefined) return this.#value(symbol)
    if (this.#take('\\frac')) {
      const above = this.#within('{', '}')
      return above / this.#within('{', '}')
    }
    if (this.#take('\\sqrt')) return Math.sqrt(this.#within('{', '}'))
    if (this.#take('\\operatorname{sign}')) return Math.sign(this.#within('\\left(', '\\right)'))
    const choice = this.#take('\\max', '\\min')
    if (choice !== undefined) {
      this.#need('\\left(')
      const a = this.#sum()
      this.#need(',')
      const b = this.#sum()
      this.#need('\\right)')
      return choice === '\\max' ? Math.max(a, b) : Math.min(a, b)
    }
    if (this.#take('\\begin{cases}')) return this.#cases()
    if (this.#rest().startsWith('\\left|')) return Math.abs(this.#within('\\left|', '\\right|'))
    if (this.#rest().startsWith('\\left(')) return this.#within('\\left(', '\\right)')
    const number = /^\d+(?:\.\d+)?/.exec(this.#rest())?.[0]
    if (number === undefined) throw new Error(`not understood: ${this.#rest()}`)
    this.#at += number.length
    return Number(number)
  }

  #cases(): number {
    let chosen: number | undefined
    for (;;) {
      const value = this.#sum()
      this.#need('&')
      if (this.#take('\\text{otherwise}')) chosen ??= value
      else {
        const left = this.#sum()
        const relation = this.#take('<', '>')
        const right = this.#sum()
        if (relation === '>' ? left > right : left < right) chosen ??= value
      }
      if (this.#take('\\end{cases}')) break
      this.#need('\\\\')
    }
    if (chosen === undefined) throw new Error('no case applies')
    return chosen
  }
}

/** Follows the lines for one coordinate: what each symbol on their left stands for at the end. */
function follow(lines: string[], known: Map<string, number>): Map<string, number> {
  for (const line of lines) {
    const [left, right] = line.split(/ (?:=|\\leftarrow) /) as [string, string]
    const value = Reader.read(right, [...known.keys()], (symbol) => known.get(symbol) as number)
    known.set(left, value)
  }
  return known
}

function symbols(program: Program, t: number, lr: number): Map<string, number> {
  const known = new Map([['t', t]])
  for (const [name, declared] of Object.entries(hyperparametersOf(program.rule)))
    if ('tex' in declared) known.set(declared.tex, program.values[name] as number)
  known.set('\\eta', lr)
  return known
}

describe('whoever follows the formula by hand gets what the rule computes', () => {
  test.each(optimizers.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
    for (const set of combinations(rule)) {
      const program = traceRule(rule, set)
      const lines = formulaLines(program)
      const step = interpret(program)
      const at = start(program)
      for (let k = 0; k < 12; k++) {
        const g = gradients[k] as Float64Array
        const lr = rates[k] as number
        const before = structuredClone(at)
        step(at.theta, g, at.state, lr)
        for (let i = 0; i < g.length; i++) {
          const known = symbols(program, k + 1, lr)
          known.set('\\theta', before.theta[i] as number)
          known.set('g', g[i] as number)
          known.set('\\lVert g \\rVert', Math.hypot(...g) || 1e-300)
          const names = Object.entries(rule.slots).map(([name, { tex }]) => [name, tex] as const)
          names.forEach(([, tex], slot) => known.set(tex, before.state.slots[slot]?.[i] as number))
          Object.values(rule.carried ?? {}).forEach(({ tex }, c) =>
            known.set(tex, before.state.carried[c] as number),
          )
          const after = follow(lines, known)
          const close = (found: number | undefined, expected: number, what: string) => {
            const off = Math.abs((found ?? NaN) - expected) / Math.max(1e-3, Math.abs(expected))
            expect(
              off,
              `${what} at step ${k + 1} with ${JSON.stringify(set)}\n${lines.join('\n')}`,
            ).toBeLessThan(1e-11)
          }
          close(after.get('\\theta'), at.theta[i] as number, 'θ')
          names.forEach(([name, tex], slot) =>
            close(after.get(tex), at.state.slots[slot]?.[i] as number, name),
          )
        }
      }
    }
  })

  test('the norm is the one that clips', () => {
    const g = Float64Array.of(3, 4)
    expect(clipScale(g, 2.5)).toBe(0.5)
    expect(clipScale(g, 5)).toBe(1)
    expect(clipScale(g, 100)).toBe(1)
    expect(clipScale(new Float64Array(2), 1)).toBe(1)
  })
})

describe('brackets', () => {
  type Ops = Parameters<ReturnType<typeof defineOptimizer>['update']>[2]
  type Operand = ReturnType<Ops['symbol']>

  const line = (build: (o: Ops, g: Operand, theta: Operand, lr: Operand) => Operand): string => {
    const rule = defineOptimizer({
      id: 'test',
      title: 'Test',
      description: { en: '', 'zh-CN': '' },
      source: '',
      hyper: { lr: rate(0.1) },
      slots: {},
      update: ({ g, theta }, { lr }, o) => ({ theta: build(o, g, theta, lr) }),
    })
    return (formulaLines(traceRule(rule))[0] as string).replace('\\theta \\leftarrow ', '')
  }

  test.each<[string, (o: Ops, g: Operand, theta: Operand, lr: Operand) => Operand]>([
    ['a − (b + c)', (o, g, theta, lr) => o.sub(theta, o.add(g, lr))],
    ['a − (b − c)', (o, g, theta, lr) => o.sub(theta, o.sub(g, lr))],
    ['a + (b − c)', (o, g, theta, lr) => o.add(theta, o.sub(g, lr))],
    ['a − (−b)', (o, g, theta) => o.sub(theta, o.neg(g))],
    ['−(a + b)', (o, g, theta) => o.neg(o.add(theta, g))],
    ['−(a · b)', (o, g, theta) => o.neg(o.mul(theta, g))],
    ['(a + b) · c', (o, g, theta, lr) => o.mul(o.add(theta, g), lr)],
    ['a · (b − c)', (o, g, theta, lr) => o.mul(theta, o.sub(g, lr))],
    ['a · (−b)', (o, g, theta) => o.mul(theta, o.neg(g))],
    ['(−a) · b', (o, g, theta) => o.mul(o.neg(theta), g)],
    ['(a + b)²', (o, g, theta) => o.square(o.add(theta, g))],
    ['(a · b)²', (o, g, theta) => o.square(o.mul(theta, g))],
    ['(−a)²', (o, _g, theta) => o.square(o.neg(theta))],
    ['(a²)²', (o, _g, theta) => o.square(o.square(theta))],
    ['(a/b)²', (o, g, theta) => o.square(o.div(theta, g))],
    ['√a²', (o, g) => o.square(o.sqrt(o.abs(g)))],
    ['(a + b)^c', (o, g, theta, lr) => o.pow(o.add(o.abs(theta), o.abs(g)), lr)],
    ['(a^b)^c', (o, g, theta, lr) => o.pow(o.pow(o.abs(theta), g), lr)],
    ['(a/b)^c', (o, g, theta, lr) => o.pow(o.abs(o.div(theta, g)), lr)],
    ['2 · 3 · a', (o, _g, theta) => o.mul(2, 3, theta)],
    ['a · 2 · 3', (o, _g, theta) => o.mul(theta, 2, 3)],
    ['a · 2^b', (o, g, theta) => o.mul(theta, o.pow(2, g))],
    ['2 · 2^b', (o, g) => o.mul(2, o.pow(2, g))],
    ['a · (−3)', (o, _g, theta) => o.mul(theta, -3)],
    ['a − (−3)', (o, _g, theta) => o.sub(theta, -3)],
    ['(−3)^2', (o, _g, theta) => o.mul(theta, o.pow(-3, 2))],
    ['a/(b/c)', (o, g, theta, lr) => o.div(theta, o.div(g, lr))],
    ['a · (b/c)', (o, g, theta, lr) => o.mul(theta, o.div(g, lr))],
    ['max(a, b) + c', (o, g, theta, lr) => o.add(o.max(theta, g), lr)],
    ['|a|²', (o, _g, theta) => o.square(o.abs(theta))],
    ['sign(a)²', (o, _g, theta) => o.square(o.sign(theta))],
    ['a · cases', (o, g, theta, lr) => o.mul(theta, o.select(g, 0, lr, 2))],
    ['cases + cases', (o, g, theta, lr) => o.add(o.select(g, 0, lr, 2), o.select(0, theta, g, 3))],
    ['cases within cases, first', (o, g, theta, lr) => o.select(g, 0, o.select(theta, 0, lr, 2), 3)],
    ['cases within cases, otherwise', (o, g, theta, lr) => o.select(g, 0, 3, o.select(theta, 0, lr, 2))],
  ])('%s', (_, build) => {
    const text = line(build)
    for (const g of [-1.7, 0.6])
      for (const theta of [-2.3, 1.9]) {
        const rule = defineOptimizer({
          id: 'test',
          title: 'Test',
          description: { en: '', 'zh-CN': '' },
          source: '',
          hyper: { lr: rate(0.1) },
          slots: {},
          update: (x, h, o) => ({ theta: build(o, x.g, x.theta, h.lr) }),
        })
        const program = traceRule(rule)
        const expected = Float64Array.of(theta)
        interpret(program)(
          expected,
          Float64Array.of(g),
          { t: 0, slots: [], carried: new Float64Array() },
          0.3,
        )
        const known = new Map([
          ['g', g],
          ['\\theta', theta],
          ['\\eta', 0.3],
        ])
        const found = Reader.read(text, [...known.keys()], (symbol) => known.get(symbol) as number)
        expect(found, text).toBeCloseTo(expected[0] as number, 12)
      }
    // A fraction with an exponent needs brackets: without them the exponent looks like part of the denominator.
    expect(text).not.toMatch(/\\frac\{[^{}]*\}\{[^{}]*\}\^/)
  })

  test('one block, aligned at the arrows', () => {
    const [sgd] = optimizers
    if (sgd)
      expect(formula(traceRule(sgd))).toBe(
        '\\begin{aligned}\\theta &\\leftarrow \\theta - \\eta g\\end{aligned}',
      )
  })
})
