import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { descentCommand, freshPlaces, json, startDescent } from './descent.ts'

const sample = fileURLToPath(new URL('../../resources/experiments/airfoil-optimizers.yaml', import.meta.url))
const bundled = fileURLToPath(
  new URL('../../resources/datasets/airfoil/airfoil_self_noise.dat', import.meta.url),
)

interface TrainAnswer {
  runId: string
  status: string
  steps: number
  epochs: { epoch: number; seconds: number; trainLoss: number }[]
  final: { trainLoss: number | null }
}
interface RunAnswer {
  id: string
  status: string
  steps: number
  final: { trainLoss: number | null }
  study?: { stage: string }
  metrics: Record<string, number[]>
}
interface Failure {
  error: { code: string; message: string; remedy: string }
}

describe('train', () => {
  it('answers the shape that other programs rely on, and records the run', async () => {
    const env = freshPlaces()
    const { code, value } = await json<TrainAnswer>(
      ['train', 'airfoil', '--optimizer', 'adam', '--set', 'lr=0.01'],
      env,
    )
    expect(code).toBe(0)
    expect(value).toMatchObject({ status: 'done', steps: 300, epochs: [{ epoch: 0 }, { epoch: 1 }] })
    expect(value.final.trainLoss).toBeGreaterThan(0.241687)
    expect(value.final.trainLoss).toBeLessThan(0.26)
    expect(value.epochs[1]?.trainLoss).toBe(value.final.trainLoss)

    const { value: listed } = await json<RunAnswer[]>(['runs', 'list'], env)
    expect(listed.map(({ id }) => id)).toEqual([value.runId])
    const { value: shown } = await json<RunAnswer>(['runs', 'show', value.runId.slice(0, 8)], env)
    expect(shown.metrics['trainLoss']?.at(-1)).toBe(value.final.trainLoss)
    expect(shown.metrics['examples']?.[1]).toBe(200)

    const { value: deleted } = await json<RunAnswer[]>(['runs', 'delete', value.runId], env)
    expect(deleted.map(({ id }) => id)).toEqual([value.runId])
    expect((await json<RunAnswer[]>(['runs', 'list'], env)).value).toEqual([])
  })

  it('trains the same numbers for the same seed', async () => {
    const env = freshPlaces()
    const final = async (seed: string) =>
      (await json<TrainAnswer>(['train', 'airfoil', '--seed', seed, '--set', 'lr=0.05'], env)).value.final
        .trainLoss
    const first = await final('7')
    expect(await final('7')).toBe(first)
    expect(await final('8')).not.toBe(first)
  })

  it('ends a diverged run as diverged, with exit code 3 and no NaN', async () => {
    const { code, value, stdout } = await json<TrainAnswer & { divergence: { step: number } }>(
      ['train', 'airfoil', '--set', 'lr=10'],
      freshPlaces(),
    )
    expect(code).toBe(3)
    expect(value).toMatchObject({ status: 'diverged', final: { trainLoss: null } })
    expect(value.divergence.step).toBeGreaterThan(1)
    expect(stdout).not.toContain('NaN')
  })

  it.each([
    ['an unknown optimizer', ['--optimizer', 'adm'], 'not-found', 2],
    ['a batch beyond the data', ['--batch', '2000'], 'invalid-value', 2],
    ['a graphics card that is not there', ['--device', 'gpu:99'], 'engine-unavailable', 1],
    ['what is no device', ['--device', 'tpu'], 'invalid-value', 2],
  ])('refuses %s', async (_what, args, error, exit) => {
    const { code, value } = await json<Failure>(['train', 'airfoil', ...args], freshPlaces())
    expect(code).toBe(exit)
    expect(value.error.code).toBe(error)
  })

  it('is interrupted by Ctrl-C with exit code 130, and goes on with `runs resume`, bit for bit', async () => {
    const env = freshPlaces()
    const settings = ['airfoil', '--optimizer', 'adam', '--set', 'lr=0.001', '--epochs', '20000']
    const { child, answer } = startDescent(['train', ...settings, '--json'], env)
    let run: RunAnswer | undefined
    while (!run || run.steps === 0) run = (await json<RunAnswer[]>(['runs', 'list'], env)).value[0]
    child.kill('SIGINT')
    const interrupted = await answer
    expect(interrupted.code).toBe(130)
    expect((JSON.parse(interrupted.stdout) as Failure).error).toMatchObject({
      code: 'interrupted',
      remedy: expect.stringContaining(`descent runs resume ${run.id}`) as string,
    })

    const resumed = await json<RunAnswer>(['runs', 'resume', run.id], env)
    expect(resumed.code).toBe(0)
    expect(resumed.value.status).toBe('done')
    const { value: undisturbed } = await json<TrainAnswer>(['train', ...settings], env)
    expect(resumed.value.final.trainLoss).toBe(undisturbed.final.trainLoss)
    const { value: curve } = await json<RunAnswer>(['runs', 'show', undisturbed.runId], env)
    expect(resumed.value.metrics['trainLoss']).toEqual(curve.metrics['trainLoss'])
    expect(resumed.value.metrics['step']).toEqual(curve.metrics['step'])
  }, 60_000)
})

describe('runs', () => {
  it('resume of a finished run is refused', async () => {
    const env = freshPlaces()
    const { value } = await json<TrainAnswer>(['train', 'airfoil'], env)
    const { code, value: refused } = await json<Failure>(['runs', 'resume', value.runId], env)
    expect(code).toBe(1)
    expect(refused.error.code).toBe('conflict')
  })

  it('an unknown run is wrong usage', async () => {
    const { code, value } = await json<Failure>(['runs', 'show', 'nosuchrun'], freshPlaces())
    expect(code).toBe(2)
    expect(value.error.code).toBe('not-found')
  })
})

describe('compare', () => {
  it('runs the sample experiment and writes a report with its CSV and the file', async () => {
    const env = freshPlaces()
    const out = mkdtempSync(join(tmpdir(), 'descent-report-'))
    const { code, value } = await json<{
      runs: string[]
      report: string
      verdicts: { verdict: string; paired_seeds: number; margin: number; further_seeds: number | null }[]
    }>(['compare', sample, '--out', out, '--margin', '2'], env)
    expect(code).toBe(0)
    expect(value.runs).toHaveLength(45)
    // Every pair of nine series, and of five seeds no claim.
    expect(value.verdicts).toHaveLength(36)
    expect(value.verdicts[0]).toMatchObject({ verdict: 'undecided', paired_seeds: 5, further_seeds: 1 })
    expect(value.verdicts[0]?.margin).toBeCloseTo(0.02 * 0.245, 3)
    expect(existsSync(join(out, 'report-verdicts.csv'))).toBe(true)
    expect(value.report).toBe(join(out, 'report.html'))
    const html = readFileSync(value.report, 'utf8')
    expect(html).toContain('76e5be1548fd8222e5074cf0faae75edff8cf93f')
    expect(html).not.toMatch(/NaN|undefined/)
    expect(existsSync(join(out, 'report.csv'))).toBe(true)
    expect(existsSync(join(out, 'airfoil-optimizers.yaml'))).toBe(true)

    for (const name of ['again.html', 'curves.csv', 'table.tex', 'notes.md']) {
      const file = join(out, name)
      const { value: report } = await json<{ file: string }>(
        ['report', ...value.runs.slice(0, 10), '--out', file],
        env,
      )
      expect(report.file).toBe(file)
      expect(readFileSync(file, 'utf8').length).toBeGreaterThan(500)
    }
  }, 60_000)

  it('counts a diverged member as a result', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-experiment-'))
    const file = join(folder, 'rates.json')
    writeFileSync(
      file,
      JSON.stringify({
        title: 'Rates',
        workloads: 'airfoil',
        seeds: 2,
        optimizers: [{ id: 'sgd', set: { lr: [0.05, 10] } }],
      }),
    )
    const env = freshPlaces()
    const { code, value } = await json<{ runs: string[]; report: string }>(
      ['compare', file, '--out', folder],
      env,
    )
    expect(code).toBe(0)
    expect(value.runs).toHaveLength(4)
    const { value: runs } = await json<RunAnswer[]>(['runs', 'list'], env)
    expect(runs.map(({ status }) => status).sort()).toEqual(['diverged', 'diverged', 'done', 'done'])
    expect(readFileSync(value.report, 'utf8')).not.toContain('NaN')
  })

  /** Tunes generation by generation, then runs the best with two seeds. */
  const tuned = (epochs: number) => {
    const file = join(mkdtempSync(join(tmpdir(), 'descent-experiment-')), 'tuned.json')
    writeFileSync(
      file,
      JSON.stringify({
        title: 'Tuned',
        workloads: 'airfoil',
        epochs,
        seeds: 2,
        tuning: { sampler: 'tpe', trials: 6 },
        optimizers: [{ id: 'sgd', search: { lr: { log: [0.001, 0.1] } } }],
      }),
    )
    return file
  }
  const stagesOf = (runs: readonly RunAnswer[]) =>
    runs.map(({ status, study }) => `${study?.stage} ${status}`).sort()
  const whole = [
    ...Array.from({ length: 2 }, () => 'final done'),
    ...Array.from({ length: 6 }, () => 'tuning done'),
  ]

  it('follows an experiment that tunes to its end', async () => {
    const env = freshPlaces()
    const file = tuned(1)
    const { code, value } = await json<{ runs: string[] }>(['compare', file, '--out', `${file}-out`], env)
    expect(code).toBe(0)
    const { value: runs } = await json<RunAnswer[]>(['runs', 'list'], env)
    expect(stagesOf(runs)).toEqual(whole)
    expect(value.runs.toSorted()).toEqual(runs.map(({ id }) => id).toSorted())
  })

  it('what Ctrl-C stopped of it goes on to the end when its runs are resumed', async () => {
    const env = freshPlaces()
    const file = tuned(3000)
    const { child, answer } = startDescent(['compare', file, '--json', '--out', `${file}-out`], env)
    const list = async () => (await json<RunAnswer[]>(['runs', 'list'], env)).value
    await until(async () => (await list()).length > 0)
    child.kill('SIGINT')
    expect((await answer).code).toBe(130)
    const stopped = (await list()).filter(({ status }) => status === 'interrupted').map(({ id }) => id)
    const { code, value } = await json<RunAnswer[]>(['runs', 'resume', ...stopped], env)
    expect(code).toBe(0)
    expect(stagesOf(await list())).toEqual(whole)
    expect(value.map(({ id }) => id)).toEqual(expect.arrayContaining(stopped))
  }, 120_000)

  it('names the line of a fault in the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-experiment-'))
    const file = join(folder, 'broken.yaml')
    writeFileSync(file, 'title: x\nworkloads: airfoil\noptimisers: [sgd]\n')
    const { code, stderr } = await descentCommand(['compare', file], freshPlaces())
    expect(code).toBe(2)
    expect(stderr).toContain('broken.yaml:')
    expect(stderr).toContain('optimizers')
    expect((await descentCommand(['compare', join(folder, 'none.yaml')], freshPlaces())).code).toBe(2)
  })
})

describe('data', () => {
  it('lists, fetches from what comes along, verifies', async () => {
    const env = freshPlaces()
    const { value } = await json<{ id: string; files: { state: string; path: string }[] }[]>(
      ['data', 'fetch', 'airfoil'],
      env,
    )
    expect(value.map(({ id }) => id)).toEqual(['airfoil'])
    expect(value[0]?.files[0]?.state).toBe('ready')
    const path = value[0]?.files[0]?.path as string

    const bytes = readFileSync(path)
    bytes[1000] = (bytes[1000] as number) ^ 1
    writeFileSync(path, bytes)
    const damaged = await json<{ id: string; files: { state: string }[] }[]>(
      ['data', 'verify', 'airfoil'],
      env,
    )
    expect(damaged.code).toBe(4)
    expect(damaged.value[0]?.files[0]?.state).toBe('damaged')
    rmSync(path)
    const missing = await json<{ files: { state: string }[] }[]>(['data', 'verify', 'airfoil'], env)
    expect([missing.code, missing.value[0]?.files[0]?.state]).toEqual([4, 'missing'])
  })

  it('imports a good file by its hash whatever its name, and refuses a damaged one with exit code 4', async () => {
    const env = freshPlaces()
    const folder = mkdtempSync(join(tmpdir(), 'descent-import-'))
    const good = join(folder, 'noise from the wind tunnel.txt')
    copyFileSync(bundled, good)
    const { code, value } = await json<{ id: string; files: { state: string }[] }[]>(
      ['data', 'import', good],
      env,
    )
    expect(code).toBe(0)
    expect(value[0]).toMatchObject({ id: 'airfoil', files: [{ state: 'ready' }] })

    const bad = join(folder, 'airfoil_self_noise.dat')
    const bytes = readFileSync(bundled)
    bytes[5] = (bytes[5] as number) ^ 1
    writeFileSync(bad, bytes)
    const refused = await json<Failure>(['data', 'import', bad], env)
    expect(refused.code).toBe(4)
    expect(refused.value.error.code).toMatch(/^data-/)
  })
})

describe('doctor', () => {
  it('has asked the engine itself', async () => {
    const { code, value } = await json<{
      engines: { id: string; available: boolean; device: string }[]
      versions: Record<string, string>
    }>(['doctor'])
    expect(code).toBe(0)
    expect(value.engines.find(({ id }) => id === 'direct')).toMatchObject({ available: true })
    expect(value.versions['node']).toMatch(/^24\./)
  })
})

describe('further seeds', () => {
  it('are added to the experiment of a run, and the report says so', async () => {
    const env = freshPlaces()
    const folder = mkdtempSync(join(tmpdir(), 'descent-further-'))
    const file = join(folder, 'two.yaml')
    writeFileSync(
      file,
      'title: Two\nworkloads: airfoil\nepochs: 1\nseeds: 2\noptimizers: [sgd, { id: adam, set: { lr: 0.01 } }]\n',
    )
    const { value } = await json<{ runs: string[] }>(['compare', file, '--out', join(folder, 'one')], env)
    const [run = ''] = value.runs
    const added = await json<{ id: string; experimentId: string; added: unknown }[]>(
      ['runs', 'add-seeds', run.slice(0, -1), '3'],
      env,
    )
    expect([added.code, added.value.length]).toEqual([0, 6])
    expect(new Set(added.value.map((one) => JSON.stringify(one.added)))).toEqual(new Set(['{"seen":4}']))
    const report = join(folder, 'report.md')
    await json(['report', ...value.runs, ...added.value.map(({ id }) => id), '--out', report], env)
    expect(readFileSync(report, 'utf8')).toContain('Seeds 2–4 were added after the first results were seen.')
    expect((await json(['runs', 'add-seeds', run, '0'], env)).code).toBe(2)
    const { code, value: looks } = await json(['data', 'looks'], env)
    expect([code, looks]).toEqual([0, []])
  })
})
