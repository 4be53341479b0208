import { DescentError } from '../../contract/errors.ts'
import type { Inspection } from '../../contract/inspection.ts'
import { lookUp } from '../../contract/lookup.ts'
import { checkBatch } from '../../experiments/check.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { Random } from '../../math/random.ts'
import { initialise } from '../../models/initialise.ts'
import { optimizers } from '../../optimizers/index.ts'
import { kernelSource } from '../../rules/kernel.ts'
import { traceRule, type Program } from '../../rules/program.ts'
import { stage, type StagedRule } from '../../rules/staged.ts'
import { schedules } from '../../schedules/index.ts'
import { settleSchedule, withOffset } from '../../schedules/schedule.ts'
import { workloads } from '../../workloads/index.ts'
import type { Workload } from '../../workloads/workload.ts'
import {
  readFiles,
  type Backend,
  type ExportedFiles,
  type ExportInput,
  type InspectInput,
  type Trainer,
} from '../engine.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Device } from './device.ts'
import { exportModel, namedArrays } from './export.ts'
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
    checkpoint: Uint8Array | null,
  ): Promise<Trainer> {
    const device = await this.#device
    const workload = lookUp(workloads, settings.workload, 'workload')
    const { network, initialiser, classes } = workload.network
    const data = await this.#read(workload, files)
    const { batch } = settings
    checkBatch(batch, { id: workload.id, examples: data.train.count })
    const program = programOf(settings)
    const rule = stage(program)
    const lr = program.values['lr'] as number
    const schedule = settleSchedule(
      lookUp(schedules, settings.schedule.id, 'schedule'),
      settings.schedule.set,
      lr,
    )
    const start = (): { weights: Weights; position: Position } =>
      untrained(program, initialise(network, initialiser, Random.from(settings.seed, 'parameters')))
    const { weights, position } = checkpoint ? readCheckpoint(program, checkpoint) : start()
    const stepper = this.#stepper(device, workload, data, program, rule, batch)
    stepper.set(weights)
    return new TensorTraining(
      {
        stepper,
        data,
        hasClasses: classes !== null,
        rule,
        rate: withOffset(schedule, settings.schedule.offset, lr),
        ratePer: settings.schedule.per,
        batch,
        epochs: settings.epochs,
        recording: workload.recording,
        order: (epoch, into) => Random.from(settings.seed, 'order', epoch).shuffle(into),
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
    const workload = lookUp(workloads, settings.workload, 'workload')
    const { classes } = workload.network
    if (!classes)
      throw new DescentError(
        'unsupported',
        `${workload.id} has no classes that could be mistaken.`,
        'Inspect a run that classifies.',
      )
    const data = await this.#read(workload, files)
    const program = programOf(settings)
    const { weights } = readCheckpoint(program, checkpoint)
    const stepper = this.#stepper(device, workload, data, program, stage(program), settings.batch)
    stepper.set(weights)
    try {
      const judgement = await stepper.judge(data.test ? 'test' : 'train')
      return await inspect(device.tf, workload.network, data, weights.theta, judgement)
    } finally {
      stepper.rest()
    }
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
  #read(workload: Workload, files: Readonly<Record<string, string>>): Promise<Data> {
    const key = JSON.stringify([workload.dataset, files])
    const known = this.#data.get(key)
    if (known) return known
    const data = readFiles(files).then((contents) => workload.network.build(contents))
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
    batch: number,
  ): Stepper {
    const key = JSON.stringify([workload.id, batch, kernelSource(program)])
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
