import { expect, test } from 'vitest'
import {
  mostCurves,
  readComposition,
  scheduleOfCurve,
  settingsOf,
  writeComposition,
  type Composition,
} from '../../../src/schedules/composition.ts'

const length = { epochs: 10, stepsAnEpoch: 3, lr: 0.2 }
const state: Composition = {
  ...length,
  curves: [
    { name: 'a', per: 'epoch', chain: { begin: 0, links: [{ kind: 'linear', steps: 4, to: 0.4 }] } },
    { name: 'b', per: 'step', id: 'cosine', set: { maxUpdate: 6 }, offset: -1 },
  ],
}

test('a file says what it was written from', () => {
  expect(readComposition(writeComposition(state), { epochs: 1, stepsAnEpoch: 1, lr: 1 })).toEqual(state)
})

test('an experiment’s schedules are read for the training that is on the page', () => {
  const one = { id: 'piecewise', set: { boundaries: [3], values: [1, 2] } }
  const named = { ...one, name: 'piecewise', per: 'epoch', offset: 0 }
  expect(readComposition(JSON.stringify(one), length)).toEqual({ ...length, curves: [named] })
  expect(readComposition(JSON.stringify([one, one]), length).curves).toEqual([named, named])
})

test('a curve runs as it is drawn, offset and all', () => {
  const [chain, cosine] = state.curves
  if (!chain || !cosine) throw new Error('two curves')
  expect([0, 2, 4, 9].map(scheduleOfCurve(chain, 0.2))).toEqual([0, 0.2, 0.4, 0.4])
  expect([0, 1, 7].map(scheduleOfCurve(cosine, 0.2))).toEqual([0.2, 0.2, 0])
  expect(settingsOf(chain, 0.2)).toMatchObject({
    id: 'constant',
    set: { base: 0.4 },
    per: 'epoch',
    offset: 0,
  })
  expect(settingsOf(cosine, 0.2)).toMatchObject({ id: 'cosine', per: 'step', offset: -1 })
})

const broken: [string, RegExp][] = [
  ['no json', /not JSON/],
  ['{"descent":"schedules","version":2}', /version/],
  ['{"descent":"playground","version":1,"state":{}}', /descent/],
  [JSON.stringify(Array.from({ length: mostCurves + 1 }, () => ({ id: 'constant' }))), /./],
  ['{"id":"nothing"}', /nothing/],
  ['{"id":"constant","set":{"base":-1}}', /-1/],
  [
    writeComposition({
      ...state,
      curves: [
        { name: 'x', per: 'step', chain: { begin: 1, links: [{ kind: 'exponential', steps: 3, to: 0 }] } },
      ],
    }),
    /above 0/,
  ],
]
test.each(broken)('%s is refused', (text, why) => {
  expect(() => readComposition(text, length)).toThrow(why)
})
