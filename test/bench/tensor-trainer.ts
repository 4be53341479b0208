/**
 * `tensor-trainer.ts lenet|mlp FOLDER`: trains on Fashion-MNIST as the engine does, in a process of its own. Answers a
 * number of steps on standard input with their seconds, and says at its start how long that took after TensorFlow.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'
import { fashionMnist } from '../../src/datasets/fashion-mnist.ts'
import { tensorFlowDevice } from '../../src/engine/tensor/device.ts'
import { Random } from '../../src/math/random.ts'
import { initialise } from '../../src/models/initialise.ts'
import { optimizers } from '../../src/optimizers/index.ts'
import type { OptimizerDefinition } from '../../src/rules/definition.ts'
import { traceRule } from '../../src/rules/program.ts'
import { stage } from '../../src/rules/staged.ts'
import { findRuntime } from '../../src/tensorflow/find.ts'
import { leNet } from '../../src/workloads/fashion-mnist.ts'
import type { NetworkProblem } from '../../src/workloads/workload.ts'

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
const models = {
  lenet: { problem: leNet.network, batch: 256, lr: 0.3, single: false },
  mlp: { problem: smallPerceptron, batch: 10, lr: 0.05, single: true },
}

const [name, folder] = process.argv.slice(2) as [keyof typeof models, string]
const { problem, batch, lr, single } = models[name]
const runtime = await findRuntime()
if (!runtime) throw new Error('TensorFlow is not installed: `npm run descent -- doctor --fix`')
const device = await tensorFlowDevice(runtime, null, single)

let mark = performance.now()
const files = fashionMnist.files.map((file) => [file.name, gunzipSync(readFileSync(join(folder, file.name)))])
const data = problem.build(Object.fromEntries(files) as Record<string, Uint8Array>)
const program = traceRule(optimizers.find(({ id }) => id === 'sgd') as OptimizerDefinition, { lr })
const rule = stage(program)
const rest = data.train.count % batch
const stepper = device.stepper({ problem, data, rule, slots: 0, batches: rest ? [batch, rest] : [batch] })
stepper.set({ theta: initialise(problem.network, 'pytorch', Random.from(1, 'parameters')), slots: [] })
const host = { t: 0, carried: new Float64Array() }
const wholeBatches = Math.floor(data.train.count / batch)
let chunk = 4
let epoch = 0
const resident = seconds()
mark = performance.now()
await train(1)
console.log(JSON.stringify({ resident, first: seconds() }))

for await (const line of createInterface(process.stdin)) {
  mark = performance.now()
  await train(Number(line))
  console.log(JSON.stringify({ seconds: seconds(), residentBytes: process.memoryUsage.rss() }))
}

function seconds(): number {
  return (performance.now() - mark) / 1000
}

/** Epoch after epoch in new orders, the smaller last batch included, running loss and accuracy kept. */
async function train(steps: number): Promise<void> {
  let running = 0
  for (let k = 0; k < steps;) {
    const order = Int32Array.from({ length: data.train.count }, (_, i) => i)
    Random.from(1, 'order', epoch++).shuffle(order)
    for (let within = 0; within < wholeBatches + Math.sign(rest) && k < steps;) {
      const isLast = within === wholeBatches
      const many = isLast ? 1 : Math.min(chunk, steps - k, wholeBatches - within)
      const size = isLast ? rest : batch
      const numbers = new Float32Array(many * rule.feeds)
      for (let i = 0; i < many; i++) rule.advance(host, lr, numbers, i * rule.feeds)
      const began = performance.now()
      const rows = order.subarray(within * batch, within * batch + many * size)
      const told = await stepper.run(size, rows, numbers)
      for (const number of told) running += number
      // As the engine does: calls of about 50 ms, so that a pause is heard.
      if (!isLast) chunk = Math.max(1, Math.floor((50 * many) / (performance.now() - began)))
      within += many
      k += many
    }
  }
  if (!Number.isFinite(running)) throw new Error('the measured training diverged')
}
