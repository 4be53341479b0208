import { describe, expect, test } from 'vitest'
import { BreakLog } from '../../../../renderer/src/pages/live/breaks.ts'
import {
  latestSubmission,
  queueRows,
  seriesRows,
  statusOf,
} from '../../../../renderer/src/pages/live/rows.ts'
import { Speedometer } from '../../../../renderer/src/pages/live/speed.ts'
import { WaitingOrder } from '../../../../renderer/src/pages/live/waiting-order.ts'
import { styleAt } from '../../../../src/charts/palette.ts'
import type { LabEvent } from '../../../../src/contract/lab.ts'
import type { RunStatus, RunSummary } from '../../../../src/experiments/run.ts'
import { sampleRun } from '../../../support/runs.ts'

const runs = (statuses: Record<string, RunStatus>): RunSummary[] =>
  Object.entries(statuses).map(([id, status]) => sampleRun({ id, status }))

describe('the order of waiting runs', () => {
  test('is that of creation, without those that left it', () => {
    const order = new WaitingOrder()
    order.update(runs({ a: 'queued', b: 'queued', c: 'queued' }))
    order.update(runs({ a: 'running', b: 'queued', c: 'queued' }))
    expect(order.ids).toEqual(['b', 'c'])
  })

  test('puts who comes back last, and a run whose engine died first', () => {
    const order = new WaitingOrder()
    order.update(runs({ a: 'paused', b: 'running', c: 'queued' }))
    order.update(runs({ a: 'queued', b: 'running', c: 'queued' }))
    expect(order.ids).toEqual(['c', 'a'])
    order.update(runs({ a: 'queued', b: 'queued', c: 'queued' }))
    expect(order.ids).toEqual(['b', 'c', 'a'])
  })

  test('follows the moves made here, as the lab carries them out', () => {
    const order = new WaitingOrder()
    order.update(runs({ a: 'queued', b: 'queued', c: 'queued', d: 'queued' }))
    order.move(['d', 'b'], 'a')
    expect(order.ids).toEqual(['d', 'b', 'a', 'c'])
    order.move(['d'], null)
    expect(order.ids).toEqual(['b', 'a', 'c', 'd'])
    order.update(runs({ a: 'queued', b: 'queued', c: 'queued', d: 'queued', e: 'queued' }))
    expect(order.ids).toEqual(['b', 'a', 'c', 'd', 'e'])
  })

  test('knows before whom a run goes to be one earlier or later', () => {
    const order = new WaitingOrder()
    order.update(runs({ a: 'queued', b: 'queued', c: 'queued' }))
    expect(order.neighbour('b', -1)).toBe('a')
    expect(order.neighbour('a', 1)).toBe('c')
    expect(order.neighbour('b', 1)).toBe(null)
    expect(order.neighbour('c', 1)).toBe(undefined)
    expect(order.neighbour('a', -1)).toBe(undefined)
  })
})

describe('the time left', () => {
  test('follows the speed of the last seconds', () => {
    const speed = new Speedometer()
    speed.mark('a', 0, 0)
    expect(speed.secondsLeft({ id: 'a', steps: 0, totalSteps: 100 })).toBe(null)
    speed.mark('a', 10, 1000)
    expect(speed.secondsLeft({ id: 'a', steps: 10, totalSteps: 100 })).toBeCloseTo(9)
    for (let at = 2000; at <= 20_000; at += 1000) speed.mark('a', at / 50, at)
    expect(speed.rate('a')).toBeCloseTo(20)
  })

  test('is not told from an earlier attempt', () => {
    const speed = new Speedometer()
    speed.mark('a', 500, 0)
    speed.mark('a', 900, 1000)
    speed.mark('a', 5, 2000)
    expect(speed.rate('a')).toBe(null)
  })
})

describe('where training stood still', () => {
  const told = (status: RunStatus, steps: number, restarts = 0): LabEvent => ({
    type: 'run',
    run: { ...sampleRun({ id: 'a', status, steps }), restarts },
  })
  const none = new Float64Array(0)
  const progress = (step: number): LabEvent => ({
    type: 'progress',
    runId: 'a',
    step,
    totalSteps: 300,
    seconds: 1,
    points: { step: none, examples: none, seconds: none, trainLoss: none },
    epochs: { epoch: none, seconds: none, trainLoss: none },
  })

  test('a pause, from when to when', () => {
    const log = new BreakLog()
    log.apply(told('running', 10), 0)
    expect(log.apply(told('paused', 40), 1000)).toBe(true)
    expect(log.of('a')).toEqual([{ kind: 'paused', step: 40, from: 1000, to: null }])
    log.apply(told('queued', 40), 4000)
    log.apply(told('running', 40), 4500)
    expect(log.apply(progress(60), 5000)).toBe(true)
    expect(log.of('a')).toEqual([{ kind: 'paused', step: 40, from: 1000, to: 5000 }])
  })

  test('an engine that died; a run taken again has no past', () => {
    const log = new BreakLog()
    log.know([{ id: 'a', status: 'running', restarts: 0 }])
    log.apply(told('queued', 80, 1), 1000)
    expect(log.of('a')).toEqual([{ kind: 'restarted', step: 80, from: 1000, to: null }])
    log.apply(told('queued', 0), 2000)
    expect(log.of('a')).toEqual([])
  })

  test('a run that was never seen running has none', () => {
    const log = new BreakLog()
    log.apply(told('paused', 40), 0)
    expect(log.of('a')).toEqual([])
  })
})

describe('the rows', () => {
  const style = styleAt(0)

  test('a series of one is its run; others open', () => {
    const [a, b, c] = runs({ a: 'done', b: 'done', c: 'done' }) as [RunSummary, RunSummary, RunSummary]
    const series = [
      { key: 's', label: 'SGD', style, runs: [a, b] },
      { key: 't', label: 'Adam', style, runs: [c] },
    ]
    const keys = (opened: string[]) =>
      seriesRows(series, new Set(opened), ({ id }) => id).map(({ key }) => key)
    expect(keys([])).toEqual(['s', 'c'])
    expect(keys(['s'])).toEqual(['s', 'a', 'b', 'c'])
  })

  test('in the queue: training, waiting in their order, resting, ended', () => {
    const list = runs({ a: 'done', b: 'queued', c: 'running', d: 'queued', e: 'paused', f: 'interrupted' })
    expect(
      queueRows(
        list,
        ['d', 'b'],
        () => style,
        ({ settings }) => `seed ${settings.seed}`,
      ).map(({ key }) => key),
    ).toEqual(['c', 'd', 'b', 'e', 'f', 'a'])
  })

  test('of many runs the state that wants attention first', () => {
    expect(statusOf(runs({ a: 'done', b: 'queued', c: 'running' }))).toBe('running')
    expect(statusOf(runs({ a: 'done', b: 'diverged' }))).toBe('diverged')
    expect(statusOf(runs({ a: 'done' }))).toBe('done')
  })

  test('the latest submission is an experiment, or what was trained singly at one time', () => {
    const at = (id: string, second: number, experimentId: string | null): RunSummary => ({
      ...sampleRun({ id, createdAt: new Date(Date.UTC(2026, 10, 22, 10, 0, second)).toISOString() }),
      experimentId,
    })
    const ids = (list: RunSummary[]) => latestSubmission(list).map(({ id }) => id)
    expect(ids([])).toEqual([])
    expect(ids([at('a', 0, 'x'), at('b', 1, 'y'), at('c', 1, 'y')])).toEqual(['b', 'c'])
    expect(ids([at('a', 0, null), at('b', 20, null), at('c', 21, null)])).toEqual(['b', 'c'])
    expect(ids([at('a', 0, 'x'), at('b', 1, null)])).toEqual(['b'])
  })
})
