import { describe, expect, it } from 'vitest'
import { environmentFor } from '../../src/tensorflow/load.ts'
import { findNvidia, isDriverTooOld } from '../../src/tensorflow/nvidia.ts'
import { notOnTheCard } from '../../src/tensorflow/why-not.ts'
import { fakeMachine } from './machine.ts'

const h200 = '0, NVIDIA H200, 143771, 580.95.05, 9.0'
const two = `${h200}\n1, NVIDIA GeForce GTX 1080, 8192, 580.95.05, 6.1`

describe('NVIDIA’s driver', () => {
  it('says which cards there are, what they can do and how much memory they have', async () => {
    expect(await findNvidia(fakeMachine({ nvidiaSmi: two }).env)).toEqual({
      driver: '580.95.05',
      cards: [
        { index: 0, name: 'NVIDIA H200', memoryBytes: 143771 * 2 ** 20, computeCapability: '9.0' },
        { index: 1, name: 'NVIDIA GeForce GTX 1080', memoryBytes: 8192 * 2 ** 20, computeCapability: '6.1' },
      ],
    })
  })

  it('may keep the compute capability to itself', async () => {
    const nvidia = await findNvidia(fakeMachine({ nvidiaSmi: '0, Tesla K80, 11441, 470.82.01, [N/A]' }).env)
    expect(nvidia?.cards[0]?.computeCapability).toBeNull()
  })

  it('that does not answer is there, with its words', async () => {
    const words = 'NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.'
    expect(await findNvidia(fakeMachine({ nvidiaSmi: `fails: ${words}` }).env)).toEqual({
      driver: 'unknown',
      cards: [],
      problem: words,
    })
  })

  it.each([
    ['470.82.01', true],
    ['525.60.12', true],
    ['525.60.13', false],
    ['1000.1', false],
    ['unknown', false],
  ])('%s is too old for CUDA 12: %s', (driver, tooOld) => {
    expect(isDriverTooOld(driver)).toBe(tooOld)
  })
})

/** What TensorFlow's CUDA build 2.21.0 said on a machine without a card. */
const notes = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795389269.165140    8495 port.cc:153] oneDNN custom operations are on.
E0000 00:00:1795389269.260601    8495 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)
W0000 00:00:1795389269.260602    8495 gpu_device.cc:2431] Could not load dynamic library 'libcudnn.so.9'; dlerror: libcudnn.so.9: cannot open shared object file`

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('why a card is not used', () => {
  const cpu = { variant: 'cpu', tensorflow: '2.21.0' } as const
  const cuda = { variant: 'cuda', cuda: '12', tensorflow: '2.21.0' } as const
  const card = { index: 0, name: 'NVIDIA H200', memoryBytes: 2 ** 37, computeCapability: '9.0' }
  const nvidia = { driver: '580.95.05', cards: [card] }

  it.each([
    ['no driver', cpu, undefined, {}, /no NVIDIA driver on this machine/, /install its driver/],
    [
      'no card',
      cpu,
      { driver: '580.95.05', cards: [], problem: 'No devices were found' },
      {},
      /driver 580\.95\.05 shows no card: No devices were found/,
      /until `nvidia-smi` lists the card/,
    ],
    [
      'an old driver',
      cpu,
      { driver: '470.82.01', cards: [card] },
      {},
      /driver 470\.82\.01 is too old for CUDA 12, which needs 525\.60\.13/,
      /Update the driver/,
    ],
    [
      'the CPU build',
      cpu,
      nvidia,
      {},
      /CPU build is installed, although NVIDIA H200 and the driver 580\.95\.05 are here/,
      /descent doctor --fix/,
    ],
    [
      'hidden cards',
      cuda,
      nvidia,
      { CUDA_VISIBLE_DEVICES: '-1' },
      /CUDA_VISIBLE_DEVICES is "-1", which hides every card/,
      /Unset/,
    ],
    [
      'another CUDA',
      { variant: 'cuda', cuda: '11.2', tensorflow: '2.9.1' },
      nvidia,
      {},
      /TensorFlow 2\.9\.1 is for CUDA 11\.2, whose libraries are not here/,
      /--device webgpu/,
    ],
    [
      'a library that does not load',
      cuda,
      nvidia,
      {},
      /does not use NVIDIA H200 \(driver 580\.95\.05\)\. It says: failed call to cuInit: .* 'libcudnn\.so\.9'; dlerror: libcudnn\.so\.9: cannot open shared object file$/,
      /doctor --fix/,
    ],
  ] as const)('%s', (_, manifest, found, env, reason, remedy) => {
    const said = notOnTheCard(manifest, found && { ...found, cards: [...found.cards] }, notes, env)
    expect(said.reason).toMatch(reason)
    expect(said.remedy).toMatch(remedy)
  })
})

describe('what TensorFlow is told before it is loaded', () => {
  it.each([
    [{ gpu: null }, {}, '-1'],
    [{ gpu: 1 }, {}, '1'],
    [{ gpu: 1 }, { CUDA_VISIBLE_DEVICES: '2,5' }, '5'],
    [{ gpu: 2 }, { CUDA_VISIBLE_DEVICES: '2,5' }, '-1'],
    [{ gpu: 0 }, { CUDA_VISIBLE_DEVICES: '-1' }, '-1'],
    [{}, { CUDA_VISIBLE_DEVICES: '2,5' }, undefined],
  ])('%j among %j is CUDA_VISIBLE_DEVICES=%s', (options, env, expected) => {
    expect(environmentFor(options, env)['CUDA_VISIBLE_DEVICES']).toBe(expected)
  })

  it('two processes share a card; what somebody has set stays', () => {
    expect(environmentFor({}, {})).toMatchObject({
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      TF_CPP_MIN_LOG_LEVEL: '2',
    })
    expect(environmentFor({}, { TF_CPP_MIN_LOG_LEVEL: '0' })).toMatchObject({ TF_CPP_MIN_LOG_LEVEL: '0' })
    expect(environmentFor({ threads: { within: 2, between: 1 } }, {})).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '2',
      TF_NUM_INTEROP_THREADS: '1',
    })
  })
})
