import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { writeTable } from '../../src/bundle/npy.ts'
import type { BundleManifest } from '../../src/bundle/manifest.ts'
import { withBundle } from '../../src/lab/bundle/unpack.ts'
import type { LabClient } from '../../src/lab/connect.ts'
import { Lab } from '../../src/lab/lab.ts'
import type { Places } from '../../src/lab/places.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import { labContract } from '../../src/contract/lab.ts'
import { createClient } from '../../src/transport/client.ts'
import { memoryChannels } from '../../src/transport/memory.ts'
import { makeZip, type ZipEntry } from '../hub/archives.ts'
import { resources } from '../support/airfoil.ts'
import { labInProcess, Log } from '../support/lab.ts'
import { unzipped } from '../support/unzipped.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'descent-refusals-'))
const places: Places = { home: join(folder, 'home'), cache: join(folder, 'cache'), resources }
type Files = Map<string, Buffer>
let whole: Files
let lab: Lab
let client: LabClient
let runIds: string[]

/** One lab makes a bundle, another one is offered what became of it. */
beforeAll(async () => {
  const from = { home: join(folder, 'from'), cache: places.cache, resources }
  const maker = new Lab({ places: from, workers: 1 })
  const [near, far] = memoryChannels()
  maker.connect(far)
  const made = createClient(labContract, near)
  const log = await Log.of(made)
  const text = 'title: Paper\nworkloads: airfoil\noptimizers: [sgd]\nbatch: 100\nepochs: 2\nseeds: [0, 1]\n'
  const submitted = await made.call('experiments.submit', { text, name: 'e.yaml' })
  runIds = submitted.runIds
  await log.over(runIds)
  const file = join(folder, 'paper.descent.zip')
  await made.call('bundle.write', { ids: [submitted.experimentId], locale: 'en', file })
  whole = await unzipped(readFileSync(file))
  await maker.close()
  lab = new Lab({ places, workers: 1 })
  const channels = memoryChannels()
  lab.connect(channels[1])
  client = createClient(labContract, channels[0])
})
afterAll(async () => {
  await lab.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const zipped = (files: Files, more: readonly ZipEntry[] = []): Buffer =>
  makeZip([...[...files].map(([name, data]) => ({ name, data })), ...more])

/** Whoever changes a bundle can also write new hashes. */
function resealed(change: (files: Files, manifest: BundleManifest) => void): Buffer {
  const files = new Map(whole)
  const manifest = JSON.parse(String(files.get('manifest.json'))) as BundleManifest
  change(files, manifest)
  const rest = [...files].filter(([name]) => name !== 'manifest.json' && name !== 'SHA256SUMS')
  manifest.files.length = 0
  for (const [path, bytes] of rest)
    manifest.files.push({ path, sizeBytes: bytes.byteLength, sha256: sha256(bytes) })
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)))
  files.delete('SHA256SUMS')
  files.set(
    'SHA256SUMS',
    Buffer.from([...files].map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`).join('')),
  )
  return zipped(files)
}
const changed = (path: string, change: (text: string) => string): Buffer =>
  zipped(new Map(whole).set(path, Buffer.from(change(String(whole.get(path))))))
const without = (path: string): Buffer => zipped(new Map([...whole].filter(([name]) => name !== path)))
/** The first run's record changed. */
const withRun = (change: (run: RunSummary & Record<string, unknown>) => unknown): Buffer =>
  resealed((files) => {
    const [first = '', ...rest] = String(files.get('runs.jsonl')).split('\n')
    const run = change(JSON.parse(first) as RunSummary & Record<string, unknown>)
    files.set(
      'runs.jsonl',
      Buffer.from([typeof run === 'string' ? run : JSON.stringify(run), ...rest].join('\n')),
    )
  })
const withCurve = (columns: Record<string, number[]>): Buffer =>
  resealed((files) =>
    files.set(
      `curves/points/${runIds[0]}.npy`,
      Buffer.from(
        writeTable(
          new Map(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])),
        ),
      ),
    ),
  )

const zeros = Buffer.alloc(20 * 2 ** 20)

const archives: readonly (readonly [string, () => Buffer, RegExp])[] = [
  ['no archive', () => Buffer.from('title: Paper\n'), /no zip archive/],
  ['an archive that is cut off', () => zipped(whole).subarray(0, -40), /not an intact zip/],
  [
    'an archive of something else',
    () => makeZip([{ name: 'a.txt', data: zeros.subarray(0, 9) }]),
    /has no manifest/,
  ],
  [
    'a path that leads out',
    () => zipped(whole, [{ name: '../../evil', data: zeros.subarray(0, 9) }]),
    /parent folder/,
  ],
  ['an absolute path', () => zipped(whole, [{ name: '/etc/evil' }]), /absolute path/],
  [
    'a link',
    () => zipped(whole, [{ name: 'a', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]),
    /symbolic link/,
  ],
  ['a bomb', () => zipped(whole, [{ name: 'a', data: zeros }]), /200 times/],
  [
    'a bomb that says it is small',
    () => zipped(new Map([...whole].slice(1)), [{ name: 'README.txt', data: zeros, declaredBytes: 100 }]),
    /not an intact zip/,
  ],
  [
    'two entries of one name',
    () => zipped(whole, [{ name: 'runs.jsonl', data: Buffer.from('{}\n') }]),
    /two entries/,
  ],
  [
    'a file that the manifest does not list',
    () => zipped(whole, [{ name: 'evil.js' }]),
    /manifest says nothing/,
  ],
  [
    'a file that was changed',
    () => changed('README.txt', (text) => text.replace('bundle', 'bumble')),
    /README.txt is not what it was/,
  ],
  [
    'a file that grew',
    () => changed('README.txt', (text) => `${text}!`),
    /README.txt has .* its manifest says/,
  ],
  [
    'a manifest that was changed',
    () => changed('manifest.json', (text) => text.replace('Paper', 'Pager')),
    /manifest.json is not what it was/,
  ],
  [
    'hashes that were changed',
    () => changed('SHA256SUMS', (text) => text.replace(/^[0-9a-f]{3}/, '000')),
    /is not what it was/,
  ],
  [
    'hashes that lack a file',
    () => changed('SHA256SUMS', (text) => text.replace(/^.*README.*\n/m, '')),
    /not of the files/,
  ],
  ['hashes that are none', () => changed('SHA256SUMS', () => 'all is well\n'), /SHA256SUMS:1/],
  ['a missing file', () => without('README.txt'), /README.txt is missing/],
  ['no hashes', () => without('SHA256SUMS'), /has no SHA256SUMS/],
  [
    'a manifest without end',
    () =>
      zipped(new Map([...whole].filter(([name]) => name !== 'manifest.json')), [
        { name: 'manifest.json', data: Buffer.alloc(97 * 2 ** 20, ' '), method: 0 },
      ]),
    /its manifest.json has/,
  ],
  [
    'a record nested without end',
    () =>
      withRun((run) =>
        JSON.stringify(run).replace('"set":{', `"set":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},`),
      ),
    /runs.jsonl:1/,
  ],
  ['a manifest that is no JSON', () => changed('manifest.json', () => '{'), /no JSON/],
  [
    'another format',
    () => resealed((_, manifest) => Object.assign(manifest, { format: 'zip' })),
    /does not say/,
  ],
  [
    'a missing title',
    () => resealed((_, manifest) => Object.assign(manifest, { title: 3 })),
    /manifest.json: title/,
  ],
  [
    'a file of no bundle, listed',
    () => resealed((files) => files.set('node_modules/x.js', Buffer.from('x'))),
    /manifest.json: files/,
  ],
  [
    'a wrong count',
    () => resealed((_, { counts }) => (counts.runs = 3)),
    /holds 2 runs; its manifest says 3/,
  ],
  [
    'a missing curve',
    () => resealed((files) => files.delete(`curves/points/${runIds[0]}.npy`)),
    /curves\/points\/.* is missing/,
  ],
  ['a record that is no JSON', () => withRun(() => '{"id": 1'), /runs.jsonl:1 is no JSON/],
  [
    'a record with NaN',
    () => withRun((run) => JSON.stringify(run).replace(/"seconds":[^,]+/, '"seconds":NaN')),
    /no JSON/,
  ],
  [
    'a record with an infinite number',
    () => withRun((run) => JSON.stringify(run).replace(/"seconds":[^,]+/, '"seconds":1e999')),
    /runs.jsonl:1: seconds/,
  ],
  ['an id that is a path', () => withRun((run) => ({ ...run, id: '../x' })), /runs.jsonl:1: id/],
  [
    'a run that is being trained',
    () => withRun((run) => ({ ...run, status: 'running' })),
    /runs.jsonl:1: status/,
  ],
  [
    'a time that is none',
    () => withRun((run) => ({ ...run, createdAt: 'yesterday' })),
    /runs.jsonl:1: createdAt/,
  ],
  [
    'a name that commands a terminal',
    () => withRun((run) => ({ ...run, name: '\u001b[2J' })),
    /control character/,
  ],
  [
    'a name that no table has room for',
    () => withRun((run) => ({ ...run, name: 'x'.repeat(2_000_000) })),
    /runs.jsonl:1 has 2000000 characters/,
  ],
  ['fewer steps than none', () => withRun((run) => ({ ...run, steps: -5 })), /runs.jsonl:1: steps/],
  ['time that ran backwards', () => withRun((run) => ({ ...run, seconds: -1 })), /runs.jsonl:1: seconds/],
  [
    'a setting that nobody knows',
    () => withRun((run) => ({ ...run, settings: { ...run.settings, evil: 1 } })),
    /runs.jsonl:1: settings/,
  ],
  [
    'a run of another experiment',
    () => withRun((run) => ({ ...run, experimentId: 'other' })),
    /experiment other, which is not here/,
  ],
  [
    'a curve that goes back',
    () => withCurve({ step: [0, 2, 1], examples: [0, 1, 2], seconds: [0, 1, 2], trainLoss: [1, 1, 1] }),
    /step is 1 after 2/,
  ],
  [
    'a curve without end',
    () => withCurve({ step: [0, Infinity], examples: [0, 1], seconds: [0, 1], trainLoss: [1, 1] }),
    /step is Infinity/,
  ],
  ['a curve of other columns', () => withCurve({ step: [0], evil: [1] }), /has columns step, evil/],
  [
    'a curve that says it is longer',
    () =>
      resealed((files) => {
        const path = `curves/points/${runIds[0]}.npy`
        files.set(
          path,
          Buffer.from(String(files.get(path)?.toString('latin1')).replace(/\((\d+),\)/, '(9$1,)'), 'latin1'),
        )
      }),
    /rows need|header/,
  ],
  [
    'a curve with a Python object for a header',
    () =>
      resealed((files) => {
        const path = `curves/points/${runIds[0]}.npy`
        files.set(
          path,
          Buffer.from(String(files.get(path)?.toString('latin1')).replaceAll('<f8', '|O8'), 'latin1'),
        )
      }),
    /not float64 columns/,
  ],
  [
    'an experiment that is no text',
    () => resealed((files) => files.set('experiment.yaml', Buffer.of(0xff, 0xfe))),
    /no UTF-8/,
  ],
  [
    'an experiment that is none',
    () => resealed((files) => files.set('experiment.yaml', Buffer.from('a: 1\n'))),
    /does not understand its experiment/,
  ],
  [
    'an experiment whose aliases multiply',
    () =>
      resealed((files) =>
        files.set(
          'experiment.yaml',
          Buffer.from(
            `title: &a [x, x]\n${Array.from({ length: 20 }, (_, i) => `k${i}: &${'b'.repeat(i + 1)} [*${i === 0 ? 'a' : 'b'.repeat(i)}, *${i === 0 ? 'a' : 'b'.repeat(i)}]`).join('\n')}\n`,
          ),
        ),
      ),
    /does not understand its experiment/,
  ],
]

function written(bytes: Uint8Array): string {
  const place = mkdtempSync(join(folder, 'given-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  const file = join(place, 'given.descent.zip')
  writeFileSync(file, bytes)
  return file
}

describe('nothing is kept of', () => {
  test.each(archives)('%s', async (_what, make, reason) => {
    const bytes = make()
    const refusal = {
      code: 'archive-refused',
      message: expect.stringMatching(reason) as string,
      remedy: expect.stringContaining('') as string,
    }
    await expect(client.call('bundle.open', { path: written(bytes) })).rejects.toMatchObject(refusal)
    await expect(client.call('bundle.upload', { bytes: Uint8Array.from(bytes) })).rejects.toMatchObject({
      code: 'archive-refused',
    })
    expect((await client.call('runs.list', {})).runs).toEqual([])
    expect((await client.call('experiments.list', {})).experiments).toEqual([])
    expect(readdirSync(join(places.cache, 'datasets', '.staging'))).toEqual([])
  })

  test('a bundle of a later version, with what to do', async () => {
    const later = resealed((_, manifest) => Object.assign(manifest, { version: 2, title: 0 }))
    await expect(client.call('bundle.open', { path: written(later) })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('version 2') as string,
      remedy: expect.stringContaining('Update Descent Lab') as string,
    })
  })

  test('whatever nobody waits for any more, leaving nothing behind', async () => {
    const opening = withBundle(written(zipped(whole)), places.cache, () => expect.fail(), AbortSignal.abort())
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(join(places.cache, 'datasets', '.staging'))).toEqual([])
  })

  test('a file that is not there', async () => {
    await expect(client.call('bundle.open', { path: join(folder, 'none.zip') })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

test('ids of another version can be read, and running them again says what is missing', async () => {
  const foreign = resealed((files) => {
    for (const path of ['runs.jsonl', 'experiment.yaml'])
      files.set(
        path,
        Buffer.from(String(files.get(path)).replaceAll('sgd', 'zgd').replaceAll('airfoil', 'wing')),
      )
  })
  const second = labInProcess().connect()
  const { added, experimentIds } = await second.call('bundle.open', { path: written(foreign) })
  expect(added).toBe(2)
  const { experiments } = await second.call('experiments.list', {})
  expect(experiments.map(({ id }) => id)).toEqual(experimentIds)
  await second.call('runs.curves', { runIds })
  await second.call('experiments.study', { experimentId: experimentIds[0] ?? '' })
  for (const format of ['html', 'md', 'csv', 'tex'] as const)
    await second.call('report.make', { runIds, format, locale: 'en' })
  for (const format of ['csv', 'parquet', 'json', 'tensorboard'] as const)
    await second.call('export.make', { runIds, format })
  const { bytes } = await second.call('bundle.make', { ids: runIds, locale: 'en' })
  expect(bytes.byteLength).toBeGreaterThan(1000)
  await expect(
    second.call('experiments.submit', { text: experiments[0]?.text ?? '', name: 'experiment.yaml' }),
  ).rejects.toMatchObject({ message: expect.stringContaining('wing') as string })
})
