import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import { initialisers } from '../models/initialise.ts'
import { optimizers } from '../optimizers/index.ts'
import { traceRule } from '../rules/program.ts'
import { schedules } from '../schedules/index.ts'
import { settleSchedule } from '../schedules/schedule.ts'
import { workloads } from '../workloads/index.ts'
import { trainingExamples } from './hold-out.ts'
import type { Workload } from '../workloads/workload.ts'
import type { RunSettings } from './settings.ts'

/** What a run may be trained on; `gpu` is any graphics card, `gpu:1` the second. Whether a machine has it, its lab says. */
const devices = ['auto', 'cpu', 'gpu', 'gpu:N', 'webgpu', 'portable'] as const

/** @throws DescentError where no machine has such a device */
export function checkDevice(device: string): void {
  if (!/^(auto|cpu|gpu(:(0|[1-9]\d*))?|webgpu|portable)$/.test(device))
    throw new DescentError(
      'invalid-value',
      `device is "${device}", but must be one of ${devices.join(', ')}.`,
      'Give one of them; gpu:0 is the first graphics card.',
    )
}

/**
 * What a run's settings say of its start: nothing where it is the workload's own.
 * @throws DescentError where the workload has no network, or nothing starts that way
 */
export function startOf(
  { id, direct, network }: Workload,
  initialiser: string | undefined,
): { initialiser?: string } {
  if (initialiser === undefined) return {}
  if (direct)
    throw new DescentError(
      'invalid-value',
      `initialiser is "${initialiser}", but ${id} is no network: it has a start of its own.`,
      'Leave the initialiser out.',
    )
  if (!initialisers.some((one) => one === initialiser))
    throw new DescentError(
      'invalid-value',
      `initialiser is "${initialiser}", but must be one of ${initialisers.join(', ')}.`,
      'Give one of them, or leave it out for the one that the workload starts with.',
    )
  return initialiser === network.initialiser ? {} : { initialiser }
}

/** @throws DescentError where there are fewer examples than a batch would hold */
export function checkBatch(batch: number, { id, examples }: { id: string; examples: number }): void {
  if (batch > examples)
    throw new DescentError(
      'invalid-value',
      `batch is ${batch}, but ${id} has ${examples} training examples.`,
      `Give a batch from 1 to ${examples}.`,
    )
}

/**
 * Finds before a run is queued what would stop it later: unknown ids, values out of bounds, a device that there is
 * nowhere.
 * @throws DescentError naming the value, the bound and the remedy
 */
export function checkSettings(settings: RunSettings): void {
  const workload = lookUp(workloads, settings.workload, 'workload')
  const { values } = traceRule(lookUp(optimizers, settings.optimizer, 'optimizer'), settings.set)
  settleSchedule(
    lookUp(schedules, settings.schedule.id, 'schedule'),
    settings.schedule.set,
    values['lr'] as number,
  )
  const examples = trainingExamples(workload.examples, settings.validation)
  if (settings.validation !== undefined && examples === workload.examples)
    throw new DescentError(
      'invalid-value',
      `validation is ${settings.validation}, which of ${workload.id}'s ${examples} training examples is less than one.`,
      'Give a larger share, such as 0.2.',
    )
  checkBatch(settings.batch, { id: workload.id, examples })
  checkDevice(settings.device)
  startOf(workload, settings.initialiser)
  if (settings.weights !== undefined && settings.initialiser !== undefined)
    throw new DescentError(
      'usage',
      'A run starts from given weights or from an initialiser, not both.',
      'Leave one of them out.',
    )
}
