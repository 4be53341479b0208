import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { fashionMnist } from '../../src/datasets/fashion-mnist.ts'
import { CapturedStepper } from '../../src/engine/tensor/captured.ts'
import type { Data } from '../../src/engine/tensor/stepper.ts'
import { Random } from '../../src/math/random.ts'
import { initialise } from '../../src/models/initialise.ts'
import { optimizers } from '../../src/optimizers/index.ts'
import type { OptimizerDefinition } from '../../src/rules/definition.ts'
import { traceRule } from '../../src/rules/program.ts'
import { stage } from '../../src/rules/staged.ts'
import { findRuntime } from '../../src/tensorflow/find.ts'
import { loadTensorFlow, type TensorFlow } from '../../src/tensorflow/load.ts'
import { leNet } from '../../src/workloads/fashion-mnist.ts'
import type { NetworkProblem } from '../../src/workloads/workload.ts'
import { needs } from '../setup/needs.ts'
import { median, spread, type Benchmark, type Figure } from './measure.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const rounds = 5
const stepsOfMlp = 3000

/** 784-64-10 with ReLU: what a step costs when there is next to nothing to compute. */
const smallPerceptron: NetworkProblem = {
  ...leNet.network,
  network: {
    input: [28, 28, 1],
    layers: [
      { kind: 'dense', units: 64, activation: 'relu' },
      { kind: 'dense', units: 10 },
    ],
  },
}

/** A LeNet epoch and a step of a small perceptron against PyTorch eager: interleaved, medians, one sitting. */
export const tensorEngine: Benchmark = {
  name: 'tensor-engine',
  async run() {
    const runtime = await findRuntime()
    if (!runtime) throw new Error('TensorFlow is not installed: `npm run descent -- doctor --fix`')
    const folder = process.env['DESCENT_TEST_DATASETS'] ?? needs.find(({ id }) => id === 'datasets')?.find()
    if (!folder) throw new Error('DESCENT_TEST_DATASETS does not say where Fashion-MNIST is')
    const torch = await PyTorch.start(folder)
    try {
      const tensorflow = await loadTensorFlow(runtime, { gpu: null })
      let mark = performance.now()
      const data = readData(folder)
      const epoch = trainer(tensorflow, leNet.network, data, 256, 0.3)
      const resident = (performance.now() - mark) / 1000
      mark = performance.now()
      await epoch(1)
      const first = (performance.now() - mark) / 1000
      const mlp = trainer(tensorflow, smallPerceptron, data, 10, 0.05)

      const ours = { epoch: [] as number[], mlp: [] as number[] }
      const theirs = { epoch: [] as number[], mlp: [] as number[] }
      for (let round = -1; round < rounds; round++) {
        const measured = {
          theirEpoch: await torch.seconds('epoch'),
          ourEpoch: await epoch(235),
          theirStep: await torch.seconds(`mlp ${stepsOfMlp}`),
          ourStep: (await mlp(stepsOfMlp)) / stepsOfMlp,
        }
        if (round < 0) continue // both warm up
        theirs.epoch.push(measured.theirEpoch)
        ours.epoch.push(measured.ourEpoch)
        theirs.mlp.push(measured.theirStep)
        ours.mlp.push(measured.ourStep)
      }
      const rss = process.memoryUsage.rss() / 1e9
      const ms = (seconds: number[]): string => spread(seconds.map((s) => s * 1e3))
      const figures: Figure[] = [
        {
          what: 'LeNet epoch, batch 256: ours / PyTorch eager',
          value: median(ours.epoch) / median(theirs.epoch),
          unit: '×',
          bound: 1,
          how: `s an epoch: ours ${spread(ours.epoch)}; PyTorch ${torch.about} ${spread(theirs.epoch)}`,
        },
        {
          what: 'step of a 784-64-10 perceptron, batch 10: ours / PyTorch eager',
          value: median(ours.mlp) / median(theirs.mlp),
          unit: '×',
          bound: 0.25,
          how: `ms a step: ours ${ms(ours.mlp)}; PyTorch ${ms(theirs.mlp)}`,
        },
        {
          what: 'Fashion-MNIST read, captured and resident',
          value: resident,
          unit: 's',
          bound: 2,
          how: 'decompressed, parsed, graph built, loaded and run once',
        },
        {
          what: 'to the first step’s loss',
          value: resident + first,
          unit: 's',
          bound: 3,
          how: 'from TensorFlow being loaded',
        },
        {
          what: 'memory of the engine',
          value: rss,
          unit: 'GB',
          bound: 1.2,
          how: 'resident, two graphs and their data',
        },
      ]
      return figures
    } finally {
      torch.end()
    }
  },
}

function readData(folder: string): Data {
  const files = fashionMnist.files.map(({ name }) => [name, gunzipSync(readFileSync(join(folder, name)))])
  return leNet.network.build(Object.fromEntries(files) as Record<string, Uint8Array>)
}

/** Trains on for so many steps, epoch after epoch in new orders, running loss and accuracy kept; @returns seconds. */
function trainer(
  tensorflow: TensorFlow,
  problem: NetworkProblem,
  data: Data,
  batch: number,
  lr: number,
): (steps: number) => Promise<number> {
  const program = traceRule(optimizers.find(({ id }) => id === 'sgd') as OptimizerDefinition, { lr })
  const rule = stage(program)
  const rest = data.train.count % batch
  const stepper = new CapturedStepper(tensorflow, problem, data, rule, 0, rest ? [batch, rest] : [batch])
  stepper.set({ theta: initialise(problem.network, 'pytorch', Random.from(1, 'parameters')), slots: [] })
  const host = { t: 0, carried: new Float64Array() }
  const perEpoch = Math.ceil(data.train.count / batch)
  let chunk = 4
  let epoch = 0
  return async (steps) => {
    const began = performance.now()
    let running = 0
    for (let k = 0; k < steps;) {
      const order = Int32Array.from({ length: data.train.count }, (_, i) => i)
      Random.from(1, 'order', epoch++).shuffle(order)
      for (let within = 0; within < perEpoch && k < steps;) {
        const last = within === perEpoch - 1 && rest > 0
        const many = last ? 1 : Math.min(chunk, steps - k, Math.floor(data.train.count / batch) - within)
        const size = last ? rest : batch
        const numbers = new Float32Array(many * rule.feeds)
        for (let i = 0; i < many; i++) rule.advance(host, lr, numbers, i * rule.feeds)
        const mark = performance.now()
        const told = await stepper.run(
          size,
          order.subarray(within * batch, within * batch + many * size),
          numbers,
        )
        for (let i = 0; i < many; i++) running += (told[2 * i] as number) + (told[2 * i + 1] as number)
        // As the engine does: calls of about 50 ms, so that a pause is heard.
        chunk = Math.max(1, Math.floor((50 * many) / (performance.now() - mark)))
        within += many
        k += many
      }
    }
    if (!Number.isFinite(running)) throw new Error('the measured training diverged')
    return (performance.now() - began) / 1000
  }
}

/** test/oracle/lenet/speed.py, asked line by line. */
class PyTorch {
  readonly #ask: (line: string) => Promise<Record<string, unknown>>
  readonly about: string
  readonly end: () => void

  private constructor(
    ask: (line: string) => Promise<Record<string, unknown>>,
    about: string,
    end: () => void,
  ) {
    this.#ask = ask
    this.about = about
    this.end = end
  }

  static async start(data: string): Promise<PyTorch> {
    const { stdout } = await promisify(execFile)('bash', [path('../oracle/environment.sh')], {
      maxBuffer: 1 << 26,
    })
    const script = path('../oracle/lenet/speed.py')
    const child = spawn(stdout.trim(), [script, '--data', data], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const answer = async (): Promise<Record<string, unknown>> =>
      JSON.parse((await lines.next()).value as string) as Record<string, unknown>
    const { torch, threads } = await answer()
    return new PyTorch(
      (line) => {
        child.stdin.write(`${line}\n`)
        return answer()
      },
      `${String(torch)} on ${String(threads)} threads`,
      () => child.stdin.end('quit\n'),
    )
  }

  async seconds(line: string): Promise<number> {
    return (await this.#ask(line))['seconds'] as number
  }
}
