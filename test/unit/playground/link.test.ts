import { describe, expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import type { TraceFigure } from '../../../src/figures/figure.ts'
import { figures } from '../../../src/figures/index.ts'
import { fileOf, readPlaygroundFile } from '../../../src/playground/file.ts'
import { linkOf, packed, readLink, unpacked } from '../../../src/playground/link.ts'
import { playgroundState, stateOfFigure, traceSettingsOf } from '../../../src/playground/state.ts'
import { trace } from '../../../src/traces/trace.ts'

const traces = figures.filter((figure): figure is TraceFigure => figure.kind === 'trace')
const full = playgroundState.parse({
  objective: 'narrow-valley',
  condition: 137.5,
  rotation: -33,
  view: { x1: [-1e-3, 7.25], x2: [-2, 1 / 3] },
  start: [-0.1 - 0.2, 1e-17],
  steps: 1000,
  noise: 0.25,
  sparse: 0.1,
  seed: 4_294_967_295,
  walkers: [
    { optimizer: 'adam', set: { lr: 0.1 + 0.2, epsPlacement: 'inside' } },
    { optimizer: 'rmsprop', set: { centered: true } },
    { optimizer: 'sgd', schedule: { id: 'multistep', set: { milestones: [3, 9] }, offset: -2 } },
    { optimizer: 'sgd' },
  ],
  levels: 'log',
  shows: '3d',
  turn: { azimuth: 120, elevation: 50 },
  cursor: 12,
})
const states = [
  full,
  playgroundState.parse({ objective: '中文 x^2', view: { x: [1, 2] }, start: [3], steps: 1, walkers: [] }),
  ...traces.map(stateOfFigure),
]

describe('a link', () => {
  test('brings back exactly the state, and that the same link', () => {
    for (const state of states) {
      const link = linkOf(state)
      expect(readLink(link)).toEqual(state)
      expect(linkOf(readLink(link))).toBe(link)
    }
  })

  test('is one word that needs no escaping, and is read out of whatever stands around it', () => {
    const link = linkOf(full)
    expect(link).toMatch(/^#\/playground\?s=1[\w-]+$/)
    expect(link.length).toBeLessThan(700)
    for (const text of [`http://127.0.0.1:80/${link}`, link.slice(1), link.split('s=')[1] ?? '', ` ${link} `])
      expect(readLink(text)).toEqual(full)
  })

  test('does not depend on the order in which things were set', () => {
    const one = playgroundState.parse({ ...full, walkers: [{ optimizer: 'adam', set: { lr: 1, eps: 2 } }] })
    const other = playgroundState.parse({ ...full, walkers: [{ optimizer: 'adam', set: { eps: 2, lr: 1 } }] })
    expect(linkOf(one)).toBe(linkOf(other))
  })

  test('that is damaged, cut or from later says so', () => {
    const link = linkOf(full)
    const bad = [
      link.slice(0, -9),
      link.replace('s=1', 's=9'),
      `${link}!`,
      '#/playground?s=',
      'hello',
      '',
      `#/playground?s=1${btoa('{"o":"x^2","x":[1],"n":0,"w":[]}').replaceAll('=', '')}`,
      `#/playground?s=1${btoa('{"o":"x^2","x":[1],"n":5,"w":[],"evil":1}').replaceAll('=', '')}`,
    ]
    for (const text of bad) expect(() => readLink(text), text).toThrow(DescentError)
  })

  test('that was made once stays good', () => {
    const [first] = traces
    const kept =
      '#/playground?s=1eyJvIjoicGFyYWJvbGEiLCJ2Ijp7IngiOlstMTAsMTBdfSwieCI6WzEwXSwibiI6MTAsInciOltbInNnZCIseyJsciI6MC4yfV1dfQ'
    expect(readLink(kept)).toEqual(stateOfFigure(first as TraceFigure))
    expect(linkOf(stateOfFigure(first as TraceFigure))).toBe(kept)
  })
})

describe('a file', () => {
  test('brings back exactly the state', () => {
    for (const state of states) expect(readPlaygroundFile(fileOf(state))).toEqual(state)
  })

  test('that is another file says what is wrong', () => {
    expect(() => readPlaygroundFile('hello')).toThrow(/not JSON/)
    expect(() => readPlaygroundFile('{"descent":"run","version":1,"state":{}}')).toThrow(/descent/)
    expect(() => readPlaygroundFile(fileOf({ ...full, steps: 0 }))).toThrow(/state\.steps/)
  })
})

test('a figure’s state walks as the figure does', () => {
  for (const figure of traces) {
    const state = stateOfFigure(figure)
    const [walker] = state.walkers
    expect(walker).toBeDefined()
    if (walker) expect(trace(traceSettingsOf(state, walker)).points).toEqual(trace(figure.trace).points)
  }
})

describe('states of other pages', () => {
  const state = { b: [1, { d: 'η … 学习率', c: null }], a: -0.5 }

  test('come back whole, and equal ones are equal texts', () => {
    expect(unpacked(packed(state))).toEqual(state)
    expect(packed({ a: -0.5, b: [1, { c: null, d: 'η … 学习率' }] })).toBe(packed(state))
    expect(packed(state)).toMatch(/^[\w-]+$/)
  })

  test.each(['', '2abc', '1', '1***', packed(state).slice(0, 9)])('%s is refused', (text) => {
    expect(() => unpacked(text)).toThrow(/does not describe/)
  })
})
