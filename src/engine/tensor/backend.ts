import { DescentError } from '../../contract/errors.ts'
import type { Features, Inspection } from '../../contract/inspection.ts'
import { lookUp } from '../../contract/lookup.ts'
import { checkBatch } from '../../experiments/check.ts'
import { holdOut } from '../../experiments/hold-out.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { stopWatch } from '../../experiments/stop.ts'
import { Random } from '../../math/random.ts'
import { initialise, type Initialiser } from '../../models/initialise.ts'
import { optimizers } from '../../optimizers/index.ts'
import { kernelSource } from '../../rules/kernel.ts'
import { traceRule, type Program } from '../../rules/program.ts'
import { stage, type StagedRule } from '../../rules/staged.ts'
import { workloads } from '../../workloads/index.ts'
import type { Examples, Workload } from '../../workloads/workload.ts'
import {
  readFiles,
  type Backend,
  type ExportedFiles,
  type ExportInput,
  type InspectInput,
  type StartingPoint,
  type Trainer,
} from '../engine.ts'
import { settleRun } from '../settle.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Device } from './device.ts'
import { exportModel, namedArrays } from './export.ts'
import { features } from './features.ts'
import { inspect } from './inspect.ts'
import type { Data, Stepper, Weights } from './stepper.ts'
import { TensorTraining, type Position } from './training.ts'

/** Graphs that are kept for the next run like theirs. Each holds its own copy of the data. */
const keptSteppers = 3

/** Trains networks on a device of tensors. */
export class TensorBackend implements Backend {
  readonly #device: Promise<Device>
  readonly #data = new Map<string, Promise<Data>>()
  /** In the order of their use, the latest last. */
  readonly #steppers = new Map<string, Stepper>()

  constructor(device: Promise<Device>) {
    this.#device = device
    device.catch(() => undefined) // told by `hello`
  }

  async hello(): ReturnType<Backend['hello']> {
    const { engine, name, versions } = await this.#device
    return { engine, device: name, versions: { node: process.versions.node, ...versions } }
  }

  async prepare(
    settings: RunSettings,
    files: Readonly<Record<string, string>>,
    { checkpoint, weights: given, epochs }: StartingPoint,
  ): Promise<Trainer> {
    const device = await this.#device
    const workload = lookUp(workloads, settings.workload, 'workload')
    const { network, classes } = workload.network
    const initialiser = (settings.initialiser ?? workload.network.initialiser) as Initialiser // checked by the lab
    const data = await this.#read(workload, files, settings.validation)
    const { batch } = settings
    checkBatch(batch, { id: workload.id, examples: data.train.count })
    const { program, rate, ratePer, shuffle } = settleRun(settings)
    const rule = stage(program)
    const start = (): { weights: Weights; position: Position } =>
      untrained(program, given ?? initialise(network, initialiser, Random.from(settings.seed, 'parameters')))
    const { weights, position } = checkpoint ? readCheckpoint(program, checkpoint) : start()
    const stepper = this.#stepper(device, workload, data, program, rule, settings)
    stepper.set(weights)
    return new TensorTraining(
      {
        stepper,
        data,
        hasClasses: classes !== null,
        validates: settings.validation !== undefined,
        rule,
        rate,
        ratePer,
        batch,
        epochs: settings.epochs,
        recording: workload.recording,
        stop: settings.stop && stopWatch(settings.stop, epochs),
        order: shuffle,
        clock: () => performance.now(),
        release: () => stepper.rest(),
      },
      position,
      weights.theta.byteLength * (1 + weights.slots.length),
      (now, at) => writeCheckpoint(program, now, at),
    )
  }

  async inspect({ settings, files, checkpoint }: InspectInput): Promise<Inspection> {
    const device = await this.#device
    const workload = classifierOf(settings)
    const data = await this.#read(workload, files)
    const program = programOf(settings)
    const { weights } = readCheckpoint(program, checkpoint)
    const whole = { batch: settings.batch }
    const stepper = this.#stepper(device, workload, data, program, stage(program), whole)
    const blank = new Float32Array(weights.theta.length)
    stepper.set({ ...weights, slots: program.slots.map(() => blank) })
    try {
      const judgement = await stepper.judge(data.test ? 'test' : 'train')
      return await inspect(device.tf, workload.network, data, weights.theta, judgement)
    } finally {
      stepper.rest()
    }
  }

  async features({ settings, files, checkpoint, row }: InspectInput & { row: number }): Promise<Features> {
    const { tf } = await this.#device
    const workload = classifierOf(settings)
    const data = await this.#read(workload, files)
    const { weights } = readCheckpoint(programOf(settings), checkpoint)
    return features(tf, workload.network, data, weights.theta, row)
  }

  async export({ settings, checkpoint, format }: ExportInput): Promise<ExportedFiles> {
    const device = await this.#device
    const { id, network } = lookUp(workloads, settings.workload, 'workload')
    const { theta } = readCheckpoint(programOf(settings), checkpoint).weights
    const about = { workload: id, optimizer: settings.optimizer, seed: String(settings.seed) }
    const files = await exportModel(network, theta, format, about, () => {
      if (device.savedModel) return device.savedModel(network, namedArrays(network, theta))
      throw new DescentError(
        'unsupported',
        'A SavedModel is written by TensorFlow only.',
        'Choose safetensors or keras, or install TensorFlow: `descent doctor --fix`.',
      )
    })
    return { files }
  }

  /** Parsed once a process: the data does not change between runs. */
  #read(workload: Workload, files: Readonly<Record<string, string>>, validation?: number): Promise<Data> {
    const key = JSON.stringify([workload.dataset, files, validation])
    const known = this.#data.get(key)
    if (known) return known
    const data = validation
      ? this.#read(workload, files).then(({ train }) => setAside(train, validation))
      : readFiles(files).then((contents) => workload.network.build(contents))
    this.#data.set(key, data)
    data.catch(() => this.#data.delete(key))
    return data
  }

  /** Numbers are fed, so runs whose rules differ in numbers only share a stepper. */
  #stepper(
    device: Device,
    workload: Workload,
    data: Data,
    program: Program,
    rule: StagedRule,
    { batch, validation }: Pick<RunSettings, 'batch' | 'validation'>,
  ): Stepper {
    const key = JSON.stringify([workload.id, batch, validation, kernelSource(program)])
    const rest = data.train.count % batch
    const known = this.#steppers.get(key)
    const stepper =
      known ??
      device.stepper({
        problem: workload.network,
        data,
        rule,
        slots: program.slots.length,
        batches: rest === 0 ? [batch] : [batch, rest],
      })
    this.#steppers.delete(key)
    this.#steppers.set(key, stepper)
    const [oldest] = this.#steppers.keys()
    if (this.#steppers.size > keptSteppers && oldest !== undefined) {
      this.#steppers.get(oldest)?.close()
      this.#steppers.delete(oldest)
    }
    return stepper
  }
}

const programOf = ({ optimizer, set }: RunSettings): Program =>
  traceRule(lookUp(optimizers, optimizer, 'optimizer'), set)

/** @throws DescentError where nothing could be mistaken */
function classifierOf(settings: RunSettings): Workload {
  const workload = lookUp(workloads, settings.workload, 'workload')
  if (workload.network.classes) return workload
  throw new DescentError(
    'unsupported',
    `${workload.id} has no classes that could be mistaken.`,
    'Inspect a run that classifies.',
  )
}

/** Examples to train on, and in the place of the test set those that judge: the test set stays closed. */
function setAside(all: Examples, validation: number): Data {
  const { train, held } = holdOut(all.count, validation)
  const size = all.inputs.length / all.count
  const rowsOf = (rows: Uint32Array): Examples => {
    const inputs = new (all.inputs.constructor as typeof Float32Array)(rows.length * size)
    const targets = new (all.targets.constructor as typeof Float32Array)(rows.length)
    rows.forEach((row, i) => {
      inputs.set(all.inputs.subarray(row * size, (row + 1) * size), i * size)
      targets[i] = all.targets[row] as number
    })
    return { count: rows.length, inputs, targets }
  }
  return { train: rowsOf(train), test: rowsOf(held) }
}

function untrained(program: Program, theta: Float32Array): { weights: Weights; position: Position } {
  return {
    weights: {
      theta,
      slots: program.slotStarts.map((value) => new Float32Array(theta.length).fill(value)),
    },
    position: {
      rule: { t: 0, carried: Float64Array.from(program.carriedStarts) },
      step: 0,
      seconds: 0,
      startLoss: null,
      running: { loss: 0, hits: 0, seen: 0 },
      lastFinite: { step: 0, trainLoss: NaN },
      best: { step: 0, trainLoss: NaN },
    },
  }
}
