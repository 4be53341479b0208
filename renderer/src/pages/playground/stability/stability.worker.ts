import { DescentError } from '../../../../../src/contract/errors.ts'
import { BasinMap } from '../../../../../src/stability/basins.ts'
import { sweep } from '../../../../../src/stability/sweep.ts'
import type { Answer, Question } from './messages.ts'

/** Computes away from the page, in stretches, so that a new question is heard at once. */
const stretchMs = 25
const cellsAtOnce = 16
let latest = 0

self.onmessage = ({ data }: MessageEvent<Question>) => {
  latest = data.id
  try {
    if (data.kind === 'basins') continueMap(data.id, new BasinMap(data.settings))
    else answer({ id: data.id, kind: 'sweep', results: data.settings.map(sweepOrError) })
  } catch (error) {
    answer({ id: data.id, kind: 'error', error: DescentError.from(error).toJSON() })
  }
}

function continueMap(id: number, map: BasinMap): void {
  if (id !== latest) return
  const until = performance.now() + stretchMs
  let finished = false
  while (!finished && performance.now() < until) finished = map.advance(cellsAtOnce)
  const { endings, minima, wandered, diverged, done, total, settings } = map
  const { columns, rows } = settings
  answer({
    id,
    kind: 'basins',
    reading: { columns, rows, endings, minima, wandered, diverged, done, total },
  })
  if (!finished) setTimeout(() => continueMap(id, map))
}

function sweepOrError(settings: Parameters<typeof sweep>[0]) {
  try {
    return sweep(settings)
  } catch (error) {
    return DescentError.from(error).toJSON()
  }
}

function answer(message: Answer): void {
  self.postMessage(message)
}
