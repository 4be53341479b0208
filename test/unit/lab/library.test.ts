import Database from 'better-sqlite3'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Progress } from '../../../src/contract/engine.ts'
import { seriesKey } from '../../../src/experiments/canonical.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import type { RunSummary } from '../../../src/experiments/run.ts'
import { openDatabase, type Db } from '../../../src/lab/library/database.ts'
import { Library } from '../../../src/lab/library/library.ts'
import { defineLookFunctions, lookOf } from '../../../src/lab/library/looks.ts'
import { migrations } from '../../../src/lab/library/migrations.ts'
import { bits } from '../../support/columns.ts'
import { temporaryHome } from '../../support/home.ts'
import { queuedRun } from '../../support/run.ts'

let home: string
let db: Db
let library: Library

beforeEach(({ onTestFinished }) => {
  home = temporaryHome().home
  db = openDatabase(home)
  library = new Library(db)
  onTestFinished(() => library.close())
})

const queue = { detached: false, position: 1 }

/** A stretch of a curve from row `from` to row `to`, with odd bits in its numbers. */
function stretch(from: number, to: number): Progress {
  const column = (of: (row: number) => number) =>
    Float64Array.from({ length: to - from }, (_, i) => of(from + i))
  return {
    step: to,
    seconds: to / 3,
    points: {
      step: column((row) => row),
      examples: column((row) => row * 10),
      seconds: column((row) => row / 3),
      trainLoss: column((row) => 1 / (row + 7)),
    },
    epochs: {
      epoch: column((row) => row),
      seconds: column((row) => row / 7),
      trainLoss: column((row) => Math.sqrt(row)),
    },
    best: { trainLoss: 0.1, step: to },
    checkpoint: Uint8Array.of(to, 1, 2, 3),
  }
}

describe('a database', () => {
  test('is made with everything in it, durable', () => {
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  test('is opened again with what it held', () => {
    library.addRun(queuedRun({ id: 'kept' }), queue)
    const again = new Library(openDatabase(home))
    expect(again.run('kept')).toEqual(library.run('kept'))
    again.close()
  })

  test.each(migrations.map((_, version) => version).slice(1))(
    'of version %d is brought up to date with what it held',
    (version) => {
      const folder = join(home, 'older')
      mkdirSync(folder)
      const older = new Database(join(folder, 'library.sqlite'))
      defineLookFunctions(older)
      for (const migration of migrations.slice(0, version)) older.exec(migration)
      older.pragma(`user_version = ${version}`)
      const run = queuedRun({ id: 'kept' })
      older
        .prepare(
          "INSERT INTO runs (id, status, detached, position, created_at, summary) VALUES (?, 'done', 0, 1, ?, ?)",
        )
        .run(run.id, run.createdAt, JSON.stringify(run))
      older.close()
      const newer = openDatabase(folder)
      const opened = new Library(newer)
      expect(newer.pragma('user_version', { simple: true })).toBe(migrations.length)
      expect(opened.runs()).toEqual([run])
      opened.close()
    },
  )

  test('of a later version is refused and left as it is', () => {
    library.addRun(queuedRun({ id: 'kept' }), queue)
    db.pragma(`user_version = ${migrations.length + 1}`)
    expect(() => openDatabase(home)).toThrow(
      expect.objectContaining({
        code: 'library-newer',
        message: expect.stringContaining(`version ${migrations.length + 1}`) as string,
        remedy: expect.stringContaining('DESCENT_HOME') as string,
      }) as Error,
    )
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length + 1)
    expect(library.run('kept').id).toBe('kept')
  })

  test('that is none is refused, clearly, and left as it is', () => {
    const folder = join(home, 'other')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'library.sqlite'),
      'not a database, but long enough to be looked at as one '.repeat(40),
    )
    expect(() => openDatabase(folder)).toThrow(
      expect.objectContaining({ name: 'DescentError', code: 'data-damaged' }) as Error,
    )
  })

  test('below a folder that cannot be made is refused, clearly', () => {
    const file = join(home, 'a-file')
    writeFileSync(file, '')
    expect(() => openDatabase(join(file, 'home'))).toThrow(
      expect.objectContaining({
        name: 'DescentError',
        code: 'unsupported',
        remedy: expect.stringContaining('DESCENT_HOME') as string,
      }) as Error,
    )
  })
})

describe('measured speed', () => {
  test('is that of finished runs of the workload, by batch size', () => {
    const finished = (id: string, batch: number, steps: number, seconds: number): void => {
      const run = queuedRun({ id })
      library.addRun({ ...run, status: 'done', steps, seconds, settings: { ...run.settings, batch } }, queue)
    }
    finished('a', 10, 100, 1)
    finished('b', 10, 300, 1)
    finished('c', 100, 50, 2)
    library.addRun({ ...queuedRun({ id: 'd' }), status: 'cancelled', steps: 5, seconds: 900 }, queue)
    const { workload } = queuedRun({ id: 'e' }).settings
    expect(library.stepTimes(workload)).toEqual([
      { batch: 10, seconds: 2 / 400 },
      { batch: 100, seconds: 2 / 50 },
    ])
    expect(library.stepTimes('another')).toEqual([])
  })
})

describe('curves', () => {
  test('grow in stretches and are read whole, bit for bit', () => {
    library.addRun(queuedRun({ id: 'run' }), queue)
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 4],
      [4, 1000],
      [1000, 1001],
    ] as const)
      library.appendProgress('run', stretch(from, to))
    const whole = stretch(0, 1001)
    const metrics = library.metrics('run')
    expect(bits({ ...metrics })).toEqual(bits(whole.points))
    expect(metrics.seconds).toEqual(whole.points.seconds)
    const { epochs } = library.record('run')
    expect(epochs).toHaveLength(1001)
    expect(epochs[1000]).toEqual({ epoch: 1000, seconds: 1000 / 7, trainLoss: Math.sqrt(1000) })
  })

  test('norms grow beside them, a column a layer', () => {
    library.addRun(queuedRun({ id: 'run' }), queue)
    expect(library.norms('run')).toEqual({ step: new Float64Array(), gradient: [], update: [] })
    const norms = (...steps: number[]) => ({
      step: Float64Array.from(steps),
      gradient: [3, 7].map((by) => Float64Array.from(steps, (step) => step / by)),
      update: [11, 13].map((by) => Float64Array.from(steps, (step) => step / by)),
    })
    library.appendProgress('run', { ...stretch(0, 2), norms: norms(50, 100) })
    library.appendProgress('run', { ...stretch(2, 3), norms: norms() })
    library.appendProgress('run', { ...stretch(3, 4), norms: norms(150) })
    expect(library.norms('run')).toEqual(norms(50, 100, 150))
    library.reset('run')
    expect(library.norms('run').step).toHaveLength(0)
  })

  test('of examples set aside stand beside their epochs, also after ones that an earlier version trained', () => {
    const validated = (from: number, to: number): Progress => {
      const { epochs, ...rest } = stretch(from, to)
      return { ...rest, epochs: { ...epochs, validationLoss: epochs.epoch.map((epoch) => epoch / 9) } }
    }
    for (const id of ['whole', 'older']) library.addRun(queuedRun({ id }), queue)
    library.appendProgress('whole', validated(0, 2))
    library.appendProgress('whole', validated(2, 3))
    expect([...(library.epochs('whole').validationLoss ?? [])]).toEqual([0, 1 / 9, 2 / 9])
    expect(library.record('whole').epochs[2]).toEqual({
      epoch: 2,
      seconds: 2 / 7,
      trainLoss: Math.SQRT2,
      validationLoss: 2 / 9,
    })
    library.appendProgress('older', stretch(0, 2))
    expect(library.epochs('older')).not.toHaveProperty('validationLoss')
    library.appendProgress('older', validated(2, 3))
    expect([...(library.epochs('older').validationLoss ?? [])]).toEqual([NaN, NaN, 2 / 9])
    expect(library.record('older').epochs.map((epoch) => epoch.validationLoss)).toEqual([
      undefined,
      undefined,
      2 / 9,
    ])
    library.reset('whole')
    expect(library.epochs('whole')).not.toHaveProperty('validationLoss')
  })

  test('of a run that measured nothing are empty', () => {
    library.addRun(queuedRun({ id: 'run' }), queue)
    expect(library.metrics('run').step).toHaveLength(0)
    expect(library.record('run').epochs).toEqual([])
  })

  test('of one run do not touch another’s', () => {
    for (const id of ['a', 'b']) library.addRun(queuedRun({ id }), queue)
    library.appendProgress('a', stretch(0, 5))
    library.appendProgress('b', stretch(0, 2))
    library.appendProgress('a', stretch(5, 9))
    expect([...library.metrics('a').step]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect([...library.metrics('b').step]).toEqual([0, 1])
  })

  test('that are part of a larger array are stored as that part', () => {
    library.addRun(queuedRun({ id: 'run' }), queue)
    const whole = stretch(0, 10)
    const part = Object.fromEntries(
      Object.entries(whole.points).map(([name, column]) => [name, column?.subarray(2, 4)]),
    ) as Progress['points']
    library.appendProgress('run', { ...whole, points: part })
    expect([...library.metrics('run').step]).toEqual([2, 3])
  })
})

describe('a checkpoint', () => {
  beforeEach(() => library.addRun(queuedRun({ id: 'run' }), queue))

  test('is the latest', () => {
    expect(library.checkpoint('run')).toBeNull()
    library.appendProgress('run', stretch(0, 1))
    library.appendProgress('run', stretch(1, 2))
    expect(library.checkpoint('run')).toEqual(Uint8Array.of(2, 1, 2, 3))
  })

  test('can be forgotten without the curve', () => {
    library.appendProgress('run', stretch(0, 3))
    library.forgetCheckpoint('run')
    expect(library.checkpoint('run')).toBeNull()
    expect(library.metrics('run').step).toHaveLength(3)
  })

  test('goes with the curve when the run starts again', () => {
    library.appendProgress('run', stretch(0, 3))
    library.reset('run')
    expect(library.checkpoint('run')).toBeNull()
    expect(library.metrics('run').step).toHaveLength(0)
    library.appendProgress('run', stretch(0, 2))
    expect([...library.metrics('run').step]).toEqual([0, 1])
  })
})

describe('a run is found', () => {
  beforeEach(() => {
    for (const id of ['abc1', 'abc2', 'abd', 'a_c9', 'a%c9', 'a!c9', 'ab'])
      library.addRun(queuedRun({ id }), queue)
  })

  test.each([
    ['abc1', 'abc1'],
    ['abd', 'abd'],
    // An id that begins others is itself.
    ['ab', 'ab'],
    // Characters with a meaning in LIKE stand for themselves.
    ['a_', 'a_c9'],
    ['a_c9', 'a_c9'],
    ['a%', 'a%c9'],
    ['a!', 'a!c9'],
  ])('by %s: %s', (given, found) => expect(library.run(given).id).toBe(found))

  test.each(['', '%', '_', '!', 'a_d', '%bd', 'nothing', 'abc1x', "'"])('not by %j', (given) => {
    expect(() => library.run(given)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
  })

  test('not by what several begin with', () => {
    expect(() => library.run('abc')).toThrow(
      expect.objectContaining({ code: 'not-found', message: 'Several runs begin with "abc".' }) as Error,
    )
  })
})

test('runs are listed in the order of their creation', () => {
  for (const [id, createdAt] of [
    ['c', '2026-01-02T00:00:00.000Z'],
    ['b', '2026-01-01T00:00:00.000Z'],
    ['a', '2026-01-02T00:00:00.000Z'],
  ] as const)
    library.addRun(queuedRun({ id, createdAt }), queue)
  expect(library.runs().map(({ id }) => id)).toEqual(['b', 'a', 'c'])
})

test('unfinished runs come in the order of the queue', () => {
  library.addRun(queuedRun({ id: 'second' }), { detached: true, position: 2 })
  library.addRun(queuedRun({ id: 'over', status: 'done' }), { detached: false, position: 1.2 })
  library.addRun(queuedRun({ id: 'first', status: 'running' }), { detached: false, position: 1 })
  library.addRun(queuedRun({ id: 'between', status: 'paused' }), { detached: false, position: 9 })
  library.setPosition('between', 1.5)
  library.setDetached('first', true)
  expect(library.unfinished().map(({ run, detached, position }) => [run.id, detached, position])).toEqual([
    ['first', true, 1],
    ['between', false, 1.5],
    ['second', true, 2],
  ])
})

test('an experiment comes back as it was', () => {
  const text = 'title: Rates # 学习率\nworkloads: airfoil\noptimizers: [{id: sgd, set: {lr: [0.1, 0.2]}}]\n'
  const stored = { id: 'e1', title: 'Rates', hash: 'abc', source: readExperiment(text, 'rates.yaml'), text }
  library.addExperiment(stored, '2026-01-01T00:00:00.000Z')
  expect(library.experiment('e1')).toEqual(stored)
  expect(library.experiment('e2')).toBeNull()
})

test('deleting a run deletes its curve and checkpoint, and nothing else', () => {
  for (const id of ['gone', 'kept']) {
    library.addRun(queuedRun({ id }), queue)
    library.appendProgress(id, stretch(0, 3))
  }
  library.deleteRun('gone')
  const count = (table: string) =>
    (db.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get() as { rows: number }).rows
  expect(() => library.run('gone')).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
  expect(count('runs')).toBe(1)
  expect(count('chunks')).toBe(2)
  expect(count('checkpoints')).toBe(1)
  expect(library.metrics('kept').step).toHaveLength(3)
})

describe('a trashed run', () => {
  beforeEach(() => {
    library.addRun(queuedRun({ id: 'abc1' }), queue)
    library.addRun(queuedRun({ id: 'abc2' }), queue)
    library.setTrashed('abc1', true)
  })

  test('is nowhere to be seen', () => {
    expect(() => library.run('abc1')).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
    expect(() => library.record('abc1')).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
    expect(library.run('abc').id).toBe('abc2')
    expect(library.runs().map(({ id }) => id)).toEqual(['abc2'])
    expect(library.unfinished().map(({ run }) => run.id)).toEqual(['abc2'])
  })

  test('can be had back', () => {
    expect(library.trashed('abc1').id).toBe('abc1')
    expect(() => library.trashed('abc2')).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
    library.setTrashed('abc1', false)
    expect(library.run('abc1').id).toBe('abc1')
  })

  test('is gone when the library is opened again', () => {
    const again = new Library(openDatabase(home))
    expect(() => again.trashed('abc1')).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
    again.close()
  })
})

test('a transaction is kept whole or not at all', () => {
  library.addRun(queuedRun({ id: 'run' }), queue)
  expect(() =>
    library.transaction(() => {
      library.appendProgress('run', stretch(0, 3))
      throw new Error('in the middle')
    }),
  ).toThrow('in the middle')
  expect(library.metrics('run').step).toHaveLength(0)
  expect(library.checkpoint('run')).toBeNull()
})

describe('looks at a test set', () => {
  const lenet = (id: string, seed: number, lr: number, experimentId: string | null = null): RunSummary => {
    const run = queuedRun({ id })
    return {
      ...run,
      experimentId,
      settings: { ...run.settings, workload: 'lenet-fashion-mnist', set: { lr }, seed },
    }
  }
  const at = (minute: number): string => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`

  test('are counted by setting, run and experiment, and outlive the run', () => {
    const source = readExperiment(
      'title: Rates\nworkloads: lenet-fashion-mnist\noptimizers: [sgd]',
      'rates.yaml',
    )
    library.addExperiment({ id: 'e', title: 'Rates', hash: '', source, text: '' }, at(5))
    const taken: [RunSummary, number][] = [
      [lenet('a', 0, 0.1), 1],
      [lenet('b', 1, 0.1), 2],
      [lenet('c', 0, 0.3), 3],
      [lenet('d', 0, 0.1, 'e'), 9],
    ]
    for (const [run, minute] of taken) {
      library.addRun(run, queue)
      library.looks.add(lookOf(run, at(minute)))
      library.looks.add(lookOf(run, at(minute + 30))) // after the next epoch
      library.deleteRun(run.id)
    }
    expect(library.runs()).toEqual([])
    expect(library.looks.all()).toEqual([
      {
        dataset: 'fashion-mnist',
        workload: 'lenet-fashion-mnist',
        settings: 2,
        runs: 4,
        experiments: 1,
        first: at(1),
        last: at(9),
        by: [
          { experimentId: null, title: null, settings: 2, runs: 3, first: at(1), last: at(3) },
          { experimentId: 'e', title: 'Rates', settings: 1, runs: 1, first: at(9), last: at(9) },
        ],
      },
    ])
  })

  test('that came before a moment leave out the settings that are compared', () => {
    library.looks.add(lookOf(lenet('a', 0, 0.1), at(1)))
    library.looks.add(lookOf(lenet('b', 0, 0.2), at(2)))
    library.looks.add(lookOf(lenet('c', 0, 0.3), at(3)))
    const own = seriesKey(lenet('z', 7, 0.1).settings)
    expect(library.looks.settingsBefore('lenet-fashion-mnist', at(3), [own])).toBe(1)
    expect(library.looks.settingsBefore('lenet-fashion-mnist', at(4), [own])).toBe(2)
    expect(library.looks.settingsBefore('airfoil', at(4), [])).toBe(0)
  })

  test('of a library from before they were kept are found in its runs', () => {
    const folder = join(home, 'before')
    mkdirSync(folder)
    const older = new Database(join(folder, 'library.sqlite'))
    for (const migration of migrations.slice(0, 4)) older.exec(migration)
    older.pragma('user_version = 4')
    const tested = { ...lenet('tested', 0, 0.1), startedAt: at(4) }
    tested.best = { ...tested.best, testAccuracy: 0.8 }
    for (const run of [tested, lenet('not', 0, 0.2)])
      older
        .prepare(
          "INSERT INTO runs (id, status, detached, position, created_at, summary) VALUES (?, 'done', 0, 1, ?, ?)",
        )
        .run(run.id, run.createdAt, JSON.stringify(run))
    older.close()
    const opened = new Library(openDatabase(folder))
    expect(opened.looks.all()).toMatchObject([
      { dataset: 'fashion-mnist', workload: 'lenet-fashion-mnist', settings: 1, runs: 1, first: at(4) },
    ])
    const key = seriesKey(tested.settings)
    expect(opened.looks.settingsBefore('lenet-fashion-mnist', at(5), [key])).toBe(0)
    opened.close()
  })
})
