import { describe, expect, test } from 'vitest'
import { checkSettings } from '../../../src/experiments/check.ts'
import { expand } from '../../../src/experiments/expand.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { runSettings } from '../../../src/experiments/settings.ts'
import { workloads } from '../../../src/workloads/index.ts'

const settings = (workload: string, device: string) =>
  runSettings.parse({ workload, optimizer: 'sgd', batch: 10, epochs: 1, device })

test.each(workloads.map(({ id }) => id))('%s may be trained on any device there is', (workload) => {
  for (const device of ['auto', 'cpu', 'gpu', 'gpu:0', 'gpu:12', 'webgpu', 'portable'])
    expect(() => checkSettings(settings(workload, device))).not.toThrow()
})

test.each(['', 'GPU', 'gpu:', 'gpu:-1', 'gpu:01', 'gpu:1.5', 'cuda', 'cpu:0', 'auto '])(
  'a device that is none is refused with the list: %j',
  (device) =>
    expect(() => checkSettings(settings('airfoil', device))).toThrow(
      expect.objectContaining({
        code: 'invalid-value',
        message: `device is "${device}", but must be one of auto, cpu, gpu, gpu:N, webgpu, portable.`,
      }),
    ),
)

test('in a file, where it stands', () => {
  expect(() =>
    readExperiment('title: T\nworkloads: airfoil\noptimizers: [sgd]\ndevice: tpu\n', 'a.yaml'),
  ).toThrow(/^a\.yaml:4:9: device is "tpu"/)
})

describe('how a network starts', () => {
  const started = (workload: string, initialiser: string) =>
    expand(
      readExperiment(
        `title: T\nworkloads: ${workload}\noptimizers: [sgd]\ninitialiser: ${initialiser}\n`,
        'a.yaml',
      ),
    ).map(({ label, settings: { initialiser: own } }) => [label, own])

  test('is said where it is not the workload’s own way', () => {
    expect(started('lenet-fashion-mnist', 'xavier')).toEqual([['SGD · xavier start', 'xavier']])
    expect(started('lenet-fashion-mnist', 'pytorch')).toEqual([['SGD', undefined]])
    expect(started('2c2d-fashion-mnist', 'pytorch')).toEqual([['SGD · pytorch start', 'pytorch']])
  })

  test('is refused, with its place, where there is no such way or no network', () => {
    expect(() => started('lenet-fashion-mnist', 'glorot')).toThrow(
      'a.yaml:4:14: initialiser is "glorot", but must be one of pytorch, xavier, deepobs, small-normal.',
    )
    expect(() => started('airfoil', 'xavier')).toThrow(
      'a.yaml:4:14: initialiser is "xavier", but airfoil is no network: it has a start of its own.',
    )
  })

  test('is given weights or an initialiser, not both', () => {
    const both = { initialiser: 'xavier', weights: 'ab'.repeat(32) }
    expect(() => checkSettings({ ...settings('lenet-fashion-mnist', 'cpu'), ...both })).toThrow('not both')
  })
})
