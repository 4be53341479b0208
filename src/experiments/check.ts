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
import { isSealed, type StopRule } from './stop.ts'

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
 * What a run is stopped by is measured of it, and not on the test set.
 * @param validation the share of the examples that it sets aside
 * @throws DescentError saying why not
 */
export function checkStop(
  stop: StopRule | undefined,
  { id, network }: Pick<Workload, 'id' | 'network'>,
  validation: number | undefined,
): void {
  if (!stop) return
  const { metric, target } = stop
  if (isSealed(stop))
    throw new DescentError(
      'invalid-value',
      `stop goes by ${metric}, but a run that ends where the test set likes it best has been chosen by the test set.`,
      'Stop by trainLoss, or by validationLoss where examples are set aside; `targets` says when a test figure was first reached.',
    )
  if (metric.endsWith('Accuracy') && !network.classes)
    throw new DescentError(
      'invalid-value',
      `stop goes by ${metric}, but ${id} has no classes.`,
      'Stop by a loss.',
    )
  if (metric.endsWith('Accuracy') && target !== undefined && !(target >= 0 && target <= 1))
    throw new DescentError(
      'invalid-value',
      `stop ends runs at a ${metric} of ${target}, but an accuracy is a share from 0 to 1.`,
      'Give 0.85 for 85 %.',
    )
  if (metric.startsWith('validation') && validation === undefined)
    throw new DescentError(
      'invalid-value',
      `stop goes by ${metric}, but the runs that are compared set no examples aside to measure it on.`,
      'Stop by trainLoss, or train a single run with a validation share.',
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
  checkStop(settings.stop, workload, settings.validation)
  startOf(workload, settings.initialiser)
  if (settings.weights !== undefined && settings.initialiser !== undefined)
    throw new DescentError(
      'usage',
      'A run starts from given weights or from an initialiser, not both.',
      'Leave one of them out.',
    )
}
