import { labelOf } from '../../src/experiments/label.ts'
import type { RunStatus, RunSummary } from '../../src/experiments/run.ts'
import type { SettingMap } from '../../src/experiments/settings.ts'

/** A run as a list shows it, with what matters to a test given. */
export function sampleRun(given: {
  id: string
  optimizer?: string
  set?: SettingMap
  status?: RunStatus
  loss?: number | null
  tags?: string[]
  seed?: number
  steps?: number
  createdAt?: string
}): RunSummary {
  const { id, optimizer = 'sgd', set = {}, status = 'done', loss = null, tags = [], seed = 0 } = given
  const settings = {
    workload: 'airfoil',
    optimizer,
    set,
    schedule: { id: 'constant', set: {}, per: 'epoch' as const, offset: 0 },
    batch: 10,
    epochs: 2,
    seed,
    device: 'auto',
  }
  const series = labelOf(settings)
  return {
    id,
    name: `${series}, seed ${seed}`,
    experimentId: null,
    series,
    status,
    settings,
    createdAt: given.createdAt ?? '2026-11-22T10:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    tags,
    seconds: 0,
    steps: given.steps ?? 0,
    totalSteps: 300,
    final: { trainLoss: loss },
    best: { trainLoss: loss, step: 300 },
    divergence: null,
    error: null,
    provenance: null,
    restarts: 0,
  }
}
