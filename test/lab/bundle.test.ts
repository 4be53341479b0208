import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { countReproductions } from '../../src/bundle/reproduction.ts'
import type { LabClient } from '../../src/lab/connect.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { shape } from '../../src/models/network.ts'
import { writeSafetensors } from '../../src/models/safetensors.ts'
import { leNetOnSubset } from '../../src/workloads/fashion-mnist.ts'
import { bits } from '../support/columns.ts'
import { labInProcess, Log } from '../support/lab.ts'
import { submit } from '../support/submit.ts'
import { until } from '../support/until.ts'
import { unzipped } from '../support/unzipped.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

const twoOptimizers = `# as a person wrote it
title: Adam and SGD on the airfoil
question: Which is better?
workloads: airfoil
optimizers:
  - id: sgd
    set: { lr: 0.05 }
  - id: adam
    set: { lr: 0.01 }
batch: 10
epochs: 2
seeds: [0, 1]
`

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'paper.descent.zip')
}

async function run(client: LabClient, text: string) {
  const log = await Log.of(client)
  const { experimentId } = await client.call('experiments.submit', { text, name: 'e.yaml', detached: true })
  for (;;) {
    const { runIds, left } = await client.call('experiments.study', { experimentId })
    if (left === 0) return { experimentId, runIds }
    await log.over(runIds)
  }
}

const save = (client: LabClient, ids: string[], file = temporaryFile()) =>
  client.call('bundle.write', { ids, locale: 'en', file })

/** All that a library says of runs, but for where they came from. */
async function saved(client: LabClient, runIds: readonly string[]) {
  return Promise.all(
    runIds.map(async (runId) => {
      const { run, metrics } = await client.call('runs.show', { runId })
      const { curves } = await client.call('runs.curves', { runIds: [runId] })
      const norms = await client.call('runs.norms', { runId })
      const { origin: _, ...record } = run
      return {
        record,
        points: bits({ ...metrics }),
        epochs: bits({ ...curves[0]?.epochs }),
        norms: norms.gradient.map((column) => bits({ column })),
      }
    }),
  )
}

describe('a bundle of an experiment', () => {
  test('opens in another library with every bit, and running it again comes to the same', async () => {
    const first = labInProcess().connect()
    const { experimentId, runIds } = await run(first, twoOptimizers)
    const { file, ...said } = await save(first, [experimentId])
    expect(said).toMatchObject({ title: 'Adam and SGD on the airfoil', runs: 4, hasReport: true })
    expect(said.sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'))

    const second = labInProcess().connect()
    const opened = await second.call('bundle.open', { path: file })
    expect(opened).toMatchObject({ experimentIds: [experimentId], added: 4, title: said.title })
    expect([...opened.runIds].sort()).toEqual([...runIds].sort())
    expect(await saved(second, runIds)).toEqual(await saved(first, runIds))
    const { runs } = await second.call('runs.list', {})
    expect(runs.map(({ origin }) => origin)).toEqual(
      Array.from({ length: 4 }, () => ({ ...opened.origin, bundle: said.sha256 })),
    )
    const [here] = (await first.call('experiments.list', {})).experiments
    expect((await second.call('experiments.list', {})).experiments).toEqual([here])

    // Opening it again adds nothing, and leaves what a person changed.
    await second.call('runs.rename', { runId: runIds[0] ?? '', name: 'mine' })
    expect(await second.call('bundle.open', { path: file })).toMatchObject({
      added: 0,
      runIds: opened.runIds,
    })
    const { run: renamed } = await second.call('runs.show', { runId: runIds[0] ?? '' })
    expect(renamed).toMatchObject({ name: 'mine', origin: opened.origin })
    await second.call('runs.rename', { runId: runIds[0] ?? '', name: runs[0]?.name ?? '' })

    const { runs: before } = await second.call('runs.reproduction', { runIds })
    expect(before.map(({ outcome }) => outcome)).toEqual(['missing', 'missing', 'missing', 'missing'])
    const again = await run(second, here?.text ?? '')
    const { runs: after } = await second.call('runs.reproduction', { runIds })
    expect(countReproductions(after)).toMatchObject({ total: 4, equal: 4 })
    expect(new Set(after.map(({ againId }) => againId))).toEqual(new Set(again.runIds))
  })

  test('its report is the one that is made of it after opening, but for the time, the mark and files beside it', async () => {
    const first = labInProcess().connect()
    const { experimentId, runIds } = await run(first, twoOptimizers)
    const { file } = await save(first, [experimentId])
    const second = labInProcess().connect()
    await second.call('bundle.open', { path: file })
    const { files } = await second.call('report.make', { runIds, format: 'html', locale: 'en' })
    const lines = (html: Uint8Array): string[] =>
      new TextDecoder()
        .decode(html)
        .split('\n')
        .filter((line) => !/<time |Report made|From a bundle|<footer|Made with|report\.csv/.test(line))
    const report = (await unzipped(readFileSync(file))).get('report.html')
    expect(lines(files[0]?.bytes ?? new Uint8Array())).toEqual(lines(report ?? Buffer.alloc(0)))
    expect(report?.toString()).not.toContain('report.csv') // a bundle has curves/ in its place
  })

  test('can be checked with unzip and sha256sum alone', async () => {
    const client = labInProcess().connect()
    const { experimentId } = await run(client, twoOptimizers)
    const { file } = await save(client, [experimentId])
    const files = await unzipped(readFileSync(file))
    const names = [...files.keys()]
    expect(names.slice(-2)).toEqual(['manifest.json', 'SHA256SUMS'])
    expect(names.slice(0, -2)).toEqual(names.slice(0, -2).sort())
    expect(files.get('experiment.yaml')?.toString()).toBe(twoOptimizers)
    const sums = files.get('SHA256SUMS')?.toString().trimEnd().split('\n') ?? []
    expect(sums).toHaveLength(files.size - 1)
    for (const line of sums) {
      const [hash = '', name = ''] = line.split('  ')
      expect([
        name,
        createHash('sha256')
          .update(files.get(name) ?? '')
          .digest('hex'),
      ]).toEqual([name, hash])
    }
    const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '') as Record<string, unknown>
    expect(manifest).toMatchObject({
      format: 'descent-lab/bundle',
      version: 1,
      title: 'Adam and SGD on the airfoil',
      experiments: [{ id: experimentId, file: 'experiment.yaml', runs: 4 }],
      datasets: [{ id: 'airfoil', sha1: expect.stringMatching(/^[0-9a-f]{40}$/) as string }],
      counts: { runs: 4, byStatus: { done: 4 } },
    })
  })

  test('is the same to the byte, but for the time at which it was made', async () => {
    vi.stubEnv('TZ', 'Asia/Shanghai')
    const client = labInProcess().connect()
    const { experimentId, runIds } = await run(client, twoOptimizers)
    const one = await unzipped(readFileSync((await save(client, [experimentId])).file))
    const two = await unzipped(readFileSync((await save(client, runIds.toReversed())).file))
    vi.unstubAllEnvs()
    expect([...two.keys()]).toEqual([...one.keys()])
    const dated = ['manifest.json', 'SHA256SUMS', 'report.html']
    for (const [name, bytes] of one)
      if (!dated.includes(name)) expect([name, two.get(name)?.equals(bytes)]).toEqual([name, true])
    const undated = (bytes: Buffer | undefined): string =>
      String(bytes)
        .replace(/"at": "[^"]*"/, '')
        .replace(/"path": "report.html"[^}]*/, '')
    expect(undated(two.get('manifest.json'))).toBe(undated(one.get('manifest.json')))
  })
})

describe('a bundle of other runs', () => {
  test('of an experiment that tunes holds the runs that tuned, and what was found stays found', async () => {
    const first = labInProcess().connect()
    const text = `
title: Tuned
workloads: airfoil
epochs: 1
seeds: 2
tuning: { sampler: grid, trials: 4, validation: 0.2 }
optimizers:
  - { id: sgd, search: { lr: { log: [1.0e-3, 1] } } }
`
    const { experimentId, runIds } = await run(first, text)
    expect(runIds).toHaveLength(4 + 2)
    const finals = (await first.call('runs.list', {})).runs.filter(({ study }) => study?.stage === 'final')
    // One run of it brings the runs that it rests on.
    const { file, runs } = await save(first, [finals[0]?.id ?? ''])
    expect(runs).toBe(4 + 1)
    const whole = await save(first, [experimentId])
    expect(whole.runs).toBe(6)

    // Where a part of it was opened, no lab asks for the rest.
    const rested = labInProcess()
    expect(await rested.connect().call('bundle.open', { path: file })).toMatchObject({ added: 5 })
    await rested.close()
    const later = labInProcess({ places: rested.places }).connect()
    await until(async () => (await later.call('experiments.study', { experimentId })).left === 1)
    expect((await later.call('runs.list', {})).runs).toHaveLength(5)

    const second = labInProcess().connect()
    expect(await second.call('bundle.open', { path: file })).toMatchObject({ added: 5 })
    expect(await second.call('bundle.open', { path: whole.file })).toMatchObject({ added: 1 })
    expect(await saved(second, runIds)).toEqual(await saved(first, runIds))
    const { tuned } = await first.call('experiments.study', { experimentId })
    expect(await second.call('experiments.study', { experimentId })).toMatchObject({ left: 0, tuned })
    await run(second, text)
    const { runs: again } = await second.call('runs.reproduction', { runIds })
    expect(again.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'equal'))
  })

  test('runs of no experiment, diverged ones among them, come as they ended', async () => {
    const first = labInProcess().connect()
    const log = await Log.of(first)
    const runIds = await submit(first, [{ seed: 7 }, { set: { lr: 10 } }])
    await log.over(runIds)
    const { file } = await save(first, runIds)
    expect((await unzipped(readFileSync(file))).has('experiment.yaml')).toBe(false)
    const second = labInProcess().connect()
    await second.call('bundle.open', { path: file })
    expect(await saved(second, runIds)).toEqual(await saved(first, runIds))
    const third = await Log.of(second)
    await third.over(await submit(second, [{ seed: 7 }, { set: { lr: 10 } }]))
    const { runs } = await second.call('runs.reproduction', { runIds })
    expect(runs.map(({ outcome }) => outcome)).toEqual(['equal', 'equal'])
  })

  test('runs that are not over are refused', async () => {
    const client = labInProcess().connect()
    const [id = ''] = await submit(client, [{ epochs: 10_000_000 }])
    await expect(save(client, [id])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(id) as string,
    })
  })

  test('a run that was stopped waits in the other library, and starts from its beginning when it is resumed', async () => {
    const first = labInProcess().connect()
    const log = await Log.of(first)
    const [id = ''] = await submit(first, [{ epochs: 400_000, seed: 4 }])
    await log.progressed(id)
    await first.call('runs.cancel', { runIds: [id] })
    const { file } = await save(first, [id])

    const place = labInProcess()
    const second = place.connect()
    await second.call('bundle.open', { path: file })
    const { run: before } = await second.call('runs.show', { runId: id })
    expect(before).toMatchObject({ status: 'cancelled' })
    expect(before.steps).toBeGreaterThan(0)
    const heard = await Log.of(second)
    await second.call('runs.resume', { runIds: [id] })
    await heard.progressed(id)
    await second.call('runs.cancel', { runIds: [id] })
    const { run: after, metrics } = await second.call('runs.show', { runId: id })
    expect(after.origin).toBeUndefined()
    // One curve from step 0, not a second one behind the first.
    expect(metrics.step[0]).toBe(0)
    expect(metrics.step.indexOf(0, 1)).toBe(-1)
  })

  test('weights that runs start from come along', async () => {
    const place = labInProcess()
    const first = place.connect()
    const { parameters, size } = shape(leNetOnSubset.network.network)
    const theta = Float32Array.from({ length: size }, (_, i) => Math.sin(i) / 100)
    const file = writeSafetensors(
      parameters.map(({ name, shape: own, offset, size: length }) => ({
        name,
        shape: own,
        values: theta.subarray(offset, offset + length),
      })),
      {},
    )
    const { weights } = await first.call('weights.add', { workload: leNetOnSubset.id, bytes: file })
    const [id = ''] = await submit(first, [{ workload: leNetOnSubset.id, weights, batch: 256, epochs: 100 }])
    await first.call('runs.cancel', { runIds: [id] })
    const { file: bundle } = await save(first, [id])
    expect([...(await unzipped(readFileSync(bundle))).keys()]).toContain(`weights/${weights}.npy`)

    const there = labInProcess()
    await there.connect().call('bundle.open', { path: bundle })
    await there.close()
    await place.close()
    const [ours, theirs] = [place, there].map(({ places }) => new Library(openDatabase(places.home)))
    expect(theirs?.weights(weights)).toEqual(ours?.weights(weights))
    expect(theirs?.weights(weights)).toEqual(theta)
    ours?.close()
    theirs?.close()
  })

  test('another result under the id of a run that is here is refused, and nothing is kept', async () => {
    const first = labInProcess().connect()
    const log = await Log.of(first)
    const runIds = await submit(first, [{ seed: 1 }, { seed: 2 }])
    await log.over(runIds)
    const { file } = await save(first, runIds)
    const second = labInProcess().connect()
    await second.call('bundle.open', { path: (await save(first, runIds.slice(0, 1))).file })
    const own = await Log.of(second)
    await second.call('runs.retry', { runIds: runIds.slice(0, 1) })
    await own.over(runIds.slice(0, 1))
    await expect(second.call('bundle.open', { path: file })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(runIds[0] ?? '') as string,
    })
    const { runs } = await second.call('runs.list', {})
    expect(runs.map(({ id }) => id)).toEqual(runIds.slice(0, 1))
  })

  test('a deleted run comes back', async () => {
    const client = labInProcess().connect()
    const log = await Log.of(client)
    const runIds = await submit(client, [{ seed: 1 }])
    await log.over(runIds)
    const { file } = await save(client, runIds)
    await client.call('runs.delete', { runIds, undoable: true })
    expect(await client.call('bundle.open', { path: file })).toMatchObject({ added: 1 })
    expect((await client.call('runs.list', {})).runs.map(({ id }) => id)).toEqual(runIds)
  })
})
