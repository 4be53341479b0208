import type { LabEvent } from '../contract/lab.ts'
import { accuracy as show } from './table.ts'

/** What a run measured last, for its line of progress. */
export class Latest {
  #train: { loss: number; accuracy: number | undefined } | undefined
  #testAccuracy: number | undefined

  hear({ points, epochs }: Extract<LabEvent, { type: 'progress' }>): void {
    const loss = points.trainLoss.at(-1)
    if (loss !== undefined) this.#train = { loss, accuracy: points.trainAccuracy?.at(-1) }
    this.#testAccuracy = epochs.testAccuracy?.at(-1) ?? this.#testAccuracy
  }

  get text(): string {
    if (!this.#train) return ''
    const { loss, accuracy } = this.#train
    const parts = [
      `loss ${Number(loss.toPrecision(3))}`,
      ...(accuracy === undefined ? [] : [`train acc ${show(accuracy)}`]),
      ...(this.#testAccuracy === undefined ? [] : [`test acc ${show(this.#testAccuracy)}`]),
    ]
    return parts.join(', ')
  }
}
