import type { Comparison, MeasuredRun } from '../../src/charts/comparison.ts'
import type { RunRecord, RunStatus } from '../../src/experiments/run.ts'
import type { RunSettings } from '../../src/experiments/settings.ts'
import { Random } from '../../src/math/random.ts'

/** Synthetic runs for tests about drawing and counting; the numbers are plausible and mean nothing. */
export interface SampleSeries {
  label: string
  optimizer: string
  set?: RunSettings['set']
  schedule?: RunSettings['schedule']
  workload?: string
  batch?: number
  epochs?: number
  /** Where the loss settles. */
  floor?: number
  /** Seeds that diverge. */
  diverging?: readonly number[]
  /** Seeds that stop half-way, with this status. */
  stopped?: readonly { seed: number; status: RunStatus }[]
  accuracy?: boolean
}

export function sampleRun(series: SampleSeries, seed: number): MeasuredRun {
  const {
    label,
    optimizer,
    workload = 'airfoil',
    batch = 10,
    epochs = 2,
    floor = 0.244,
    accuracy = false,
  } = series
  const random = Random.from(seed, label, batch)
  const totalSteps = Math.ceil(1500 / batch) * epochs
  const every = Math.max(1, Math.round(200 / batch))
  const diverges = series.diverging?.includes(seed) ?? false
  const stop = series.stopped?.find((entry) => entry.seed === seed)
  const lastStep = stop ? Math.floor(totalSteps / 2 / every) * every : totalSteps
  const points: { step: number; loss: number }[] = []
  let divergedAt: number | null = null
  for (let step = 0; ; step = Math.min(lastStep, step + every)) {
    const decay = Math.exp((-4 * step) / totalSteps)
    const loss = diverges
      ? 0.5 * Math.exp((18 + seed) * (step / totalSteps))
      : step === 0
        ? 0.5
        : floor + (0.5 - floor) * decay + 0.002 * Math.abs(random.normal())
    if (diverges && loss > 5e5) {
      divergedAt = step
      break
    }
    points.push({ step, loss })
    if (step === lastStep) break
  }
  if (diverges && divergedAt === null) divergedAt = lastStep
  const last = points.at(-1) as { step: number; loss: number }
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a))
  const seconds = (step: number) => step * 1e-4 * (1 + 0.05 * seed)
  const testAccuracy = 0.88 + 0.01 * random.uniform()
  const trainAccuracy = (step: number) => 0.94 - 0.5 * Math.exp((-4 * step) / totalSteps)
  const status: RunStatus = divergedAt !== null ? 'diverged' : (stop?.status ?? 'done')
  const isDone = status === 'done'
  const record: RunRecord = {
    id: `${optimizer}-${batch}-${seed}-${label.length}`,
    name: label,
    experimentId: 'experiment-1',
    series: label,
    status,
    settings: {
      workload,
      optimizer,
      set: series.set ?? { lr: 0.01 },
      schedule: series.schedule ?? { id: 'constant', set: {}, per: 'epoch', offset: 0 },
      batch,
      epochs,
      seed,
      device: 'auto',
    },
    createdAt: '2026-11-22T10:00:00.000Z',
    startedAt: '2026-11-22T10:00:01.000Z',
    finishedAt: '2026-11-22T10:00:02.000Z',
    tags: [],
    seconds: seconds(last.step),
    steps: last.step,
    totalSteps,
    epochs: isDone
      ? Array.from({ length: epochs }, (_, epoch) => ({
          epoch,
          seconds: seconds((totalSteps * (epoch + 1)) / epochs),
          trainLoss: epoch === epochs - 1 ? last.loss : last.loss + 0.01,
          ...(accuracy && {
            trainAccuracy: trainAccuracy((totalSteps * (epoch + 1)) / epochs),
            testLoss: 0.3 + 0.1 / (epoch + 1),
            testAccuracy: testAccuracy - 0.02 * (epochs - 1 - epoch),
          }),
        }))
      : [],
    final: {
      trainLoss: isDone ? last.loss : null,
      ...(isDone && accuracy && { trainAccuracy: trainAccuracy(totalSteps), testAccuracy }),
    },
    best: { trainLoss: best.loss, step: best.step },
    divergence:
      divergedAt === null
        ? null
        : { step: divergedAt, lastFinite: { step: last.step, trainLoss: last.loss } },
    error: null,
    provenance: {
      versions: { 'descent-lab': '0.1.0', node: '24.21.0' },
      engine: 'direct',
      device: 'CPU, 2 cores',
      datasets: [
        { id: 'airfoil', file: 'airfoil_self_noise.dat', sha1: '76e5be1548fd8222e5074cf0faae75edff8cf93f' },
      ],
    },
    restarts: 0,
  }
  return {
    record,
    metrics: {
      step: Float64Array.from(points, ({ step }) => step),
      examples: Float64Array.from(points, ({ step }) => step * batch),
      seconds: Float64Array.from(points, ({ step }) => seconds(step)),
      trainLoss: Float64Array.from(points, ({ loss }) => loss),
      ...(accuracy && { trainAccuracy: Float64Array.from(points, ({ step }) => trainAccuracy(step)) }),
    },
  }
}

export const threeSeries: readonly SampleSeries[] = [
  { label: 'sgd lr 0.05', optimizer: 'sgd', set: { lr: 0.05 }, floor: 0.2442 },
  { label: 'momentum lr 0.9', optimizer: 'momentum', set: { lr: 0.9 }, floor: 0.243, diverging: [1, 3] },
  {
    label: 'adam lr 0.01',
    optimizer: 'adam',
    set: { lr: 0.01, eps: 1e-6, epsPlacement: 'inside' },
    floor: 0.249,
  },
]

export function sampleRuns(series: readonly SampleSeries[], seeds: number): MeasuredRun[] {
  return series.flatMap((one) => Array.from({ length: seeds }, (_, seed) => sampleRun(one, seed)))
}

export function sampleComparison(series: readonly SampleSeries[] = threeSeries, seeds = 5): Comparison {
  return {
    title: 'Three rules on airfoil',
    question: 'Which rule ends lowest after two epochs?',
    experiment: {
      id: 'experiment-1',
      hash: '0123456789abcdef',
      text: experimentFile(series, seeds),
    },
    runs: sampleRuns(series, seeds),
  }
}

/** The file as a person would have written it. */
function experimentFile(series: readonly SampleSeries[], seeds: number): string {
  const entries = series.map(({ label, optimizer, set = {} }) => {
    const values = Object.entries(set).map(([name, value]) => `${name}: ${String(value)}`)
    return `  - { id: ${optimizer}, label: ${JSON.stringify(label)}, set: { ${values.join(', ')} } }`
  })
  return `# Written late in the evening.
title: Three rules on airfoil
workloads: airfoil
batch: 10
epochs: 2
seeds: [ ${Array.from({ length: seeds }, (_, seed) => seed).join(', ')} ]

optimizers:
${entries.join('\n')}
`
}
