import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Terminal } from '../../src/cli/command.ts'
import { printRun } from '../../src/cli/commands/train.ts'
import { localeOf } from '../../src/cli/locale.ts'
import { Latest } from '../../src/cli/latest.ts'
import { ProgressLine } from '../../src/cli/progress.ts'
import type { LabEvent } from '../../src/contract/lab.ts'
import type { RunRecord, RunSummary } from '../../src/experiments/run.ts'
import { announce, socketPath } from '../../src/lab/endpoint.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { settings } from '../support/airfoil.ts'
import { queuedRun } from '../support/run.ts'
import { sampleRun } from '../support/runs.ts'
import { descentCommand, freshPlaces, json, startDescent } from './descent.ts'

const sample = fileURLToPath(new URL('../../resources/experiments/airfoil-optimizers.yaml', import.meta.url))
const temporary = () => mkdtempSync(join(tmpdir(), 'descent-manners-'))

describe('pipes and signals', () => {
  it('a reader that has seen enough (`| head -1`) is no error', async () => {
    const { child, answer } = startDescent(['list', 'optimizers', '--json'])
    child.stdout?.destroy()
    expect(await answer).toMatchObject({ code: 0, stderr: '' })
  })

  it('Ctrl-C ends a command that trains nothing at once, even when the lab is silent', async () => {
    const env = freshPlaces()
    mkdirSync(env.DESCENT_HOME, { recursive: true })
    const socket = socketPath(env.DESCENT_HOME)
    const silent = createServer()
    const asked = once(silent, 'connection')
    silent.listen(socket)
    announce(env.DESCENT_HOME, { socket, pid: process.pid, version: '0.0.0' })
    const { child, answer } = startDescent(['runs', 'list', '--json'], env)
    await asked
    child.kill('SIGINT')
    const { code, stdout } = await answer
    silent.close()
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } })
  })

  it('a run that the lab interrupted ends as interrupted, not as done', () => {
    const codes: number[] = []
    const terminal = { print: () => undefined, exit: (code: number) => codes.push(code) }
    const run = queuedRun({ status: 'interrupted', tags: [], seconds: 1 })
    printRun(terminal as unknown as Terminal, { ...run, epochs: [] })
    expect(codes).toEqual([130])
  })
})

describe('language', () => {
  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, [], 'zh-CN'],
    [{ LC_ALL: '', LANG: 'zh_CN.UTF-8' }, [], 'zh-CN'],
    [{ LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' }, [], 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, ['--locale', 'en'], 'en'],
    [{ LANG: 'fr_FR.UTF-8' }, ['--locale=zh'], 'zh-CN'],
    [{}, ['--locale'], 'en'],
  ])('%j and %j are %s', (env, argv, expected) => {
    expect(localeOf(env, argv)).toBe(expected)
  })

  it('another one is refused by name', async () => {
    const { code, stderr } = await descentCommand(['list', 'schedules', '--locale', 'fr'])
    expect(code).toBe(2)
    expect(stderr).toContain('"fr" must be en or zh-CN')
  })

  it('of an experiment’s report is the one that the file asks for', async () => {
    const folder = temporary()
    const file = join(folder, 'zh.yaml')
    const text = '# 注释\ntitle: 比较\nlanguage: zh-CN\nworkloads: airfoil\noptimizers: [sgd]\n'
    writeFileSync(file, text)
    const { value } = await json<{ report: string }>(
      ['compare', file, '--out', join(folder, 'out'), '--locale', 'en'],
      freshPlaces(),
    )
    const html = readFileSync(value.report, 'utf8')
    expect(html).toContain('<html lang="zh-CN">')
    expect(html).toContain(`<pre><code>${text.trimEnd()}</code></pre>`)
    expect(readFileSync(join(folder, 'out', 'zh.yaml'), 'utf8')).toBe(text)
  })
})

describe('wrong usage', () => {
  it.each([
    ['too many epochs', ['train', 'airfoil', '--epochs', '10000001'], '10000001', '10000000'],
    ['a seed beyond 32 bits', ['train', 'airfoil', '--seed', '4294967296'], '4294967296', '4294967295'],
    ['more values than anyone reads', ['schedule', 'cosine', '--steps', '1000001'], '1000001', '1000000'],
    ['a mistake in a command', ['train', 'airfoil', '--stpes', '3'], '--stpes', '`descent train --help`'],
    ['a mistake in a subcommand', ['runs', 'show'], "'run'", '`descent runs show --help`'],
    [
      'an unknown list',
      ['list', 'optimisers'],
      '"optimisers"',
      'Did you mean optimizers? The lists are optimizers, sch',
    ],
    ['help of a command that there is not', ['help', 'trian'], 'no command "trian"', 'Did you mean train'],
    [
      'help of a subcommand that there is not',
      ['help', 'runs', 'nosuch'],
      '"nosuch"',
      '`descent runs --help`',
    ],
    ['a subcommand left out', ['data'], 'list, fetch, verify, looks, import', '`descent data --help`'],
    [
      'a negative start',
      ['trace', '--objective', 'x1^2+x2^2', '--start', '-a,-2'],
      '-a',
      '`descent trace --help`',
    ],
  ])('%s: names the value and the remedy', async (_what, args, ...said) => {
    const { code, stdout, stderr } = await descentCommand(args)
    expect([code, stdout]).toEqual([2, ''])
    for (const words of said) expect(stderr).toContain(words)
  })

  it('a place that cannot be written is refused before anything is trained', async () => {
    const folder = temporary()
    const taken = join(folder, 'taken')
    writeFileSync(taken, '')
    const env = freshPlaces()
    const { code, stderr } = await descentCommand(['compare', sample, '--out', join(taken, 'report')], env)
    expect(code).toBe(2)
    expect(stderr).toContain(taken)
    expect((await json(['runs', 'list'], env)).value).toEqual([])
  })
})

describe('help', () => {
  it.each(
    ['trace', 'train', 'compare', 'runs', 'schedule', 'list', 'data', 'report', 'doctor'].map((name) => [
      name,
    ]),
  )('of %s shows an example', async (name) => {
    expect((await descentCommand([name, '--help'])).stdout).toMatch(
      new RegExp(`Examples?:\\n {2}descent ${name}`),
    )
  })

  it('tells the version', async () => {
    const { code, stdout } = await descentCommand(['--version'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('runs', () => {
  it('resume of several, one of which fails, answers all of them and exits with 1', async () => {
    const env = freshPlaces()
    mkdirSync(env.DESCENT_HOME, { recursive: true })
    const database = openDatabase(env.DESCENT_HOME)
    const library = new Library(database)
    const interrupted: Partial<RunSummary> = { status: 'interrupted', tags: [], seconds: 0 }
    library.addRun(queuedRun({ id: 'bad', ...interrupted }), { detached: false, position: 1 })
    library.addRun(queuedRun({ id: 'good', settings: settings({ seed: 1 }), ...interrupted }), {
      detached: false,
      position: 2,
    })
    database.prepare("INSERT INTO checkpoints (run_id, step, data) VALUES ('bad', 1, x'00')").run()
    library.close()

    const { code, value, stderr } = await json<{ id: string; status: string; error: unknown }[]>(
      ['runs', 'resume', 'bad', 'good', 'good'],
      env,
    )
    expect(code).toBe(1)
    expect(value.map(({ id, status }) => [id, status])).toEqual([
      ['bad', 'failed'],
      ['good', 'done'],
    ])
    expect(value[0]?.error).not.toBeNull()
    expect(stderr).toContain('bad')
  })
})

describe('what a run measured last', () => {
  const columns = (...values: number[]) => Float64Array.from(values)
  const told = (
    loss: number[],
    trainAccuracy?: number[],
    testAccuracy?: number[],
  ): Extract<LabEvent, { type: 'progress' }> => ({
    type: 'progress',
    runId: 'a',
    step: 1,
    totalSteps: 2,
    seconds: 1,
    points: {
      step: columns(...loss),
      examples: columns(...loss),
      seconds: columns(...loss),
      trainLoss: columns(...loss),
      ...(trainAccuracy && { trainAccuracy: columns(...trainAccuracy) }),
    },
    epochs: {
      epoch: columns(),
      seconds: columns(),
      trainLoss: columns(),
      ...(testAccuracy && { testAccuracy: columns(...testAccuracy) }),
    },
  })

  it('is as much as there is, the test of an earlier epoch kept', () => {
    const latest = new Latest()
    expect(latest.text).toBe('')
    latest.hear(told([0.5, 0.243198]))
    expect(latest.text).toBe('loss 0.243')
    latest.hear(told([0.5, 0.1574], [0.8, 0.94], [0.8821]))
    expect(latest.text).toBe('loss 0.157, train acc 0.940, test acc 0.882')
    latest.hear(told([], [], []))
    latest.hear(told([0.1], [0.951], []))
    expect(latest.text).toBe('loss 0.1, train acc 0.951, test acc 0.882')
  })
})

describe('the result of a run', () => {
  function printed(run: RunRecord): { value: unknown; text: string } {
    let result = { value: undefined as unknown, text: '' }
    const terminal: Terminal = {
      json: false,
      locale: 'en',
      print: (value, text) => (result = { value, text: text() }),
      note: () => undefined,
      exit: () => undefined,
      signal: new AbortController().signal,
    }
    printRun(terminal, run)
    return result
  }
  const summary = sampleRun({ id: 'a', loss: 0.2431, steps: 300 })

  it('of a classifier has accuracies, in the shape that programs rely on', () => {
    const epochs = [0.85, 0.884, 0.8821].map((testAccuracy, epoch) => ({
      epoch,
      seconds: epoch + 1,
      trainLoss: 0.3 - epoch / 10,
      trainAccuracy: 0.94,
      testLoss: 0.4,
      testAccuracy,
    }))
    const final = { trainLoss: 0.157, trainAccuracy: 0.94, testAccuracy: 0.8821 }
    const { value, text } = printed({ ...summary, epochs, final })
    expect(value).toEqual({ runId: 'a', status: 'done', steps: 300, epochs, final })
    expect(text).toContain('\ntrain accuracy 0.940, test accuracy 0.882, best 0.884 after epoch 2')
  })

  it('of a regression has none', () => {
    const { value, text } = printed({ ...summary, epochs: [{ epoch: 0, seconds: 1, trainLoss: 0.2431 }] })
    expect(JSON.stringify(value)).not.toContain('Accuracy')
    expect(text).not.toContain('accuracy')
  })
})

describe('progress', () => {
  class FakeStream {
    isTTY = true
    columns = 60
    written = ''
    write(text: string): void {
      this.written += text
    }
  }
  const line = () => {
    const stream = new FakeStream()
    let now = 0
    const progress = new ProgressLine(stream as unknown as NodeJS.WriteStream, () => now)
    return {
      stream,
      update(at: number, ...rest: Parameters<ProgressLine['update']>): string {
        now = at
        stream.written = ''
        progress.update(...rest)
        return stream.written
      },
    }
  }

  it('shows percent, rate and time left', () => {
    const { update } = line()
    update(0, 'airfoil', 0, 10_000, 'steps')
    expect(update(1000, 'airfoil', 2500, 10_000, 'steps')).toContain(
      'airfoil  25 %  2.50 k steps/s  3 s left',
    )
  })

  it('leaves out the rate where all has no room: what is going on matters more', () => {
    const { stream, update } = line()
    const what = 'loss 0.157, train acc 0.940, test acc 0.882'
    stream.columns = 72
    update(0, what, 0, 7050, 'steps')
    expect(update(1000, what, 70, 7050, 'steps')).toContain(`${what}  0 %  1 min 40 s left`)
    stream.columns = 100
    expect(update(2000, what, 140, 7050, 'steps')).toContain(`${what}  1 %  70 steps/s  1 min 39 s left`)
  })

  it('counts only what was done since it began: a resumed run is no faster', () => {
    const { update } = line()
    update(0, 'resumed', 5000, 10_000, 'steps')
    expect(update(1000, 'resumed', 6000, 10_000, 'steps')).toContain('60 %  1.00 k steps/s  4 s left')
  })

  it('begins anew with the next file', () => {
    const { update } = line()
    update(0, 'a', 0, 1000, 'B')
    update(1000, 'a', 1000, 1000, 'B')
    update(2000, 'b', 0, 500, 'B')
    expect(update(3000, 'b', 100, 500, 'B')).toContain('20 %  100 B/s  4 s left')
  })

  it('fits the terminal, also in Chinese', () => {
    const { update } = line()
    update(0, '比较'.repeat(30), 0, 10, 'steps')
    const shown = update(1000, '比较'.repeat(30), 5, 10, 'steps')
    expect([...shown].filter((character) => character === '比' || character === '较').length).toBeLessThan(20)
    expect(shown).toContain('50 %')
  })
})

describe('what cannot be is wrong usage and says why, never a bug to be reported', () => {
  const neither = 'There is no run "none". No single experiment begins with it either.'
  it.each([
    [['bundle', 'save', 'none', '--out', 'x.descent.zip'], neither],
    [['runs', 'add-seeds', 'none', '1'], neither],
    [['bundle', 'check', `/${'long'.repeat(100)}`], 'name too long'],
    [['train', 'airfoil', '--stop', 'loss'], 'must be trainLoss, trainAccuracy, validationLoss or'],
    [['train', 'airfoil', '--stop-patience', '2', '--stop-min-delta', '-1'], 'must not be below 0'],
  ])('%j', async (args, why) => {
    const { code, stderr } = await descentCommand(args, freshPlaces())
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)])
  })
})
