import type { LabEvent } from '../contract/lab.ts'
import type { Terminal } from './command.ts'
import type { ProgressLine } from './progress.ts'

/** TensorFlow's installation, which a run that waits for it is told of: a note a stage, and a line for what has bytes. */
export class SetUpProgress {
  readonly #terminal: Terminal
  readonly #line: ProgressLine
  #stage = ''

  constructor(terminal: Terminal, line: ProgressLine) {
    this.#terminal = terminal
    this.#line = line
  }

  show({ state, progress }: Extract<LabEvent, { type: 'setup' }>): void {
    if (state === 'done') {
      this.#line.clear()
      this.#terminal.note('TensorFlow is installed.')
    }
    if (!progress) return
    const what = `Installing TensorFlow: ${progress.stage} ${progress.what}`
    if (what !== this.#stage) {
      this.#line.clear()
      if (!process.stderr.isTTY || progress.totalBytes === null) this.#terminal.note(`${what} …`)
      this.#stage = what
    }
    const { doneBytes, totalBytes } = progress
    if (doneBytes !== null && totalBytes !== null) this.#line.update(what, doneBytes, totalBytes, 'B')
  }
}
