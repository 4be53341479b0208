import { isDriverTooOld, oldestDriver, type Nvidia } from './nvidia.ts'
import type { Manifest } from './runtime.ts'
import { buildFor } from './wheels.ts'

/** Why something is not so, and what to do about it, as sentences. */
export interface Reason {
  reason: string
  remedy: string
}

/**
 * Why a TensorFlow that works computes on the processor.
 * @param notes what it said while it was looking for cards
 */
export function notOnTheCard(
  { variant, cuda = '12', tensorflow }: Pick<Manifest, 'variant' | 'cuda' | 'tensorflow'>,
  nvidia: Nvidia | undefined,
  notes: string,
  env: NodeJS.ProcessEnv,
): Reason {
  if (process.platform === 'darwin')
    return {
      reason: 'TensorFlow computes on the processor of a Mac.',
      remedy: 'Its graphics train through WebGPU: `--device webgpu`.',
    }
  if (nvidia === undefined)
    return {
      reason: 'There is no NVIDIA driver on this machine, so TensorFlow computes on the processor.',
      remedy:
        'If it has an NVIDIA card, install its driver and run `descent doctor --fix`. Other cards train through WebGPU: `--device webgpu`.',
    }
  const { driver, cards, problem } = nvidia
  const [card] = cards
  if (card === undefined)
    return {
      reason: `The NVIDIA driver ${driver} shows no card: ${problem ?? 'nvidia-smi lists none.'}`,
      remedy:
        'Mend the driver until `nvidia-smi` lists the card (a container must be started with access to it), then run `descent doctor --fix`.',
    }
  if (isDriverTooOld(driver))
    return {
      reason: `The NVIDIA driver ${driver} is too old for CUDA 12, which needs ${oldestDriver} or later.`,
      remedy: 'Update the driver, then run `descent doctor --fix`. Until then: `--device webgpu`.',
    }
  if (variant === 'cpu')
    return buildFor('cuda') === undefined
      ? {
          reason: `There is no CUDA build of TensorFlow for ${process.platform} on ${process.arch}.`,
          remedy: `${card.name} trains through WebGPU: \`--device webgpu\`.`,
        }
      : {
          reason: `TensorFlow's CPU build is installed, although ${card.name} and the driver ${driver} are here.`,
          remedy:
            'Run `descent doctor --fix`, which installs the CUDA build (3 GB to download, 5 GB on disk).',
        }
  const visible = env['CUDA_VISIBLE_DEVICES']
  if (visible !== undefined && (visible.trim() === '' || visible.trim().startsWith('-')))
    return {
      reason: `CUDA_VISIBLE_DEVICES is ${JSON.stringify(visible)}, which hides every card.`,
      remedy: 'Unset the variable.',
    }
  const words = ownWords(notes)
  if (!cuda.startsWith('12'))
    return {
      reason: `TensorFlow ${tensorflow} is for CUDA ${cuda}, whose libraries are not here.${words && ` It says: ${words}`}`,
      remedy: `Install CUDA ${cuda} with its cuDNN, or train through WebGPU: \`--device webgpu\`.`,
    }
  return {
    reason: `TensorFlow's CUDA build does not use ${card.name} (driver ${driver}). It says: ${words || 'nothing'}`,
    remedy:
      'Run `descent doctor --fix`, which looks at every byte of it; a library that is missing is named above.',
  }
}

/** TensorFlow's warnings and errors about cards and libraries, without date and place in its source. */
function ownWords(notes: string): string {
  return notes
    .split('\n')
    .map((line) => /^[WE]\d{4} .*?\] (.*)$/.exec(line)?.[1] ?? '')
    .filter((text) => /cuda|cudnn|gpu|dlerror|dlopen|nvidia/i.test(text))
    .slice(0, 6)
    .join(' ')
}
