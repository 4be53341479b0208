import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs'
import type { Elementwise, StagedRule } from '../../rules/staged.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import type { Model } from './model.ts'

/** What a step reads and what it leaves. */
export interface StepState {
  /** [size] */
  readonly theta: Tensor
  /** Each [size], in the rule's order. */
  readonly slots: readonly Tensor[]
}

/**
 * One training step: loss, gradient, clipping by norm, the rule. The same whether it is executed at once or recorded
 * into a loop.
 *
 * @param inputs [n, …input]
 * @param targets [n]
 * @param numbers [feeds], what the rule's host stage computed for this step
 * @returns the successors, the gradient as it was before clipping, and [mean loss before the update, hits] as [2]
 */
export function trainingStep(
  tf: Tfjs,
  model: Model,
  rule: StagedRule,
  { theta, slots }: StepState,
  batch: { inputs: Tensor; targets: Tensor1D },
  numbers: Tensor1D,
): StepState & { gradient: Tensor; told: Tensor1D } {
  const parameters = model.split(theta)
  let hits: Scalar | undefined
  const { value, grads } = tf.valueAndGrads((...arrays: Tensor[]) => {
    const outputs = model.outputs(arrays, batch.inputs)
    hits = tf.keep(model.hits(outputs, batch.targets))
    return model.loss(outputs, batch.targets)
  })(parameters)
  const g = model.join(grads)
  const feeds = rule.feeds === 0 ? [] : tf.unstack(numbers)
  const clipNorm = feeds[rule.clipNormFeed]
  const next = rule.update(elementwise(tf), {
    theta,
    g,
    slots,
    feeds,
    ...(clipNorm && { clipScale: clipScale(tf, g, clipNorm) }),
  })
  const told = tf.stack([value, hits as Scalar]) as Tensor1D
  hits?.dispose()
  return { ...next, gradient: g, told }
}

/** min(1, clipNorm/‖g‖): 1 for a zero gradient. */
function clipScale(tf: Tfjs, g: Tensor, clipNorm: Tensor): Tensor {
  const norm = tf.sqrt(tf.sum(tf.square(g)))
  return tf.div(clipNorm, tf.maximum(norm, clipNorm))
}

function elementwise(tf: Tfjs): Elementwise<Tensor> {
  type Operands = Tensor[]
  const two =
    (operation: (a: Tensor, b: Tensor) => Tensor) =>
    (...[a, b]: Operands): Tensor =>
      operation(a as Tensor, b as Tensor)
  const one =
    (operation: (a: Tensor) => Tensor) =>
    (...[a]: Operands): Tensor =>
      operation(a as Tensor)
  return {
    constant: (value) => tf.scalar(value),
    add: two(tf.add),
    sub: two(tf.sub),
    mul: two(tf.mul),
    div: two(tf.div),
    neg: one(tf.neg),
    sqrt: one(tf.sqrt),
    abs: one(tf.abs),
    sign: one(tf.sign),
    max: two(tf.maximum),
    min: two(tf.minimum),
    pow: two(tf.pow),
    select: (a, b, x, y) => tf.where(tf.greater(a, b), x, y),
  }
}
