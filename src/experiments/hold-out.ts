import { Random } from '../math/random.ts'

/** How many examples are left to train on when a share is set aside. */
export const trainingExamples = (examples: number, validation = 0): number =>
  examples - Math.floor(examples * validation)

/**
 * Which examples are set aside to judge settings by: the same for every run of a workload, whatever its seed, so that
 * all settings are judged by the same examples.
 * @returns row numbers, ascending: those that train and those that judge
 */
export function holdOut(examples: number, validation: number): { train: Uint32Array; held: Uint32Array } {
  const order = new Uint32Array(examples)
  for (let i = 0; i < examples; i++) order[i] = i
  Random.from(0, 'validation split').shuffle(order)
  const count = trainingExamples(examples, validation)
  return { train: order.slice(0, count).sort(), held: order.slice(count).sort() }
}
