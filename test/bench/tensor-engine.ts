import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needs } from '../setup/needs.ts'
import { median, spread, type Benchmark } from './measure.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const rounds = 5
const stepsOfEpoch = 235
const stepsOfMlp = 3000

/** A LeNet epoch and a step of a small perceptron against PyTorch eager: interleaved, medians, one sitting. */
export const tensorEngine: Benchmark = {
  name: 'tensor-engine',
  async run() {
    const folder = process.env['DESCENT_TEST_DATASETS'] ?? needs.find(({ id }) => id === 'datasets')?.find()
    if (!folder) throw new Error('DESCENT_TEST_DATASETS does not say where Fashion-MNIST is')
    const { stdout } = await promisify(execFile)('bash', [path('../oracle/environment.sh')], {
      maxBuffer: 1 << 26,
    })
    const trainer = path('./tensor-trainer.ts')
    const torch = await Asked.start(stdout.trim(), [path('../oracle/lenet/speed.py'), '--data', folder])
    const lenet = await Asked.start(process.execPath, [trainer, 'lenet', folder])
    const mlp = await Asked.start(process.execPath, [trainer, 'mlp', folder])
    try {
      const times = { ourEpoch: [0], theirEpoch: [0], ourStep: [0], theirStep: [0] }
      let memory = 0
      for (let round = -1; round < rounds; round++) {
        const measured = {
          theirEpoch: (await torch.ask('epoch'))['seconds'] as number,
          ourEpoch: await lenet.ask(String(stepsOfEpoch)),
          theirStep: (await torch.ask(`mlp ${stepsOfMlp}`))['seconds'] as number,
          ourStep: ((await mlp.ask(String(stepsOfMlp)))['seconds'] as number) / stepsOfMlp,
        }
        memory = Math.max(memory, measured.ourEpoch['residentBytes'] as number)
        const all = { ...measured, ourEpoch: measured.ourEpoch['seconds'] as number }
        for (const key of ['ourEpoch', 'theirEpoch', 'ourStep', 'theirStep'] as const) {
          if (round <= 0) times[key] = [] // both warm up
          times[key].push(all[key])
        }
      }
      const ms = (values: number[]): string => spread(values.map((s) => s * 1e3))
      const { resident, first } = lenet.first as { resident: number; first: number }
      return [
        {
          what: 'LeNet epoch, batch 256: ours / PyTorch eager',
          value: median(times.ourEpoch) / median(times.theirEpoch),
          unit: '×',
          bound: 1,
          how: `s an epoch: ours ${spread(times.ourEpoch)}; PyTorch ${String(torch.first['torch'])} on ${String(torch.first['threads'])} threads ${spread(times.theirEpoch)}`,
        },
        {
          what: 'step of a 784-64-10 perceptron, batch 10: ours / PyTorch eager',
          value: median(times.ourStep) / median(times.theirStep),
          unit: '×',
          bound: 0.25,
          how: `ms a step: ours ${ms(times.ourStep)}; PyTorch ${ms(times.theirStep)}`,
        },
        {
          what: 'Fashion-MNIST read, captured and resident',
          value: resident,
          unit: 's',
          bound: 2,
          how: 'decompressed, parsed, graph built, loaded and run once',
        },
        {
          what: 'from TensorFlow being loaded to the first step’s loss',
          value: resident + first,
          unit: 's',
          bound: 3,
          how: 'one run',
        },
        {
          what: 'memory of the engine, LeNet on the full dataset',
          value: memory / 1e9,
          unit: 'GB',
          bound: 1.2,
          how: 'resident set after training',
        },
      ]
    } finally {
      for (const one of [torch, lenet, mlp]) one.end()
    }
  },
}

/** A process that answers lines with lines of JSON. */
class Asked {
  /** What it said at its start. */
  readonly first: Record<string, unknown>
  readonly ask: (line: string) => Promise<Record<string, unknown>>
  readonly end: () => void

  private constructor(first: Asked['first'], ask: Asked['ask'], end: Asked['end']) {
    this.first = first
    this.ask = ask
    this.end = end
  }

  static async start(command: string, args: readonly string[]): Promise<Asked> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const answer = async (): Promise<Record<string, unknown>> => {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${args[0] ?? command} ended without an answer`)
      return JSON.parse(value) as Record<string, unknown>
    }
    return new Asked(
      await answer(),
      (line) => {
        child.stdin.write(`${line}\n`)
        return answer()
      },
      () => child.kill(),
    )
  }
}
