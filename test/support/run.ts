import type { RunSummary } from '../../src/experiments/run.ts'
import { settings } from './airfoil.ts'

let made = 0

/** A queued run, as the lab makes them. */
export function queuedRun(given: Partial<RunSummary> = {}): RunSummary {
  const id = given.id ?? `run${String(++made).padStart(6, '0')}`
  return {
    id,
    name: `${id}, seed 0`,
    experimentId: null,
    series: 'SGD',
    status: 'queued',
    settings: settings(),
    createdAt: `2026-01-01T00:00:00.${id}Z`,
    startedAt: null,
    finishedAt: null,
    steps: 0,
    totalSteps: 300,
    final: { trainLoss: null },
    best: { trainLoss: null, step: 0 },
    divergence: null,
    error: null,
    tags: [],
    seconds: 0,
    provenance: null,
    restarts: 0,
    ...given,
  }
}
