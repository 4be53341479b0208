/**
 * `npm run prove`: trains the tutorial's LeNet rows, 30 epochs and three seeds each, through the lab, and sets them
 * beside PyTorch's runs of the same recipe (test/oracle/lenet/prove-pytorch.json). What was proved is kept in
 * resources/proofs/lenet-fashion-mnist.json, with the date, the versions and every seed.
 *
 *     npm run prove [-- ROW …]     trains what its library does not hold yet; can be interrupted and started again
 *
 * The library is `DESCENT_HOME`, or one of its own beside the datasets.
 */
import { readFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { RunRecord } from '../src/experiments/run.ts'
import type { RunSettings } from '../src/experiments/settings.ts'
import type { Recorded } from '../src/figures/recorded.ts'
import { chanceLoss, type Proof, type ProvedRun } from '../src/figures/proof.ts'
import { lenet } from '../src/figures/lenet.ts'
import { connectLab, type LabClient } from '../src/lab/connect.ts'
import { places } from '../src/lab/places.ts'
import { writeWhole } from '../src/lab/write-whole.ts'
import { mean } from '../src/math/statistics.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const proofFile = path('../resources/proofs/lenet-fashion-mnist.json')
const recordedFile = path('../resources/recorded/lenet-fashion-mnist.json')
const oracleFile = path('../test/oracle/lenet/prove-pytorch.json')
const seeds = [0, 1, 2]
/** How far the means may lie apart. */
const bounds = { testAccuracy: 0.012, trainLoss: 0.03 }

/** A row of the tutorial's table: its name with the oracle, and the figure's series. */
const rows = {
  'constant-0.3': seriesOf('lenet-constant', 'constant'),
  'constant-0.125': seriesOf('lenet-multistep', 'as-run'),
  multistep: seriesOf('lenet-multistep', 'as-meant'),
  cosine: seriesOf('lenet-cosine', 'cosine'),
  'cosine-warmup': seriesOf('lenet-warmup', 'warmup'),
}
type RowName = keyof typeof rows

interface Epoch {
  trainLoss: number | null
  trainAccuracy?: number | undefined
  testAccuracy?: number | undefined
}

function measured(seed: number, epochs: readonly Epoch[]): ProvedRun {
  const last = epochs.at(-1)
  return {
    seed,
    trainLoss: last?.trainLoss ?? NaN,
    trainAccuracy: last?.trainAccuracy ?? NaN,
    testAccuracy: last?.testAccuracy ?? NaN,
    testAccuracyLastTen: mean(epochs.slice(-10).map(({ testAccuracy = NaN }) => testAccuracy)),
  }
}

function seriesOf(figure: string, series: string): RunSettings {
  const found = lenet.find(({ id }) => id === figure)?.series.find(({ id }) => id === series)
  if (!found) throw new Error(`there is no series ${series} of ${figure}`)
  return found.settings
}

async function prove(names: readonly RowName[]): Promise<boolean> {
  const where = places()
  const home = process.env['DESCENT_HOME'] ?? join(where.cache, 'proof')
  await mkdir(home, { recursive: true })
  const lab = await connectLab({ ...where, home })
  try {
    const wanted = names.flatMap((row) => seeds.map((seed) => ({ row, settings: { ...rows[row], seed } })))
    const ids = await trained(
      lab,
      wanted.map(({ settings }) => settings),
    )
    const records = await Promise.all(ids.map(async (runId) => (await lab.call('runs.show', { runId })).run))
    const oracle = JSON.parse(await readFile(oracleFile, 'utf8')) as {
      runs: { row: string; seed: number; versions: Record<string, string>; epochs: Epoch[] }[]
    }
    const results = names.map((row) => {
      const ours = records.filter((_, i) => wanted[i]?.row === row)
      const theirs = oracle.runs.filter((run) => run.row === row && seeds.includes(run.seed))
      return compare(
        row,
        ours,
        theirs.map(({ seed, epochs }) => measured(seed, epochs)),
      )
    })
    for (const result of results) console.log(describe(result))
    const [first] = records
    await mkdir(dirname(proofFile), { recursive: true })
    const proof = {
      date: new Date().toISOString().slice(0, 10),
      provenance: first?.provenance,
      pytorch: oracle.runs[0]?.versions,
      bounds,
      rows: results,
    } satisfies Proof
    await writeWhole(proofFile, [`${JSON.stringify(proof, null, 2)}\n`])
    await record(lab, names, wanted, ids)
    console.log(`\nWritten to ${proofFile} and ${recordedFile}.`)
    return results.every(({ holds }) => holds)
  } finally {
    lab.close()
  }
}

/** The runs that the figures show (their seed is the first), so that nobody has to wait for a picture. */
async function record(
  lab: LabClient,
  names: readonly RowName[],
  wanted: readonly { row: RowName; settings: RunSettings }[],
  ids: readonly string[],
): Promise<void> {
  const shown = ids.filter((_, i) => isDeepStrictEqual(wanted[i]?.settings, rows[wanted[i]?.row as RowName]))
  if (names.length < Object.keys(rows).length) return // not half of them
  const runs = await Promise.all(
    shown.map(async (runId) => {
      const { run, metrics } = await lab.call('runs.show', { runId })
      const columns = Object.entries(metrics).map(([name, column]) => [name, Array.from(column ?? [])])
      return { record: run, metrics: Object.fromEntries(columns) as Recorded['runs'][number]['metrics'] }
    }),
  )
  await mkdir(dirname(recordedFile), { recursive: true })
  await writeWhole(recordedFile, [`${JSON.stringify({ runs } satisfies Recorded)}\n`])
}

/** Ids of finished runs with these settings: those that are there, the others trained now. */
async function trained(lab: LabClient, settings: readonly RunSettings[]): Promise<string[]> {
  const { runs } = await lab.call('runs.list', {})
  const known = settings.map((one) =>
    runs.find((run) => isDeepStrictEqual(run.settings, one) && !['failed', 'cancelled'].includes(run.status)),
  )
  const stopped = known.flatMap((run) => (run?.status === 'interrupted' ? [run.id] : []))
  if (stopped.length > 0) await lab.call('runs.resume', { runIds: stopped, detached: true })
  const missing = settings.filter((_, i) => !known[i])
  const submitted =
    missing.length > 0 ? (await lab.call('runs.submit', { runs: [...missing], detached: true })).runIds : []
  const ids = known.map((run) => run?.id ?? (submitted.shift() as string))
  const waiting = new Set(ids)
  for (;;) {
    for (const run of (await lab.call('runs.list', {})).runs) {
      if (!waiting.has(run.id) || ['queued', 'running', 'paused'].includes(run.status)) continue
      waiting.delete(run.id)
      const { trainLoss, testAccuracy } = run.final
      console.log(
        `${run.name}: ${run.status}, ${String(trainLoss)} / ${String(testAccuracy)}, ${run.seconds.toFixed(0)} s`,
      )
      if (run.status === 'failed' || run.status === 'cancelled')
        throw new Error(`${run.name}: ${run.error?.message ?? run.status}`)
    }
    if (waiting.size === 0) return ids
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }
}

function compare(row: RowName, records: readonly RunRecord[], theirs: readonly ProvedRun[]) {
  const ours = records.map(({ settings, epochs }) => measured(settings.seed, epochs))
  // At .5 some seeds never learn, here and in PyTorch: their share is told, and the means are those of the others.
  const learned = (runs: readonly ProvedRun[]): ProvedRun[] =>
    runs.filter(({ trainLoss }) => trainLoss < chanceLoss)
  const of = (key: Exclude<keyof ProvedRun, 'seed'>, runs: readonly ProvedRun[]): number =>
    mean(learned(runs).map((run) => run[key]))
  const difference = {
    testAccuracy: of('testAccuracy', ours) - of('testAccuracy', theirs),
    trainLoss: of('trainLoss', ours) - of('trainLoss', theirs),
    testAccuracyLastTen: of('testAccuracyLastTen', ours) - of('testAccuracyLastTen', theirs),
  }
  const holds =
    ours.length === theirs.length &&
    Math.abs(difference.testAccuracy) <= bounds.testAccuracy &&
    Math.abs(difference.trainLoss) <= bounds.trainLoss
  return {
    row,
    settings: rows[row],
    ours,
    pytorch: theirs,
    neverLearned: {
      ours: ours.length - learned(ours).length,
      pytorch: theirs.length - learned(theirs).length,
    },
    difference,
    holds,
    /** Of the first seed, for those who want to see it grow. */
    epochs: records[0]?.epochs,
  }
}

function describe({
  row,
  ours,
  pytorch,
  difference,
  neverLearned,
  holds,
}: ReturnType<typeof compare>): string {
  const list = (runs: readonly ProvedRun[]): string =>
    runs.map(({ trainLoss, testAccuracy }) => `${trainLoss.toFixed(3)}/${testAccuracy.toFixed(4)}`).join('  ')
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
  return [
    `\n${row}: ${holds ? 'holds' : 'DOES NOT HOLD'}; train loss ${signed(difference.trainLoss)}, test accuracy ${signed(difference.testAccuracy)} (last ten epochs ${signed(difference.testAccuracyLastTen)})`,
    `  ours     ${list(ours)}`,
    `  PyTorch  ${list(pytorch)}`,
    ...(neverLearned.ours + neverLearned.pytorch > 0
      ? [
          `  never learned: ours ${neverLearned.ours}, PyTorch ${neverLearned.pytorch} of ${seeds.length}; left out of the means`,
        ]
      : []),
  ].join('\n')
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in rows))
if (unknown !== undefined) {
  console.error(`There is no row "${unknown}"; there are ${Object.keys(rows).join(', ')}.`)
  process.exit(2)
}
readFileSync(oracleFile) // nothing is trained for a comparison that cannot be made
const holds = await prove((asked.length > 0 ? asked : Object.keys(rows)) as RowName[])
process.exitCode = holds ? 0 : 1
