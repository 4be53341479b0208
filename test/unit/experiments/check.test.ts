import { expect, test } from 'vitest'
import { checkSettings } from '../../../src/experiments/check.ts'
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
