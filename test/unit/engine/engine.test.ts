import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineContract, type EngineEvent, type Progress } from '../../../src/contract/engine.ts'
import { DirectBackend } from '../../../src/engine/direct/engine.ts'
import { Engine } from '../../../src/engine/engine.ts'
import { planRun } from '../../../src/engine/direct/plan.ts'
import { Training } from '../../../src/engine/direct/training.ts'
import { createClient, type Client } from '../../../src/transport/client.ts'
import { memoryChannels } from '../../../src/transport/memory.ts'
import { serve } from '../../../src/transport/server.ts'
import { holdOut } from '../../../src/experiments/hold-out.ts'
import { Random } from '../../../src/math/random.ts'
import { airfoil } from '../../../src/workloads/airfoil.ts'
import { airfoilFile, airfoilProblem, settings } from '../../support/airfoil.ts'
import { bits, joined } from '../../support/columns.ts'

type Given = Parameters<typeof settings>[0]
type Finished = Extract<EngineEvent, { type: 'finished' }>

const files = { 'airfoil_self_noise.dat': airfoilFile }
let client: Client<typeof engineContract>
let events: AsyncGenerator<{ event: EngineEvent }, void>

beforeEach(() => {
  const [near, far] = memoryChannels()
  serve(engineContract, far, new Engine(new DirectBackend()).handlers)
  client = createClient(engineContract, near)
  events = client.stream('events', {}, { after: 0 })
})
afterEach(() => client.close())

const train = (runId: string, given: Given, checkpoint: Uint8Array | null = null) =>
  client.call('train', { runId, settings: settings(given), files, checkpoint: checkpoint as never })

/** What a run reports up to its last event. `heard` may act in between. */
async function toTheEnd(heard: (progress: Progress) => void = () => undefined) {
  const stretches: Progress[] = []
  for (;;) {
    const { value } = await events.next()
    if (!value) throw new Error('the events ended')
    const { event } = value
    if (event.type === 'failed') throw new Error(event.error.message)
    stretches.push(event.progress)
    if (event.type === 'finished') return { finished: event, stretches }
    heard(event.progress)
  }
}
const points = (stretches: readonly Progress[]) => joined(stretches.map((stretch) => stretch.points))
const epochs = (stretches: readonly Progress[]) => joined(stretches.map((stretch) => stretch.epochs))

function undisturbed(given: Given) {
  const planned = planRun(settings(given), airfoil, airfoilProblem(), () => 0)
  const training = new Training(planned.plan, planned.start())
  const outcome = training.advance(Infinity)
  return { outcome, points: training.points.take(), epochs: training.epochs.take() }
}

test('says what it is', async () => {
  const { engine, versions } = await client.call('hello', {})
  expect(engine).toBe('direct')
  expect(versions['node']).toBe(process.versions.node)
})

test('reports a run in stretches that join to the whole', async () => {
  const given = { optimizer: 'adam', set: { lr: 0.01 }, epochs: 700, seed: 4 }
  expect(await train('one', given)).toEqual({ totalSteps: 700 * 150 })
  const { finished, stretches } = await toTheEnd()
  const expected = undisturbed(given)
  expect(expected.outcome).toEqual({ status: 'done', trainLoss: finished.final.trainLoss })
  expect(finished).toMatchObject({ runId: 'one', status: 'done', divergence: null })
  expect(finished.progress.step).toBe(700 * 150)
  expect(bits(points(stretches))).toEqual(bits(expected.points))
  expect(bits(epochs(stretches))).toEqual(bits(expected.epochs))
  const lowest = Math.min(...expected.points.trainLoss)
  expect(finished.progress.best).toEqual({
    trainLoss: lowest,
    step: expected.points.step[expected.points.trainLoss.indexOf(lowest)],
  })
})

test('trains one run at a time', async () => {
  await train('one', { epochs: 100_000 })
  await expect(train('two', {})).rejects.toMatchObject({ code: 'conflict' })
  await client.call('stop', { runId: 'two' })
  await client.call('stop', { runId: 'one' })
  expect((await toTheEnd()).finished).toMatchObject({ runId: 'one', status: 'stopped' })
  await train('two', {})
  expect((await toTheEnd()).finished).toMatchObject({ runId: 'two', status: 'done' })
})

test('a stopped run goes on from its checkpoint as if nothing had been', async () => {
  const given = { optimizer: 'nadam', epochs: 3000, seed: 11 }
  const stretches: Progress[] = []
  let last: Finished | undefined
  let stops = 0
  while (last?.status !== 'done') {
    await train('run', given, last?.progress.checkpoint ?? null)
    const part = await toTheEnd(() => {
      if (stops++ < 3) void client.call('stop', { runId: 'run' })
    })
    last = part.finished
    stretches.push(...part.stretches)
  }
  expect(stops).toBeGreaterThan(0)
  const expected = undisturbed(given)
  expect(expected.outcome).toEqual({ status: 'done', trainLoss: last.final.trainLoss })
  expect(bits(points(stretches))).toEqual(bits(expected.points))
  expect(bits(epochs(stretches))).toEqual(bits(expected.epochs))
})

test('a stop that comes while the run is being prepared is obeyed', async () => {
  const started = train('run', { epochs: 1_000_000 })
  await client.call('stop', { runId: 'run' })
  await started
  expect((await toTheEnd()).finished).toMatchObject({ status: 'stopped', final: { trainLoss: null } })
})

describe('a run that diverges', () => {
  test('ends with its last finite point, and nothing that is not a number', async () => {
    await train('run', { set: { lr: 10 } })
    const { finished, stretches } = await toTheEnd()
    const { step, trainLoss } = points(stretches)
    expect(finished.status).toBe('diverged')
    expect(finished.final).toEqual({ trainLoss: null })
    expect(finished.divergence).toEqual({
      step: expect.any(Number) as number,
      lastFinite: { step: step.at(-1), trainLoss: trainLoss.at(-1) },
    })
    const columns = [...Object.values(points(stretches)), ...Object.values(epochs(stretches))]
    expect(columns.every((column) => column?.every(Number.isFinite))).toBe(true)
  })

  test('in its first step', async () => {
    await train('run', { set: { lr: 1e200 } })
    const { finished, stretches } = await toTheEnd()
    const start = points(stretches).trainLoss[0]
    expect(finished.divergence).toEqual({ step: 2, lastFinite: { step: 0, trainLoss: start } })
    expect(finished.progress.best).toEqual({ step: 0, trainLoss: start })
  })
})

describe('what cannot be trained is refused, and the engine stays free', () => {
  afterEach(async () => {
    await train('next', {})
    expect((await toTheEnd()).finished).toMatchObject({ runId: 'next', status: 'done' })
  })

  test('a batch beyond the data', () =>
    expect(train('run', { batch: 1501 })).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringContaining('1501') as string,
    }))

  test('an unknown optimizer', () =>
    expect(train('run', { optimizer: 'adm' })).rejects.toMatchObject({ code: 'not-found' }))

  test('a file that is not there', () =>
    expect(
      client.call('train', {
        runId: 'run',
        settings: settings(),
        files: { 'airfoil_self_noise.dat': '/nowhere/airfoil.dat' },
        checkpoint: null,
      }),
    ).rejects.toThrow(/nowhere/))

  test('a checkpoint of another rule', async () => {
    await train('run', { optimizer: 'adam', epochs: 1_000_000 })
    await client.call('stop', { runId: 'run' })
    const { finished } = await toTheEnd()
    await expect(train('run', { optimizer: 'momentum' }, finished.progress.checkpoint)).rejects.toThrow(
      /adam/,
    )
  })

  test('a checkpoint that is none', () =>
    expect(train('run', {}, Uint8Array.of(1, 2, 3, 4, 5))).rejects.toMatchObject({ code: 'internal' }))
})

describe('with examples set aside', () => {
  const given = { set: { lr: 0.05 }, validation: 0.2, seed: 4 }

  test('trains on the others only, and says at the end how it does on those', async () => {
    await train('validated', given)
    const { finished, stretches } = await toTheEnd()
    const problem = airfoilProblem()
    const { train: rows, held } = holdOut(problem.examples, 0.2)
    expect([...rows, ...held].sort((a, b) => a - b)).toEqual(Array.from({ length: 1500 }, (_, i) => i))
    expect([rows.length, held.length]).toEqual([1200, 300])
    expect(finished.progress.step).toBe(2 * 120)

    // The same by hand: plain steps of gradient descent over rows that are no part of those held.
    const theta = new Float64Array(problem.parameters)
    problem.initialise(Random.from(4, 'parameters'), theta)
    const gradient = new Float64Array(problem.parameters)
    for (let epoch = 0; epoch < 2; epoch++) {
      const order = new Uint32Array(1200).map((_, i) => i)
      Random.from(4, 'order', epoch).shuffle(order)
      const chosen = order.map((i) => rows[i] as number)
      for (let from = 0; from < 1200; from += 10) {
        problem.gradient(theta, chosen, from, from + 10, gradient)
        for (let j = 0; j < theta.length; j++)
          theta[j] = (theta[j] as number) - 0.05 * (gradient[j] as number)
      }
    }
    const meanOver = (some: Uint32Array): number =>
      some.reduce((sum, row) => sum + problem.loss(theta, Uint32Array.of(row)), 0) / some.length
    expect(finished.final.trainLoss).toBeCloseTo(meanOver(rows), 12)
    expect(finished.final.validationLoss).toBeCloseTo(meanOver(held), 12)
    expect(points(stretches).trainLoss.at(-1)).toBe(finished.final.trainLoss)
    // After each epoch as well, and nothing of the test set.
    const { validationLoss } = epochs(stretches)
    expect(validationLoss).toHaveLength(2)
    expect(validationLoss?.at(-1)).toBe(finished.final.validationLoss)
    expect(Object.keys(epochs(stretches))).toEqual(['epoch', 'seconds', 'trainLoss', 'validationLoss'])
  })

  test('a batch larger than what is left is refused', async () => {
    await expect(train('large', { ...given, batch: 1300 })).rejects.toMatchObject({ code: 'invalid-value' })
  })
})
