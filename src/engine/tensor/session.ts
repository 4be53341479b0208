import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TensorFlowBackend } from '../../tensorflow/binding.ts'
import type { Graph } from './graph.ts'
import { createTensor, type Held, type Values } from './tensorflow.ts'

export interface Feed extends Held {
  readonly values: Values
}

/** A graph that is loaded and holds its variables; nothing leaves TensorFlow but what is fetched. */
export class Session {
  readonly #backend: TensorFlowBackend
  readonly #id: number

  constructor(backend: TensorFlowBackend, graph: Graph) {
    this.#backend = backend
    const folder = mkdtempSync(join(tmpdir(), 'descent-graph-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), graph.savedModel())
      this.#id = backend.binding.loadSavedModel(folder, 'serve')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Runs what the node needs. @returns its values, copied out */
  run(fetch: string, feeds: readonly Feed[] = []): Float32Array {
    return this.runAll([fetch], feeds)[0] as Float32Array
  }

  /** Runs what the nodes need, once. @returns the values of each, copied out */
  runAll(fetches: readonly string[], feeds: readonly Feed[]): Float32Array[] {
    const { binding } = this.#backend
    const ids = feeds.map(({ type, shape, values }) => createTensor(binding, type, shape, values))
    try {
      const names = feeds.map(({ name }) => `${name}:0`).join()
      const fetched = fetches.map((node) => `${node}:0`).join()
      const outputs = binding.runSavedModel(this.#id, ids, names, fetched)
      try {
        // Copies that outlive the tensors. What is fetched is float, or an int32 that nobody reads.
        return outputs.map(({ id }) => binding.tensorDataSync(id) as Float32Array)
      } finally {
        outputs.forEach(({ id }) => binding.deleteTensor(id))
      }
    } finally {
      ids.forEach((id) => binding.deleteTensor(id))
    }
  }

  set(variable: Held, values: Values): void {
    this.run(`${variable.name}/set`, [{ ...variable, name: `${variable.name}/value`, values }])
  }

  read(variable: Held): Float32Array {
    return this.run(`${variable.name}/read`)
  }

  close(): void {
    this.#backend.binding.deleteSavedModel(this.#id)
  }
}
