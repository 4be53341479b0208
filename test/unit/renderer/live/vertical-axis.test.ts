import { describe, expect, test } from 'vitest'
import { VerticalAxis } from '../../../../renderer/src/pages/live/vertical-axis.ts'

describe('a vertical axis', () => {
  test('stands still while its lines grow inside it, until what is drawn is another thing', () => {
    const axis = new VerticalAxis()
    axis.arrange('loss', { scale: 'log' }, 0.5, 2, false)
    const first = axis.range
    axis.arrange('loss', { scale: 'log' }, 0.48, 2, false)
    expect(axis.range).toEqual(first)
    axis.arrange('accuracy', { scale: 'linear' }, 0.8, 0.9, false)
    expect(axis.range[0]).toBeGreaterThan(0.7)
  })

  test('never shows what cannot be: accuracies end at 1', () => {
    const axis = new VerticalAxis()
    axis.arrange('accuracy', { scale: 'linear', within: [0, 1] }, 0.02, 0.999, false)
    expect(axis.range).toEqual([0, 1])
    axis.arrange('other', { scale: 'linear', within: [0, 1] }, 0.8, 0.9, true)
    expect(axis.range[0]).toBeCloseTo(0.795)
    expect(axis.range[1]).toBeCloseTo(0.906)
  })

  test('leaves most room where its lines go', () => {
    const room = (rises: boolean): [below: number, above: number] => {
      const axis = new VerticalAxis()
      axis.arrange('x', { scale: 'linear', rises }, 0.4, 0.6, false)
      return [0.4 - axis.range[0], axis.range[1] - 0.6]
    }
    expect(room(true)[1]).toBeGreaterThan(room(true)[0])
    expect(room(false)[0]).toBeGreaterThan(room(false)[1])
  })

  test('ends where it is told to, as beside another one', () => {
    const axis = new VerticalAxis()
    axis.arrange('loss', { scale: 'linear', from: 0 }, 0.2, 1, true)
    expect(axis.range[0]).toBe(0)
    expect(axis.range[1]).toBeCloseTo(1.048)
    axis.arrange('accuracy', { scale: 'linear', from: 0, to: 1 }, 0.8, 0.9, true)
    expect(axis.range).toEqual([0, 1])
  })

  test('shows the same part of itself as the other one does when that is zoomed', () => {
    const [loss, accuracy] = [new VerticalAxis(), new VerticalAxis()]
    loss.arrange('loss', { scale: 'linear', from: 0, to: 2 }, 0.2, 2, true)
    accuracy.arrange('accuracy', { scale: 'linear', from: 0, to: 1 }, 0.2, 0.9, true)
    loss.zoom([0.5, 1])
    accuracy.zoomLike(loss)
    expect(accuracy.range).toEqual([0.25, 0.5])
    expect(accuracy.whole).toEqual([0, 1])
  })

  test('is not zoomed below 0 where it is logarithmic', () => {
    const axis = new VerticalAxis()
    axis.arrange('loss', { scale: 'log' }, 0.1, 1, true)
    const whole = axis.range
    axis.zoom([-1, 1])
    expect(axis.range).toEqual(whole)
  })

  test('keeps pixels where renderers can draw them', () => {
    const axis = new VerticalAxis()
    axis.arrange('accuracy', { scale: 'linear', from: 0, to: 1 }, 0, 1, true)
    axis.lay(100, 0)
    expect([axis.pixelOf(0), axis.pixelOf(0.5), axis.pixelOf(1), axis.pixelOf(1e9)]).toEqual([
      100, 50, 0, -1e4,
    ])
  })
})
