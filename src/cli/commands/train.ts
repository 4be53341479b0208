import type { RunRecord } from '../../experiments/run.ts'
import { DescentError } from '../../contract/errors.ts'
import type { RegisterCommand, Terminal } from '../command.ts'
import { exitCodes, exitCodeOf } from '../exit-code.ts'
import { withLab } from '../lab.ts'
import { addSharedOptions, scheduleOf, wholeNumber, type SharedOptions } from '../settings.ts'
import { short } from '../table.ts'

interface TrainOptions extends SharedOptions {
  batch?: number
  epochs?: number
  device?: string
}

export const train: RegisterCommand = (program, act) => {
  const command = program
    .command('train')
    .description('Train a workload once.')
    .argument('<workload>', 'what to train (descent list workloads)')
    .option('--batch <n>', 'examples a step', wholeNumber(1))
    .option('--epochs <n>', 'passes over the data', wholeNumber(1))
    .option('--device <device>', 'auto, cpu')
  addSharedOptions(command).action(
    act(async (terminal, workloadId: string, options: TrainOptions) => {
      const { lookUp } = await import('../../contract/lookup.ts')
      const { workloads } = await import('../../workloads/index.ts')
      const { followRuns } = await import('../follow.ts')
      const { defaults } = lookUp(workloads, workloadId, 'workload')
      const settings = {
        workload: workloadId,
        optimizer: options.optimizer ?? 'sgd',
        set: options.set ?? {},
        schedule: scheduleOf(options, 'epoch'),
        batch: options.batch ?? defaults.batch,
        epochs: options.epochs ?? defaults.epochs,
        seed: options.seed ?? 0,
        device: options.device ?? 'auto',
      }
      await withLab(async (lab) => {
        const ended = await followRuns(lab, terminal, workloadId, async () => {
          const { runIds } = await lab.call('runs.submit', { runs: [settings] })
          return runIds
        })
        for (const runId of ended.keys()) printRun(terminal, (await lab.call('runs.show', { runId })).run)
      })
    }),
  )
}

/** The result of one run, and its exit code. @throws DescentError the run's own, when it failed */
export function printRun(terminal: Terminal, run: RunRecord): void {
  if (run.error) throw new DescentError(run.error.code, run.error.message, run.error.remedy)
  const { id, status, steps, epochs, final, divergence } = run
  terminal.print({ runId: id, status, steps, epochs, final, ...(divergence ? { divergence } : {}) }, () => {
    const head = `${run.name}: ${status} after ${steps} steps (run ${id})`
    if (divergence) {
      const { step, lastFinite } = divergence
      return `${head}\nDiverged at step ${step}; the last finite loss was ${short(lastFinite.trainLoss)} at step ${lastFinite.step}. Try a smaller lr.`
    }
    return `${head}\ntrain loss ${short(final.trainLoss)}, best ${short(run.best.trainLoss)} at step ${run.best.step}, ${short(epochs.at(-1)?.seconds)} s of training`
  })
  if (status === 'diverged') terminal.exit(exitCodes.diverged)
  else if (status === 'cancelled') terminal.exit(exitCodeOf('cancelled'))
}
