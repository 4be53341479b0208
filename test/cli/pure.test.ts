import { describe, expect, it } from 'vitest'
import { descentCommand, json } from './descent.ts'

interface TraceAnswer {
  optimizer: string
  objective: string
  points: (number | null)[][]
  values: (number | null)[]
  status: string
}
interface Failure {
  error: { code: string; message: string; remedy: string }
}

describe('trace', () => {
  it('answers the shape that other programs rely on', async () => {
    const { code, value } = await json<TraceAnswer>([
      ...['trace', '--objective', '0.1*x1^2+2*x2^2', '--optimizer', 'momentum'],
      ...['--set', 'lr=0.6', '--set', 'momentum=0.5', '--start=-5,-2', '--steps', '20'],
    ])
    expect(code).toBe(0)
    expect(Object.keys(value)).toEqual(['optimizer', 'objective', 'points', 'values', 'status'])
    expect(value.points).toHaveLength(21)
    expect(value.values).toHaveLength(21)
    expect(value.points[0]).toEqual([-5, -2])
    expect(value.points[20]?.map((x) => x?.toFixed(6))).toEqual(['0.007188', '0.002553'])
    expect(value.status).toBe('done')
  })

  it('walks in one dimension', async () => {
    const { value } = await json<TraceAnswer>([
      'trace',
      '--objective',
      'x^2',
      '--set',
      'lr=1.1',
      '--start',
      '10',
      '--steps',
      '10',
    ])
    expect(value.points.at(-1)?.[0]).toBeCloseTo(61.917364, 6)
  })

  it('keeps the last finite point of a trace that diverges, and exits with 3', async () => {
    const { code, value } = await json<TraceAnswer>([
      'trace',
      '--objective',
      'x^4',
      '--set',
      'lr=1',
      '--start',
      '10',
      '--steps',
      '10',
    ])
    expect(code).toBe(3)
    expect(value.status).toBe('diverged')
    expect(value.points.flat().every((x) => x !== null && Number.isFinite(x))).toBe(true)
  })

  it('repeats a noisy trace for a seed and changes with it', async () => {
    const walk = async (seed: string) =>
      (
        await json<TraceAnswer>([
          'trace',
          '--objective',
          'x1^2+2*x2^2',
          '--start=-5,-2',
          '--noise',
          '1',
          '--seed',
          seed,
        ])
      ).stdout
    const [first, again, other] = await Promise.all([walk('1'), walk('1'), walk('2')])
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('takes schedules step by step, with an offset', async () => {
    const { value } = await json<TraceAnswer>([
      ...['trace', '--objective', 'x^2', '--start', '1', '--steps', '2', '--set', 'lr=0.5'],
      ...[
        '--schedule',
        'piecewise',
        '--schedule-set',
        'boundaries=1',
        '--schedule-set',
        'values=0.25,0.125',
        '--schedule-offset',
        '-1',
      ],
    ])
    // Step 0 has index −1: the optimizer's own 0.5, which lands on the minimum.
    expect(value.points).toEqual([[1], [0], [0]])
  })
})

describe('schedule', () => {
  it('prints value t at index t', async () => {
    const args = ['--set', 'base=2', '--schedule-set', 'factor=0.9', '--set', 'stop=0.01', '--steps', '50']
    const { value } = await json<{ values: number[] }>(['schedule', 'factor', ...args])
    expect(value.values).toHaveLength(50)
    expect(value.values[0]).toBeCloseTo(1.8, 12)
    expect(value.values[49]).toBeCloseTo(2 * 0.9 ** 50, 12)
  })

  it('draws a line through knots', async () => {
    const args = ['--set', 'boundaries=0,4,8', '--set', 'values=0,0.4,0.2', '--steps', '10']
    const { value } = await json<{ values: number[] }>(['schedule', 'knots', ...args])
    const wanted = [0, 0.1, 0.2, 0.3, 0.4, 0.35, 0.3, 0.25, 0.2, 0.2]
    expect(value.values).toEqual(wanted.map((rate) => expect.closeTo(rate, 12) as number))
  })
})

describe('list', () => {
  it.each(['optimizers', 'schedules', 'objectives', 'workloads', 'datasets', 'figures'])(
    '%s have an id and a title',
    async (kind) => {
      const { code, value } = await json<{ id: string; title: string }[]>(['list', kind])
      expect(code).toBe(0)
      expect(value.length).toBeGreaterThan(0)
      for (const { id, title } of value) expect([typeof id, typeof title]).toEqual(['string', 'string'])
    },
  )

  it('gives hyperparameters with default, range and meaning', async () => {
    const { value } = await json<{ id: string; hyperparameters: Record<string, unknown>[] }[]>([
      'list',
      'optimizers',
    ])
    const lr = value.find(({ id }) => id === 'adam')?.hyperparameters.find(({ name }) => name === 'lr')
    expect(lr).toMatchObject({ default: 0.001, range: { min: 0 }, meaning: 'learning rate' })
  })

  it('speaks Chinese where the environment does', async () => {
    const { stdout } = await descentCommand(['list', 'schedules'], { LC_ALL: 'zh_CN.UTF-8' })
    expect(stdout).toContain('余弦调度器')
  })
})

describe('wrong usage exits with 2 and says what is wrong and what to do', () => {
  const trace = ['trace', '--objective', 'x^2', '--start', '1']
  it.each([
    [
      'an unknown optimizer',
      [...trace, '--optimizer', 'adm'],
      'There is no optimizer "adm".',
      'Did you mean adam',
    ],
    ['an unknown hyperparameter', [...trace, '--set', 'rate=1'], 'sgd has no hyperparameter "rate".', 'lr'],
    ['a value out of bounds', [...trace, '--optimizer', 'adam', '--set', 'beta1=1'], 'beta1 is 1', '[0, 1)'],
    ['an unknown schedule', [...trace, '--schedule', 'cosin'], 'There is no schedule "cosin".', 'cosine'],
    ['an expression', ['trace', '--objective', '2x', '--start', '1'], 'Column 2', '2*x'],
    ['a missing option', ['trace'], '--objective', '--help'],
    [
      'a start that does not fit',
      ['trace', '--objective', 'x1^2+x2^2', '--start', '1'],
      'The start 1',
      'two numbers',
    ],
    ['steps that are no number', [...trace, '--steps', 'many'], 'many', 'whole number'],
    ['an assignment without a value', [...trace, '--set', 'lr'], 'lr', 'NAME=VALUE'],
    ['an unknown command', ['trian'], 'trian', 'train'],
    ['an unknown option', [...trace, '--stpes', '3'], '--stpes', '--steps'],
    ['an unknown list', ['list', 'optimisers'], 'optimisers', 'optimizers'],
    ['an unknown dataset', ['data', 'fetch', 'airfol'], 'airfol', 'airfoil'],
    ['neither a dataset nor --all', ['data', 'fetch'], '--all', 'descent data fetch'],
    ['a subcommand left out', ['runs'], 'subcommand', '--help'],
  ])('%s', async (_what, args, ...said) => {
    const { code, stdout, stderr } = await descentCommand(args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    for (const words of said) expect(stderr).toContain(words)
  })

  it('as one JSON value with --json', async () => {
    const { code, value, stderr } = await json<Failure>([...trace, '--optimizer', 'adm'])
    expect(code).toBe(2)
    expect(value.error).toEqual({
      code: 'not-found',
      message: 'There is no optimizer "adm".',
      remedy: expect.stringContaining('adam') as string,
    })
    expect(JSON.parse(stderr)).toEqual(value)
  })

  it('also where the command line itself is wrong', async () => {
    const { code, value } = await json<Failure>(['trace'])
    expect(code).toBe(2)
    expect(value.error.code).toBe('usage')
  })
})

describe('help', () => {
  it.each([[['--help']], [['help', 'train']], [['train', '--help']], [['runs', 'resume', '-h']]])(
    '%j',
    async (args) => {
      const { code, stdout } = await descentCommand(args)
      expect(code).toBe(0)
      expect(stdout).toContain('Usage: descent')
    },
  )

  it('is shown, with exit code 2, when nothing is asked', async () => {
    const { code, stdout } = await descentCommand([])
    expect(code).toBe(2)
    expect(stdout).toContain('Commands:')
  })
})
