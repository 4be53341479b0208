import { readFile } from 'node:fs/promises'
import { InvalidArgumentError } from 'commander'
import { bestTestEpoch } from '../../experiments/best-epoch.ts'
import type { RunRecord } from '../../experiments/run.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { stopRule, type StopRule } from '../../experiments/stop.ts'
import { DescentError } from '../../contract/errors.ts'
import type { RegisterCommand, Terminal } from '../command.ts'
import { exitCodeOfRuns } from '../exit-code.ts'
import { initialisers } from '../../models/initialise.ts'
import { examples } from '../help.ts'
import { withLab } from '../lab.ts'
import {
  addSharedOptions,
  realNumber,
  scheduleOf,
  setOf,
  wholeNumber,
  type SharedOptions,
} from '../settings.ts'
import { accuracy, short } from '../table.ts'

interface TrainOptions extends SharedOptions {
  batch?: number
  epochs?: number
  device?: string
  initialiser?: string
  weights?: string
  validation?: number
  stop?: StopRule['metric']
  stopTarget?: number
  stopPatience?: number
  stopMinDelta?: number
  preset?: string
}

export const train: RegisterCommand = (program, act) => {
  const command = program
    .command('train')
    .description('Train a workload once.')
    .addHelpText(
      'after',
      examples(
        'train airfoil --optimizer adam --set lr=0.01',
        'train airfoil --set lr=0.4 --batch 100 --epochs 10 --seed 1',
        'train lenet-fashion-mnist --set lr=0.3 --epochs 30',
        'train lenet-fashion-mnist --initialiser xavier --optimizer adam --epochs 5',
        'train airfoil --set lr=0.1 --schedule cosine --schedule-set final=0.001 --schedule-set maxUpdate=5 --epochs 5',
      ),
    )
    .argument('<workload>', 'what to train (descent list workloads)')
    .option('--batch <n>', 'examples a step', wholeNumber(1))
    .option('--epochs <n>', 'passes over the data', wholeNumber(1, 10_000_000))
    .option('--device <device>', 'auto, cpu, gpu, gpu:1, webgpu or portable (descent doctor)')
    .option(
      '--initialiser <id>',
      `how a network starts: ${initialisers.join(', ')}; its workload’s own where not given`,
    )
    .option(
      '--weights <file>',
      'start from the weights in FILE.safetensors, as descent export writes them, in place of random ones',
    )
    .option('--validation <share>', 'of the training examples that is set aside to judge by', realNumber)
    .option(
      '--stop <metric>',
      'end early by it: trainLoss (which it is otherwise), trainAccuracy, validationLoss, validationAccuracy',
      stopMetric,
    )
    .option('--stop-target <value>', 'end after the first epoch at it or better', realNumber)
    .option('--stop-patience <n>', 'end after so many epochs in a row that are no better', wholeNumber(1))
    .option('--stop-min-delta <value>', 'better by no more than this is no better', notNegative)
    .option(
      '--preset <figure>',
      'the settings and the seed of a figure’s run (descent list figures); what is given besides wins. FIGURE:SERIES where a figure has several',
    )
  addSharedOptions(command).action(
    act(async (terminal, workloadId: string, options: TrainOptions) => {
      const { lookUp } = await import('../../contract/lookup.ts')
      const { workloads } = await import('../../workloads/index.ts')
      const { startOf } = await import('../../experiments/check.ts')
      const { followRuns } = await import('../follow.ts')
      const preset = options.preset === undefined ? undefined : await presetNamed(options.preset, workloadId)
      const workload = lookUp(workloads, workloadId, 'workload')
      const { defaults } = workload
      const settings = {
        workload: workloadId,
        optimizer: options.optimizer ?? preset?.optimizer ?? 'sgd',
        set: setOf(options, preset),
        schedule: scheduleOf(options, 'epoch', preset?.schedule),
        batch: options.batch ?? preset?.batch ?? defaults.batch,
        epochs: options.epochs ?? preset?.epochs ?? defaults.epochs,
        seed: options.seed ?? preset?.seed ?? 0,
        device: options.device ?? preset?.device ?? 'auto',
        ...(options.validation === undefined ? {} : { validation: options.validation }),
        ...startOf(workload, options.initialiser ?? preset?.initialiser),
        ...stopOf(options),
      }
      await withLab(async (lab) => {
        const ended = await followRuns(lab, terminal, workloadId, async () => {
          const start =
            options.weights === undefined
              ? {}
              : await lab.call('weights.add', { workload: workloadId, bytes: await read(options.weights) })
          const { runIds } = await lab.call('runs.submit', { runs: [{ ...settings, ...start }] })
          return runIds
        })
        for (const runId of ended.keys()) printRun(terminal, (await lab.call('runs.show', { runId })).run)
      })
    }),
  )
}

/** @throws DescentError where there is no such file */
async function read(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return Uint8Array.from(await readFile(path))
  } catch (error) {
    throw new DescentError(
      'usage',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
      'Give a .safetensors file, as `descent export RUN --out FILE.safetensors` writes one.',
    )
  }
}

function stopMetric(text: string): StopRule['metric'] {
  const read = stopRule.shape.metric.safeParse(text)
  if (read.success) return read.data
  throw new InvalidArgumentError(
    `"${text}" must be trainLoss, trainAccuracy, validationLoss or validationAccuracy.`,
  )
}

function notNegative(text: string): number {
  const number = realNumber(text)
  if (number < 0) throw new InvalidArgumentError(`"${text}" must not be below 0.`)
  return number
}

/** @throws DescentError where half a rule is given */
function stopOf({ stop: metric, stopTarget, stopPatience, stopMinDelta }: TrainOptions): { stop?: StopRule } {
  const given = Object.entries({ metric, target: stopTarget, patience: stopPatience, minDelta: stopMinDelta })
  const rule = Object.fromEntries(given.filter(([, value]) => value !== undefined))
  if (Object.keys(rule).length === 0) return {}
  const read = stopRule.safeParse(rule)
  if (read.success) return { stop: read.data }
  throw new DescentError(
    'usage',
    `The stop rule needs ${read.error.issues[0]?.message ?? 'a target or a patience'}.`,
    'Give --stop trainLoss --stop-target 0.3, or --stop-patience 5.',
  )
}

async function presetNamed(name: string, workloadId: string): Promise<RunSettings> {
  const { presetOf } = await import('../../figures/preset.ts')
  return presetOf(name, workloadId)
}

/** The result of one run, and its exit code. @throws DescentError the run's own, when it failed */
export function printRun(terminal: Terminal, run: RunRecord): void {
  if (run.error) throw new DescentError(run.error.code, run.error.message, run.error.remedy)
  const { id, status, steps, epochs, final, divergence, stopped } = run
  terminal.print(
    {
      runId: id,
      status,
      steps,
      epochs,
      final,
      ...(divergence ? { divergence } : {}),
      ...(stopped && { stopped }),
    },
    () => {
      const early = stopped ? `, stopped by its ${stopped.reason} after epoch ${stopped.epoch + 1}` : ''
      const head = `${run.name}: ${status} after ${steps} steps${early} (run ${id})`
      if (divergence) {
        const { step, lastFinite } = divergence
        return `${head}\nDiverged at step ${step}; the last finite loss was ${short(lastFinite.trainLoss)} at step ${lastFinite.step}. Try a smaller lr.`
      }
      const loss = `train loss ${short(final.trainLoss)}, best ${short(run.best.trainLoss)} at step ${run.best.step}, ${short(epochs.at(-1)?.seconds)} s of training`
      const { trainAccuracy, testAccuracy } = final
      const best = bestTestEpoch(epochs)
      const accuracies = [
        ...(trainAccuracy === undefined ? [] : [`train accuracy ${accuracy(trainAccuracy)}`]),
        ...(testAccuracy === undefined ? [] : [`test accuracy ${accuracy(testAccuracy)}`]),
        ...(best ? [`best ${accuracy(best.testAccuracy)} after epoch ${best.epoch + 1}`] : []),
      ]
      return [head, loss, ...(accuracies.length > 0 ? [accuracies.join(', ')] : [])].join('\n')
    },
  )
  terminal.exit(exitCodeOfRuns([run]))
}
