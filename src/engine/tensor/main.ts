/**
 * A tensor engine's process: `main.ts tensorflow cpu`, `main.ts tensorflow cpu single` (one thread), `main.ts tensorflow 1`
 * (a graphics card), `main.ts webgpu`, `main.ts portable`. Its only tie to the world is file descriptor 3: the lab's pipe.
 */
import { DescentError } from '../../contract/errors.ts'
import { findRuntime } from '../../tensorflow/find.ts'
import { serveEngine } from '../serve.ts'
import { TensorBackend } from './backend.ts'
import { portableDevice, tensorFlowDevice, webGpuDevice, type Device } from './device.ts'

async function open([kind, place, threads]: readonly string[]): Promise<Device> {
  if (kind === 'webgpu') return webGpuDevice()
  if (kind === 'portable') return portableDevice()
  const runtime = await findRuntime()
  if (!runtime)
    throw new DescentError(
      'engine-unavailable',
      'TensorFlow is not installed.',
      'Run `descent doctor --fix`, which installs it; `--device portable` trains without, slowly.',
    )
  const gpu = place === 'cpu' ? null : Number(place)
  const device = await tensorFlowDevice(runtime, gpu, threads === 'single')
  if (gpu !== null && !device.name.startsWith('GPU'))
    throw new DescentError(
      'engine-unavailable',
      `TensorFlow cannot use graphics card ${gpu}.`,
      'Run `descent doctor`, which says why; `--device cpu` trains on the processor.',
    )
  return device
}

serveEngine(new TensorBackend(open(process.argv.slice(2))))
