import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, shallowRef, type ShallowRef } from 'vue'
import { inParts } from '../../../../renderer/src/lib/in-parts.ts'

interface Row {
  readonly key: string
  readonly value: number
}
const rowsOf = (value: number, count = 7): Row[] =>
  Array.from({ length: count }, (_, i) => ({ key: `row ${i}`, value }))

/** Frames come when the test says so. */
let frames: (() => void)[] = []
function nextFrame(): void {
  const due = frames
  frames = []
  due.forEach((run) => run())
}
beforeEach(() => {
  frames = []
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run))
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []))
  vi.stubGlobal('document', { hidden: false })
})
afterEach(() => vi.unstubAllGlobals())

function shownOf(rows: ShallowRef<readonly Row[]>, atOnce = () => false) {
  const scope = effectScope()
  const shown = scope.run(() =>
    inParts(rows, { canWait: (a, b) => a.key === b.key, atOnce, perFrame: 3 }),
  ) as ShallowRef<readonly Row[]>
  return { values: () => shown.value.map(({ value }) => value), stop: () => scope.stop() }
}

test('numbers are drawn anew a few rows a frame', async () => {
  const rows = shallowRef<readonly Row[]>(rowsOf(1))
  const { values } = shownOf(rows)
  rows.value = rowsOf(2)
  await nextTick()
  expect(values()).toEqual([1, 1, 1, 1, 1, 1, 1])
  nextFrame()
  expect(values()).toEqual([2, 2, 2, 1, 1, 1, 1])
  nextFrame()
  nextFrame()
  expect(values()).toEqual([2, 2, 2, 2, 2, 2, 2])
  expect(frames).toEqual([])
})

test('what changes meanwhile is not lost', async () => {
  const rows = shallowRef<readonly Row[]>(rowsOf(1))
  const { values } = shownOf(rows)
  rows.value = rowsOf(2)
  await nextTick()
  nextFrame()
  rows.value = rowsOf(3)
  await nextTick()
  for (let i = 0; i < 5; i++) nextFrame()
  expect(values()).toEqual(rowsOf(3).map(({ value }) => value))
  expect(frames).toEqual([])
})

test('other rows, and what may not wait, appear at once', async () => {
  const rows = shallowRef<readonly Row[]>(rowsOf(1))
  let hurry = false
  const { values } = shownOf(rows, () => hurry)
  rows.value = rowsOf(2)
  await nextTick()
  rows.value = rowsOf(3, 4)
  await nextTick()
  expect(values()).toEqual([3, 3, 3, 3])
  hurry = true
  rows.value = rowsOf(4, 4)
  await nextTick()
  expect(values()).toEqual([4, 4, 4, 4])
  expect(frames).toEqual([])
})

test('nothing is drawn once the page is left', async () => {
  const rows = shallowRef<readonly Row[]>(rowsOf(1))
  const { values, stop } = shownOf(rows)
  rows.value = rowsOf(2)
  await nextTick()
  stop()
  nextFrame()
  expect(values()).toEqual([1, 1, 1, 1, 1, 1, 1])
})
