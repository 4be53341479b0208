import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { beforeEach, expect, test } from 'vitest'
import type { Progress } from '../../../../src/contract/engine.ts'
import type { RunSummary } from '../../../../src/experiments/run.ts'
import { makeExport, writeExport } from '../../../../src/lab/export-runs/export.ts'
import { openDatabase } from '../../../../src/lab/library/database.ts'
import { Library } from '../../../../src/lab/library/library.ts'
import { settings } from '../../../support/airfoil.ts'
import { temporaryHome } from '../../../support/home.ts'
import { queuedRun } from '../../../support/run.ts'
import { unzipped } from '../../../support/unzipped.ts'

let home: string
let library: Library

const losses = [1 / 3, 0.1 + 0.2, Number.NaN, Infinity, 5e-324]
const trained: RunSummary = queuedRun({
  id: 'first',
  name: 'Adam, "quick", seed 0',
  series: 'Adam',
  status: 'diverged',
  startedAt: '2026-01-01T00:00:00.000Z',
  settings: settings({ optimizer: 'adam', set: { lr: 0.01, epsPlacement: 'inside' } }),
  steps: 5,
  totalSteps: 10,
  note: 'two\nlines',
  tags: ['a', 'b'],
})
const classified: RunSummary = queuedRun({ ...trained, id: 'second', note: undefined, settings: settings() })

function stretch(count: number, classes: boolean): Progress {
  const column = (of: (row: number) => number) => Float64Array.from({ length: count }, (_, row) => of(row))
  const half = column((row) => row / (2 * count))
  return {
    step: count,
    seconds: count / 3,
    points: {
      step: column((row) => row),
      examples: column((row) => row * 10),
      seconds: column((row) => row / 3),
      trainLoss: column((row) => losses[row % losses.length] as number),
      ...(classes && { trainAccuracy: half }),
    },
    epochs: {
      epoch: Float64Array.of(0, 1),
      seconds: Float64Array.of(1, 2),
      trainLoss: Float64Array.of(0.5, 0.25),
      ...(classes && {
        trainAccuracy: Float64Array.of(0.1, 0.2),
        testLoss: Float64Array.of(0.6, 0.5),
        testAccuracy: Float64Array.of(0.3, 0.4),
      }),
      ...(!classes && { validationLoss: Float64Array.of(0.7, 1 / 3) }),
    },
    best: { trainLoss: 0.1, step: 2 },
    checkpoint: Uint8Array.of(1),
  }
}

beforeEach(({ onTestFinished }) => {
  home = temporaryHome().home
  library = new Library(openDatabase(home))
  onTestFinished(() => library.close())
  library.addRun(trained, { detached: false, position: 1 })
  library.addRun(classified, { detached: false, position: 2 })
  library.appendProgress('first', stretch(5, false))
  library.appendProgress('second', stretch(250_000, true)) // several pieces and row groups
})

const both = ['first', 'second', 'fir'] // one of them twice
const at = (name: string): string => join(home, 'exports', name)

test('CSV holds every point with all its digits, and says what was not measured', async () => {
  const files = await writeExport(library, { runIds: both, format: 'csv', file: at('all.csv') })
  expect(files).toEqual([at('all.csv'), at('all-points.csv'), at('all-epochs.csv')])
  const points = readFileSync(at('all-points.csv'), 'utf8').split('\n')
  expect(points).toHaveLength(1 + 250_005 + 1)
  expect(points.slice(0, 6)).toEqual([
    'run,step,examples,seconds,trainLoss,trainAccuracy',
    'first,0,0,0,0.3333333333333333,',
    'first,1,10,0.3333333333333333,0.30000000000000004,',
    'first,2,20,0.6666666666666666,NaN,',
    'first,3,30,1,inf,',
    'first,4,40,1.3333333333333333,5e-324,',
  ])
  expect(points[250_005]).toBe('second,249999,2499990,83333,5e-324,0.499998')
  expect(readFileSync(at('all-epochs.csv'), 'utf8').split('\n')).toEqual([
    'run,epoch,seconds,trainLoss,trainAccuracy,testLoss,testAccuracy,validationLoss,validationAccuracy',
    'first,0,1,0.5,,,,0.7,',
    'first,1,2,0.25,,,,0.3333333333333333,',
    'second,0,1,0.5,0.1,0.6,0.3,,',
    'second,1,2,0.25,0.2,0.5,0.4,,',
    '',
  ])
  const runs = readFileSync(at('all.csv'), 'utf8')
  expect(runs).toContain('first,"Adam, ""quick"", seed 0",Adam')
  expect(runs).toContain('"two\nlines"')
})

test('Parquet holds the same, as another reader sees it', async () => {
  await writeExport(library, { runIds: both, format: 'parquet', file: at('all.parquet') })
  const read = async (name: string) => {
    const bytes = readFileSync(at(name))
    return parquetReadObjects({ file: Uint8Array.from(bytes).buffer })
  }
  const points = await read('all-points.parquet')
  expect(points).toHaveLength(250_005)
  const stored = library.metrics('second')
  const second = points.filter(({ run }) => run === 'second')
  for (const name of ['step', 'examples', 'seconds', 'trainLoss', 'trainAccuracy'] as const)
    expect(second.map((row) => row[name] as number)).toEqual([...(stored[name] as Float64Array)])
  expect(points.slice(0, 5).map(({ trainLoss }) => trainLoss as number)).toEqual(losses)
  expect(points[0]).toMatchObject({ run: 'first', trainAccuracy: null })
  const runs = await read('all.parquet')
  expect(runs).toMatchObject([
    { run: 'first', optimizer: 'adam', 'set.lr': 0.01, 'set.epsPlacement': 'inside', note: 'two\nlines' },
    { run: 'second', optimizer: 'sgd', note: null, batch: 10 },
  ])
  const epochs = await read('all-epochs.parquet')
  expect(epochs).toMatchObject([
    { run: 'first', epoch: 0, testAccuracy: null, validationLoss: 0.7 },
    { run: 'first', epoch: 1, validationLoss: 1 / 3, validationAccuracy: null },
    { run: 'second', epoch: 0, testAccuracy: 0.3, validationLoss: null },
    { run: 'second', epoch: 1, testLoss: 0.5 },
  ])
})

test('JSON is what `runs show` answers, run by run', async () => {
  await writeExport(library, { runIds: ['first'], format: 'json', file: at('one.json') })
  const { runs } = JSON.parse(readFileSync(at('one.json'), 'utf8')) as { runs: unknown[] }
  expect(runs).toEqual([
    {
      ...library.record('first'),
      metrics: {
        step: [0, 1, 2, 3, 4],
        examples: [0, 10, 20, 30, 40],
        seconds: [0, 1 / 3, 2 / 3, 1, 4 / 3],
        trainLoss: [1 / 3, 0.1 + 0.2, null, null, 5e-324],
      },
    },
  ])
})

test('TensorBoard gets a folder a run, the same files when it is written again', async () => {
  const request = { runIds: both, format: 'tensorboard' as const, file: at('board') }
  const files = await writeExport(library, request)
  expect(readdirSync(at('board')).sort()).toEqual([
    'Adam, _quick_, seed 0 first',
    'Adam, _quick_, seed 0 second',
  ])
  expect(await writeExport(library, request)).toEqual(files)
  expect(readdirSync(join(files[0] as string, '..'))).toEqual(['events.out.tfevents.1767225600.descent-lab'])
  const records = recordsOf(readFileSync(files[0] as string))
  // version, settings, note, five points, two epochs of two losses
  expect(records).toHaveLength(1 + 1 + 1 + 5 + 2 * 2)
  expect(recordsOf(readFileSync(files[1] as string))).toHaveLength(1 + 1 + 2 * 250_000 + 2 * 4)
})

test('a page gets one archive with the same bytes in it', async () => {
  const runIds = ['first']
  for (const format of ['csv', 'parquet', 'tensorboard'] as const) {
    const { name, bytes } = await makeExport(library, { runIds, format })
    expect(name).toBe(`runs-${format}.zip`)
    const written = await writeExport(library, {
      runIds,
      format,
      file: at(format === 'tensorboard' ? 'one' : `runs.${format}`),
    })
    const inside = await unzipped(Buffer.from(bytes))
    expect([...inside.values()].map((one) => one.toString('hex'))).toEqual(
      written.map((file) => readFileSync(file).toString('hex')),
    )
  }
  const [zip] = await writeExport(library, { runIds, format: 'tensorboard', file: at('board.zip') })
  expect([...(await unzipped(readFileSync(zip as string))).keys()]).toEqual([
    'Adam, _quick_, seed 0/events.out.tfevents.1767225600.descent-lab',
  ])
})

test('a run that is not there is named before anything is written', async () => {
  const request = { runIds: ['first', 'missing'], format: 'csv' as const, file: at('all.csv') }
  await expect(writeExport(library, request)).rejects.toMatchObject({ code: 'not-found' })
  expect(existsSync(at('all.csv'))).toBe(false)
})

/** Data of the records of an event file, by their lengths. */
function recordsOf(bytes: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at))
    records.push(bytes.subarray(at + 12, at + 12 + length))
    at += length + 16
  }
  return records
}
