import { createRequire } from 'node:module'
import type * as webgpu from 'webgpu'
import { DescentError } from '../contract/errors.ts'
import type { Tfjs } from './load.ts'

export interface WebGpu {
  tf: Tfjs
  /** The card, as its driver calls it. */
  card: string
  /** The processor plays the card's part: right, and very slow. */
  isSoftware: boolean
  /** Of npm's package webgpu. */
  version: string
}

const require = createRequire(import.meta.url)
/** Vulkan and Direct3D drivers without a card behind them. */
const software = /swiftshader|llvmpipe|lavapipe|basic render/i

/**
 * Makes WebGPU (Dawn, which comes with npm's package) tfjs's backend in this process.
 * @throws DescentError `engine-unavailable` where no card answers
 */
export async function openWebGpu(): Promise<WebGpu> {
  const { create, globals } = require('webgpu') as typeof webgpu
  Object.assign(globalThis, globals)
  const gpu = create([])
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true })
  const adapter = await gpu.requestAdapter()
  if (!adapter)
    throw new DescentError(
      'engine-unavailable',
      'No graphics card answers through WebGPU.',
      driverRemedies[process.platform] ?? 'Install the driver of your graphics card.',
    )
  const tf = require('@tensorflow/tfjs') as Tfjs
  require('@tensorflow/tfjs-backend-webgpu')
  await tf.setBackend('webgpu')
  await tf.ready()
  const { description, device, vendor } = adapter.info
  const names = [vendor, device, description].filter((name) => name !== '')
  return {
    tf,
    card: description || device || vendor || 'unnamed card',
    version: (require('webgpu/package.json') as { version: string }).version,
    isSoftware: adapter.info.isFallbackAdapter || names.some((name) => software.test(name)),
  }
}

const driverRemedies: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    'Install Vulkan and the driver of your card: `sudo apt install libvulkan1 mesa-vulkan-drivers` (AMD, Intel), or NVIDIA’s own driver.',
  win32: 'Install the current driver of your graphics card (Direct3D 12).',
  darwin: 'Metal needs macOS 11 or later.',
}
