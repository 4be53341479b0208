import { describe, expect, test } from 'vitest'
import { deviceChoices, deviceName } from '../../../../renderer/src/pages/experiment/devices.ts'

const direct = { id: 'direct', available: true, device: 'CPU, float64' }
const portable = { id: 'portable', available: true, device: 'JavaScript' }
const noWebGpu = {
  id: 'webgpu',
  available: false,
  device: 'none',
  reason: 'No graphics card answers.',
  remedy: 'Install Vulkan.',
}
const onCpu = {
  id: 'tensorflow',
  available: true,
  device: 'CPU',
  reason: 'There is no NVIDIA driver.',
  remedy: 'Install it.',
}
const onCards = {
  id: 'tensorflow',
  available: true,
  device: 'GPU 0: NVIDIA H200 (compute capability 9.0, 139.8 GiB); GPU 1: NVIDIA L4 (22.0 GiB)',
}
const missing = {
  id: 'tensorflow',
  available: false,
  device: 'CPU',
  reason: 'TensorFlow is not installed.',
  remedy: 'Run doctor --fix.',
}

describe('the devices of a machine', () => {
  const choices = (engines: Parameters<typeof deviceChoices>[0], network = true, current = 'auto') =>
    deviceChoices(engines, network, current, 'en')
  const there = (...given: Parameters<typeof choices>) =>
    choices(...given).flatMap(({ value, isThere }) => (isThere ? [value] : []))
  const hint = (value: string, ...given: Parameters<typeof choices>) =>
    choices(...given).find((choice) => choice.value === value)?.hint

  test('without a card: the reason and what to do stand beside the GPU', () => {
    const engines = [direct, onCpu, noWebGpu, portable]
    expect(there(engines)).toEqual(['auto', 'cpu', 'portable'])
    expect(hint('gpu', engines)).toBe('There is no NVIDIA driver. Install it.')
    expect(hint('webgpu', engines)).toBe('No graphics card answers. Install Vulkan.')
  })

  test('with several cards: all of them, and each', () => {
    const engines = [direct, onCards, noWebGpu, portable]
    expect(there(engines)).toEqual(['auto', 'cpu', 'gpu', 'gpu:0', 'gpu:1', 'portable'])
    expect(hint('gpu:1', engines)).toBe('NVIDIA L4 (22.0 GiB)')
  })

  test('without TensorFlow: networks have no processor, what trains on plain arrays has', () => {
    const engines = [direct, missing, noWebGpu, portable]
    expect(there(engines, true)).toEqual(['portable'])
    expect(hint('cpu', engines, true)).toBe('TensorFlow is not installed. Run doctor --fix.')
    expect(there(engines, false)).toEqual(['auto', 'cpu', 'portable'])
  })

  test('before the doctor has answered: nothing is ruled out', () => {
    expect(there(null)).toEqual(['auto', 'cpu', 'gpu', 'webgpu', 'portable'])
  })

  test('what a file names is listed, and said to be missing where it is', () => {
    const engines = [direct, onCards, noWebGpu, portable]
    expect(there(engines, true, 'gpu:1')).toContain('gpu:1')
    expect(there(engines, true, 'gpu:7')).not.toContain('gpu:7')
    expect(hint('gpu:7', engines, true, 'gpu:7')).toBe('There is no graphics card 7 here.')
  })

  test('have names in both languages', () => {
    expect([deviceName('gpu:1', 'en'), deviceName('portable', 'zh-CN'), deviceName('tpu', 'en')]).toEqual([
      'GPU 1 (CUDA)',
      '便携引擎',
      undefined,
    ])
  })
})
