import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { planRun } from '../../src/engine/direct/plan.ts'
import { Training } from '../../src/engine/direct/training.ts'
import { airfoil } from '../../src/workloads/airfoil.ts'
import { median, spread, type Benchmark, type Figure } from './measure.ts'

const run = promisify(execFile)
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const data = path('../../resources/datasets/airfoil/airfoil_self_noise.dat')
const rounds = 3
const epochs = 100

/** An airfoil epoch at batch 10, evaluation excluded, against PyTorch eager: interleaved, medians, one sitting. */
export const directEngine: Benchmark = {
  name: 'direct-engine',
  async run() {
    const { stdout } = await run('bash', [path('../oracle/environment.sh')], { maxBuffer: 1 << 26 })
    const python = stdout.trim()
    const figures: Figure[] = []
    for (const optimizer of ['sgd', 'adam']) {
      const ours: number[] = []
      const torch: number[] = []
      for (let round = 0; round < rounds; round++) {
        ours.push(ourSecondsPerEpoch(optimizer))
        const answer = await run(python, [path('./airfoil.py'), '--optimizer', optimizer, '--data', data])
        const { float32, float64 } = JSON.parse(
          answer.stdout.trim().split('\n').at(-1) as string,
        ) as PyTorchAnswer
        torch.push(Math.min(secondsOf(float32), secondsOf(float64)))
      }
      figures.push({
        what: `airfoil epoch, batch 10, ${optimizer}: ours / PyTorch eager`,
        value: median(ours) / median(torch),
        unit: '×',
        bound: 0.01,
        how: `ms an epoch: ours ${spread(ours.map((s) => s * 1e3))}; PyTorch ${spread(torch.map((s) => s * 1e3))}`,
      })
    }
    return figures
  },
}

type PyTorchAnswer = Record<'float32' | 'float64', { secondsPerEpoch: number; threads: number }>
const secondsOf = (entry: { secondsPerEpoch: number }): number => entry.secondsPerEpoch

const problem = airfoil.direct({ 'airfoil_self_noise.dat': readFileSync(data) })

function ourSecondsPerEpoch(optimizer: string): number {
  const settings = {
    workload: 'airfoil',
    optimizer,
    set: { lr: 0.01 },
    schedule: { id: 'constant', set: {}, per: 'epoch' as const, offset: 0 },
    batch: 10,
    epochs,
    seed: 1,
    device: 'auto',
  }
  const planned = planRun(settings, airfoil, problem, () => performance.now())
  const training = new Training(planned.plan, planned.start())
  training.advance(Infinity)
  const { seconds } = training.epochs.take()
  // The first epoch compiles; the median of the others is the rate.
  return median(Array.from(seconds, (end, i) => end - (seconds[i - 1] ?? 0)).slice(1))
}
