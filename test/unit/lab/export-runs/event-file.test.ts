import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { head, scalar, text } from '../../../../src/lab/export-runs/event-file.ts'

/** Written by TensorBoard's own writer: test/oracle/exports/events.py. */
const written = readFileSync(new URL('../../../fixtures/exports/tensorboard.tfevents', import.meta.url))

test('an event file is what TensorBoard writes of the same events, byte by byte', () => {
  const start = 1763800000.25
  const at = (seconds: number, step: number) => ({ wallTime: start + seconds, step })
  const ours = Buffer.concat([
    head(start),
    text('settings', '| setting | value |\n| --- | --- |\n| 学习率 | 0.1 |', at(0, 0)),
    scalar('train/loss', 0.1, at(0, 0)),
    scalar('train/loss', 1 / 3, at(1.5, 1)),
    scalar('test/accuracy', 0.875, at(2, 300)),
    scalar('train/loss', Infinity, at(3, 2 ** 31 + 5)),
    scalar('train/loss', Number.NaN, at(4, 2 ** 40)),
  ])
  expect(ours.toString('hex')).toBe(written.toString('hex'))
})
