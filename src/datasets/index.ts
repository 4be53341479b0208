import { airfoil } from './airfoil.ts'
import { fashionMnist2000 } from './fashion-mnist-2000.ts'
import { fashionMnist } from './fashion-mnist.ts'
import type { DatasetDefinition } from './dataset.ts'

/** Every dataset the laboratory knows. A new one is its own file and a line here. */
export const datasets: readonly DatasetDefinition[] = [airfoil, fashionMnist, fashionMnist2000]

export function findDataset(id: string): DatasetDefinition | undefined {
  return datasets.find((dataset) => dataset.id === id)
}
