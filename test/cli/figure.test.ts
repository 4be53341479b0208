import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ids } from '../figures/specified.ts'
import { descentCommand, freshPlaces, json } from './descent.ts'

interface Files {
  files: string[]
}
interface Failure {
  error: { code: string; message: string; remedy: string }
}
interface RunAnswer {
  id: string
  settings: Record<string, unknown>
}

/** A library of the test's own and a folder beside it. */
function places() {
  const env = freshPlaces()
  return { env, out: join(dirname(env.DESCENT_HOME), 'figures') }
}
const runsIn = async (env: Record<string, string>) => (await json<RunAnswer[]>(['runs', 'list'], env)).value

describe('figure', () => {
  it('writes an SVG, making its folder, and says where', async () => {
    const { env, out } = places()
    const file = join(out, 'gd.svg')
    const { code, value } = await json<Files>(['figure', 'gd-2d', '--out', file], env)
    expect(code).toBe(0)
    expect(value).toEqual({ files: [file] })
    expect(readFileSync(file, 'utf8')).toBe(
      readFileSync(new URL('../figures/golden/gd-2d.svg', import.meta.url), 'utf8'),
    )
    // Nothing half-written lies beside it.
    expect(readdirSync(out)).toEqual(['gd.svg'])
  })

  it('writes a PNG of the size asked for', async () => {
    const { env, out } = places()
    const file = join(out, 'momentum.PNG')
    const size = ['--width', '600', '--height', '300', '--scale', '3']
    expect((await descentCommand(['figure', 'momentum-weights', '--out', file, ...size], env)).code).toBe(0)
    const png = readFileSync(file)
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1800, 900])
  })

  it('speaks the language asked for, in the theme asked for, without a title where none is wanted', async () => {
    const { env, out } = places()
    const file = join(out, 'f.svg')
    const how = ['--locale', 'zh-CN', '--theme', 'dark', '--no-title']
    await descentCommand(['figure', 'schedule-cosine', '--out', file, ...how], env)
    const picture = readFileSync(file, 'utf8')
    expect(picture).toContain('>学习率</text>')
    expect(picture).toContain('fill="#15181c"')
    expect(picture).toContain('余弦调度器：20 轮内从 0.3 降到 0.01</title>')
    expect(picture).not.toContain('余弦调度器：20 轮内从 0.3 降到 0.01</text>')
  })

  it('trains what it needs once, and takes finished runs with equal settings from the library', async () => {
    const { env, out } = places()
    const file = join(out, 'adam.svg')
    const picture = ['figure', 'airfoil-adam', '--out', file]
    expect((await descentCommand(picture, env)).code).toBe(0)
    const first = readFileSync(file, 'utf8')
    expect(first).toMatch(/final loss 0\.24\d\d</)
    const runs = await runsIn(env)
    expect(runs).toHaveLength(1)
    expect(runs[0]?.settings).toMatchObject({ workload: 'airfoil', optimizer: 'adam', batch: 10, seed: 1 })
    expect((await descentCommand(picture, env)).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(first)
    expect(await runsIn(env)).toHaveLength(1)
    // And it is what the preset trains.
    await json(['train', 'airfoil', '--preset', 'airfoil-adam'], env)
    const [one, other] = await runsIn(env)
    expect(other?.settings).toEqual(one?.settings)
  })

  it.each([
    ['another ending', ['gd-2d', '--out', 'x.pdf'], 'usage', 2],
    ['no ending', ['gd-2d', '--out', 'x'], 'usage', 2],
    ['no file', ['gd-2d'], 'usage', 2],
    ['an unknown figure', ['gd-3d', '--out', 'x.svg'], 'not-found', 2],
    ['an unknown theme', ['gd-2d', '--out', 'x.svg', '--theme', 'blue'], 'usage', 2],
  ])('refuses %s', async (_what, args, error, exit) => {
    const { env, out } = places()
    const inside = args.map((one) => (one.startsWith('x') ? join(out, one) : one))
    const { code, value } = await json<Failure>(['figure', ...inside], env)
    expect(value.error.code).toBe(error)
    expect(value.error.remedy).not.toBe('')
    expect(code).toBe(exit)
  })

  it('says so where a file stands in the way of the folder', async () => {
    const { env, out } = places()
    mkdirSync(dirname(out), { recursive: true })
    writeFileSync(out, '')
    const { code, value } = await json<Failure>(['figures', '--out', out], env)
    expect(code).toBe(2)
    expect(value.error).toMatchObject({
      code: 'invalid-value',
      message: expect.stringContaining(out) as string,
    })
  })
})

describe('figures', () => {
  it(
    'draws all, both ways, with recorded runs where training takes minutes',
    { timeout: 120_000 },
    async () => {
      const { env, out } = places()
      const { code, value } = await json<Files>(['figures', '--out', out, '--scale', '1'], env)
      expect(code).toBe(0)
      const { value: listed } = await json<{ id: string }[]>(['list', 'figures'])
      expect(listed.map(({ id }) => id)).toEqual(ids)
      const expected = ids.flatMap((id) => [`${id}.svg`, `${id}.png`])
      expect(value.files).toEqual(expected.map((name) => join(out, name)))
      expect(readdirSync(out).sort()).toEqual(expected.sort())
      expect(readFileSync(join(out, 'lenet-cosine.svg'), 'utf8')).toMatch(
        /recorded \d{4}-\d\d-\d\d with tensorflow 2/,
      )
      for (const file of value.files) {
        const bytes = readFileSync(file)
        if (file.endsWith('.png')) expect([...bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
        else expect(bytes.toString()).toMatch(/^<svg xmlns[\s\S]*<\/svg>\n$/)
      }
      // 11 figures of one run, and four series of nine: the first of each is a figure's own run already.
      expect(await runsIn(env)).toHaveLength(8 + 4 * 9)
    },
  )

  it('draws one kind of file where one is asked for, and refuses others', async () => {
    const { env, out } = places()
    const { code, value } = await json<Failure>(['figures', '--out', out, '--format', 'gif'], env)
    expect([code, value.error.code]).toEqual([2, 'usage'])
  })
})

describe('train --preset', () => {
  const trained = async (args: string[]) => {
    const { env } = places()
    expect((await descentCommand(['train', 'airfoil', ...args], env)).code).toBe(0)
    return (await runsIn(env))[0]?.settings
  }

  it('is overruled by what is given besides', async () => {
    expect(
      await trained(['--preset', 'airfoil-momentum-0.9', '--set', 'lr=0.02', '--batch', '20', '--seed', '5']),
    ).toMatchObject({
      optimizer: 'momentum',
      set: { lr: 0.02, momentum: 0.9 },
      batch: 20,
      epochs: 2,
      seed: 5,
    })
  })

  it('gives its hyperparameters to its own optimizer only', async () => {
    expect(await trained(['--preset', 'airfoil-gd', '--optimizer', 'adam'])).toMatchObject({
      optimizer: 'adam',
      set: {},
      batch: 1500,
      epochs: 10,
    })
  })

  it('names one series of several', async () => {
    expect(await trained(['--preset', 'airfoil-time:batch-100'])).toMatchObject({
      batch: 100,
      set: { lr: 0.4 },
    })
  })

  it.each([
    ['a figure of several series', ['airfoil', '--preset', 'airfoil-time'], 'usage', 2],
    ['a figure that trains nothing', ['airfoil', '--preset', 'gd-2d'], 'usage', 2],
    ['another workload’s', ['airfoil', '--preset', 'lenet-cosine'], 'usage', 2],
    ['an unknown figure', ['airfoil', '--preset', 'nothing'], 'not-found', 2],
  ])('refuses %s', async (_what, args, error, exit) => {
    const { env } = places()
    const { code, value } = await json<Failure>(['train', ...args], env)
    expect(value.error.code).toBe(error)
    expect(code).toBe(exit)
  })

  it('is explained in the help', async () => {
    const { stdout } = await descentCommand(['train', '--help'])
    expect(stdout).toContain('--preset <figure>')
    expect(stdout).toContain('FIGURE:SERIES')
  })
})

it('list figures names kinds, numbers and configurations, in the language asked for', async () => {
  const { value } = await json<Record<string, unknown>[]>(['list', 'figures', '--locale', 'zh-CN'])
  expect(value[0]).toMatchObject({
    id: 'gd-1d-0.2',
    title: '梯度下降，学习率 0.2',
    kind: 'trace',
    numbers: { last: [0.060466] },
    trace: { objective: 'x^2', set: { lr: 0.2 } },
  })
  expect(value.find(({ id }) => id === 'airfoil-adam')).toMatchObject({
    series: [
      { id: 'batch-10', settings: { optimizer: 'adam' }, numbers: { tutorial: { trainLoss: 0.243 } } },
    ],
  })
  expect((await descentCommand(['list', 'figures'])).stdout).toMatch(
    /^gd-1d-0\.2 +Gradient descent, learning rate 0\.2 +trace$/m,
  )
})
