import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import { optimizers } from '../optimizers/index.ts'
import { traceRule } from '../rules/program.ts'
import { schedules } from '../schedules/index.ts'
import { settleSchedule } from '../schedules/schedule.ts'
import { workloads } from '../workloads/index.ts'
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
  checkBatch(settings.batch, workload)
  checkDevice(settings.device)
}
