import { expect, it } from 'vitest'
import { probeWebGpu } from '../../../src/tensorflow/probe.ts'
import { whereIs } from '../../setup/needs.ts'

it('a program that stands in for a graphics card is named as such', async () => {
  const probe = await probeWebGpu({ env: { ...process.env, VK_ICD_FILENAMES: whereIs('vulkan') } })
  expect(probe).toMatchObject({
    id: 'webgpu',
    available: true,
    device: expect.stringMatching(/SwiftShader.*, on the processor/i),
    reason: expect.stringMatching(/No graphics card answers/),
    versions: { webgpu: expect.stringMatching(/^0\./) },
  })
})

it('no driver, no card: said with what to install', async () => {
  const probe = await probeWebGpu({ env: { ...process.env, VK_ICD_FILENAMES: '/nowhere.json' } })
  expect(probe).toMatchObject({
    available: false,
    reason: expect.stringMatching(/^No graphics card answers through WebGPU/),
    remedy: expect.stringMatching(/driver/),
  })
})
