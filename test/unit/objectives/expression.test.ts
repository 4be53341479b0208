import { spawnSync } from 'node:child_process'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { parseObjective } from '../../../src/objectives/expression.ts'

function refusal(text: string): DescentError {
  try {
    parseObjective(text)
  } catch (error) {
    if (error instanceof DescentError) return error
    throw new Error(`"${text}" ended in ${String(error)}`, { cause: error })
  }
  throw new Error(`"${text}" was taken for mathematics`)
}

function gradient(text: string, ...point: number[]): number[] {
  const into = new Float64Array(point.length)
  parseObjective(text).gradient(point, into)
  return [...into]
}

const value = (text: string, ...point: number[]) => parseObjective(text).value(point)

describe('refused at the column', () => {
  // text, column from 1, what the sentence contains
  test.each<[string, number, string]>([
    // implicit products
    ['2x', 2, 'operator is missing before "x"'],
    ['2 x', 3, 'operator is missing before "x"'],
    ['x x', 3, 'operator is missing before "x"'],
    ['x1 x2', 4, 'operator is missing before "x2"'],
    ['x(1)', 2, 'operator is missing before "("'],
    ['2(x+1)', 2, 'operator is missing before "("'],
    ['(x)(x)', 4, 'operator is missing before "("'],
    ['(x)2', 4, 'operator is missing before "2"'],
    ['x 2', 3, 'operator is missing before "2"'],
    ['2sin(x)', 2, 'operator is missing before "sin"'],
    ['pi x', 4, 'operator is missing before "x"'],
    ['1.2.3', 4, 'operator is missing before ".3"'],
    ['0x10', 2, 'operator is missing before "x10"'],
    ['2e', 2, 'operator is missing before "e"'],
    ['1_000', 2, '"_000"'],
    // names
    ['y', 1, '"y" is not known'],
    ['1+foo', 3, '"foo" is not known'],
    ['x3', 1, '"x3" is not known'],
    ['X', 1, '"X" is not known'],
    ['Sin(x)', 1, '"Sin" is not known'],
    ['cosh(x)', 1, '"cosh" is not known'],
    ['ln(x)', 1, '"ln" is not known'],
    ['i', 1, '"i" is not known'],
    ['Infinity', 1, '"Infinity" is not known'],
    ['NaN', 1, '"NaN" is not known'],
    ['xx', 1, '"xx" is not known'],
    ['x_1', 1, '"x_1" is not known'],
    ['import', 1, '"import" is not known'],
    ['import("fs")', 1, '"import" is not known'],
    ['eval', 1, '"eval" is not known'],
    ['x mod 2', 3, 'operator is missing before "mod"'],
    ['f(x)=x', 1, '"f" is not known'],
    ['x if x', 3, 'operator is missing before "if"'],
    // what every object inherits
    ['constructor', 1, '"constructor" is not known'],
    ['x+constructor', 3, '"constructor" is not known'],
    ['__proto__', 1, '"__proto__" is not known'],
    ['toString', 1, '"toString" is not known'],
    ['valueOf', 1, '"valueOf" is not known'],
    ['hasOwnProperty', 1, '"hasOwnProperty" is not known'],
    ['constructor(x)', 1, '"constructor" is not known'],
    // properties, indices, strings, brackets
    ['x.y', 2, '"." is not part'],
    ['x.constructor', 2, '"." is not part'],
    ['Math.sin(x)', 1, '"Math" is not known'],
    ['"x"', 1, '""" is not part'],
    ["'x'", 1, `"'" is not part`],
    ['`x`', 1, '"`" is not part'],
    ['x[0]', 2, '"[" is not part'],
    ['[x]', 1, '"[" is not part'],
    ['{x}', 1, '"{" is not part'],
    // operators that are not ours
    ['x**2', 2, '"**" is not an operator'],
    ['x ** 2', 3, '"**" is not an operator'],
    ['x!', 2, '"!" is not part'],
    ["x'", 2, `"'" is not part`],
    ['x%2', 2, '"%" is not part'],
    ['x>1', 2, '">" is not part'],
    ['x=2', 2, '"=" is not part'],
    ['x,1', 2, '"," is not part'],
    ['x;1', 2, '";" is not part'],
    ['x|1', 2, '"|" is not part'],
    ['x&1', 2, '"&" is not part'],
    ['x?1:2', 2, '"?" is not part'],
    ['#x', 1, '"#" is not part'],
    ['x\\y', 2, '"\\" is not part'],
    ['x²', 2, '"²" is not part'],
    ['x·2', 2, '"·" is not part'],
    ['x−1', 2, '"−" is not part'], // a typographic minus
    ['2×x', 2, '"×" is not part'],
    ['x，1', 2, '"，" is not part'],
    // functions without arguments
    ['sin', 4, 'in parentheses'],
    ['sin x', 5, 'in parentheses'],
    ['sin^2', 4, 'in parentheses'],
    ['sin()', 5, 'nothing between'],
    ['()', 2, 'nothing between'],
    ['x+()', 4, 'nothing between'],
    // unbalanced, unfinished
    ['(x', 3, ''],
    ['((x)', 5, ''],
    ['sin(x', 6, ''],
    ['x)', 2, ''],
    [')x', 1, ''],
    ['(x))', 4, ''],
    ['x+', 3, ''],
    ['x^', 3, ''],
    ['x*/2', 3, ''],
    ['*x', 1, ''],
    ['/x', 1, ''],
    ['x^*2', 3, ''],
    ['(x+)', 4, ''],
    ['-', 2, ''],
    ['', 1, 'empty'],
    ['   ', 1, 'empty'],
    // variables of both dimensions
    ['x+x1', 1, 'mixed'],
    ['x2*x', 1, 'mixed'],
  ])('%j at column %i', (text, column, sentence) => {
    const { code, message, remedy } = refusal(text)
    expect(code).toBe('expression')
    const [first, shown, caret] = message.split('\n')
    expect(first).toMatch(new RegExp(`^Column ${column}: `))
    expect(first).toContain(sentence)
    expect(shown).toBe(`  ${text}`)
    expect(caret).toBe(`  ${' '.repeat(column - 1)}^`)
    expect(remedy).toMatch(/\.$/)
  })

  test('a remedy for the two mistakes that everybody makes', () => {
    expect(refusal('2x').remedy).toContain('2*x')
    expect(refusal('x**2').remedy).toContain('x^2')
  })
})

describe('hostile or careless text ends in a sentence, never in a crash', () => {
  const deep = (n: number, inner: string) => '('.repeat(n) + inner + ')'.repeat(n)

  test('too long', () => {
    const { code, message } = refusal('x+'.repeat(1000) + 'x')
    expect(code).toBe('expression')
    expect(message).toContain('2001')
    expect(message).toContain('1000')
    expect(message.length).toBeLessThan(300)
  })

  test('1,000 characters are not too long', () => {
    const text = 'x+'.repeat(499) + '10'
    expect(text).toHaveLength(1000)
    expect(value(text, 2)).toBe(1008)
    expect(gradient(text, 2)).toEqual([499])
  })

  test.each([
    ['5,000 parentheses', deep(5000, 'x')],
    ['5,000 parentheses that never close', '('.repeat(5000)],
    ['499 parentheses, which the length allows', deep(499, 'x')],
    ['999 parentheses that never close', '('.repeat(999) + 'x'],
    ['998 signs', '-'.repeat(998) + 'x'],
    ['a tower of 499 powers', 'x^'.repeat(499) + 'x'],
  ])('%s', (_, text) => {
    try {
      const { value, gradient } = parseObjective(text)
      value([1])
      gradient([1], new Float64Array(1))
    } catch (error) {
      expect(error).toBeInstanceOf(DescentError)
    }
  })

  // In a process of its own, so that one which never ends is ended. An expression of 1,000 characters is read in
  // milliseconds; the limit only tells that from twice as long with every further parenthesis.
  test.each([
    ['sin(', ')', 199],
    ['sqrt(1+', ')', 120],
    ['abs(', ')', 30],
    ['-(', ')', 249],
    ['(', '^2)', 199],
  ])('%s… within each other end', { timeout: 30_000 }, (open, close, depth) => {
    const text = open.repeat(depth) + 'x' + close.repeat(depth)
    const program = `
      import { parseObjective } from ${JSON.stringify(new URL('../../../src/objectives/expression.ts', import.meta.url).href)}
      try {
        parseObjective(${JSON.stringify(text)}).gradient([0.5], new Float64Array(1))
        console.log('read')
      } catch (error) {
        console.log(error.code)
      }`
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 5_000,
    })
    expect(signal, 'it had to be ended').toBeNull()
    expect(['read', 'expression']).toContain(stdout.trim())
  })

  test.each(['x\n+1', 'x\n', '\nx', 'x\r\n', 'x\r\n+1', 'x\u2028+1', 'x\u00a0+\u00a01', 'x\v+1', '\ufeffx'])(
    '%j is read as if it had spaces, or refused',
    (text) => {
      try {
        const found = value(text, 3)
        expect(found).toBe(text.includes('1') ? 4 : 3)
      } catch (error) {
        expect(error).toBeInstanceOf(DescentError)
      }
    },
  )

  test.each(['2.*x', '2./x', '2.^x', '2.*-x'])('%s: a number may end in its point', (text) => {
    expect(value(text, 3)).toBe(value(text.replace('.', ''), 3))
  })

  test('a character outside the basic plane is named whole', () => {
    const { message } = refusal('x+😀')
    expect(message.isWellFormed()).toBe(true)
    expect(message).toContain('"😀"')
  })
})

describe('what is mathematics', () => {
  test.each<[string, number[], number]>([
    ['x', [3], 3],
    ['+x', [3], 3],
    ['--x', [3], 3],
    ['x^+2', [3], 9],
    ['.5*x', [3], 1.5],
    ['1e2*x', [3], 300],
    ['1E-2*x', [3], 0.03],
    // a point and an exponent: no product of 2 and e
    ['2.e1*x', [3], 60],
    ['2.e+1*x', [3], 60],
    ['2.E-1*x', [3], 0.2 * 3],
    ['2.5e+1*x', [3], 75],
    ['2.-x', [3], -1],
    ['2.', [3], 2],
    ['\tx + 1 ', [3], 4],
    ['(x)', [3], 3],
    ['x-x', [3], 0],
    ['-x^2', [3], -9],
    ['2^3^x', [2], 512],
    ['8/4/x', [2], 1],
    ['pi', [3], Math.PI],
    ['e', [3], Math.E],
    ['log(e)', [3], 1],
    ['sqrt(x)+abs(-x)+tanh(0)', [4], 6],
    ['sin(0)+cos(0)+tan(0)+exp(0)', [4], 2],
    ['x2-x1', [3, 5], 2],
    ['x2', [3, 5], 5],
    ['x1', [3, 5], 3],
  ])('%s at %j is %d', (text, point, expected) => {
    expect(parseObjective(text).dimension).toBe(point.length)
    expect(value(text, ...point)).toBe(expected)
  })

  test('an expression without variables takes the dimension of the start', () => {
    expect(parseObjective('42').dimension).toBe(1)
    expect(parseObjective('42', 2).dimension).toBe(2)
    const into = Float64Array.of(7, 7)
    parseObjective('42', 2).gradient([1, 2], into)
    expect([...into]).toEqual([0, 0])
  })

  test('a variable decides the dimension, not the start', () => {
    expect(parseObjective('x1', 1).dimension).toBe(2)
    expect(parseObjective('x', 2).dimension).toBe(1)
  })

  test('outside its domain it is not a number, and nothing is thrown', () => {
    expect(value('log(x)', -1)).toBeNaN()
    expect(value('log(x)', 0)).toBe(-Infinity)
    expect(value('1/x', 0)).toBe(Infinity)
    expect(value('sqrt(x)', -1)).toBeNaN()
    expect(value('x^0.5', -1)).toBeNaN()
  })
})

describe('gradients where the formula is delicate', () => {
  test.each<[string, number[], number[]]>([
    // the kinks of abs: the subgradient of least length
    ['abs(x)', [0], [0]],
    ['abs(x)', [2], [1]],
    ['abs(x)', [-2], [-1]],
    ['3*abs(x)', [0], [0]],
    ['abs(x-1)', [1], [0]],
    ['abs((x-1))', [1], [0]],
    ['abs(-x)', [0], [0]],
    ['abs(2*x+4)', [-2], [0]],
    ['abs(2*x+4)', [-3], [-2]],
    ['abs(x^2-4)', [2], [0]],
    ['abs(x^2-4)', [1], [-2]],
    ['abs(abs(x))', [0], [0]],
    ['abs(abs(x)-1)', [1], [0]],
    ['abs(sin(x))', [0], [0]],
    ['abs(x)^2', [0], [0]],
    ['abs(x)*abs(x)', [0], [0]],
    ['exp(abs(x))', [0], [0]],
    ['abs(x1)+2*abs(x2)', [0, -1], [0, -2]],
    ['abs(x1-x2)', [1, 1], [0, 0]],
    ['sqrt(x^2)', [0], [0]],
    ['sqrt(x1^2+x2^2)', [0, 0], [0, 0]],
    ['(x1^2+x2^2)^0.5', [0, 0], [0, 0]],
    ['(x1^2+x2^2)^0.5', [3, -4], [0.6, -0.8]],
    ['3*(x1^2+x2^2)^0.5*x2', [0, 0], [0, 0]],
    ['(x^2)^(1/3)', [0], [0]],
    ['x^-2', [2], [-0.25]],
    ['x^-1', [0], [-Infinity]],
    // written by the person, not by the derivative
    ['abs(x)/x', [2], [0]],
    ['(abs(x)/x)*x', [2], [1]],
    // powers at 0
    ['x^2', [0], [0]],
    ['x^1', [0], [1]],
    ['x^0', [0], [0]],
    ['x^0', [5], [0]],
    ['x^3', [-2], [12]],
    ['(-2)^x1*x2', [2, 1], [NaN, 4]],
    ['x1^2*x2^3', [0, 0], [0, 0]],
    ['x1^2*x2^3', [-1, -2], [16, 12]],
    ['x1^x2', [2, 0], [0, Math.log(2)]],
    // constants
    ['pi^2+e', [1], [0]],
    ['x*0', [1], [0]],
    // saturated
    ['tanh(x)', [1000], [0]],
    ['exp(-x^2)', [100], [-0]],
    ['+x', [1], [1]],
    ['1/x', [2], [-0.25]],
    ['-(x-3)^2', [3], [-0]],
  ])('%s at %j', (text, point, expected) => {
    const found = gradient(text, ...point)
    expected.forEach((slope, i) => {
      // −0 is as good as 0 in a gradient.
      if (Number.isNaN(slope)) expect(found[i]).toBeNaN()
      else if (slope === 0) expect(found[i] === 0, `partial ${i + 1} is ${found[i]}`).toBe(true)
      else expect(found[i]).toBeCloseTo(slope, 14)
    })
  })

  test('reading one expression leaves another alone', () => {
    const a = parseObjective('x^2')
    const b = parseObjective('x^3')
    expect([a.value([2]), b.value([2]), a.value([2])]).toEqual([4, 8, 4])
  })
})

describe('as TeX', () => {
  test.each([
    'x^2',
    '-x^-2*-3',
    'x*cos(0.15*pi*x)',
    '(1-x1)^2+100*(x2-x1^2)^2',
    'sqrt(abs(x))/log(x)-tanh(exp(x))',
    '1e-3*x1^x2',
    'e^(-x^2)',
  ])('%s is what KaTeX understands', (text) => {
    const { tex } = parseObjective(text)
    expect(() => katex.renderToString(tex, { throwOnError: true, strict: 'error' })).not.toThrow()
  })

  test('x1 and x2 have an index', () => {
    expect(parseObjective('x1+x2').tex).toMatch(/x_\{?1\}?.*x_\{?2\}?/)
  })
})
