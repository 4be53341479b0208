import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { tfjsVersion } from './compile.ts'
import { sha256OfFile } from './runtime.ts'

/**
 * A package of this program brings the binding along, so that no compiler is needed where it runs:
 *
 *     resources/tensorflow/<platform>-<arch>/tfjs_binding.node
 *     resources/tensorflow/<platform>-<arch>/binding.json      what it was compiled from, and its hash
 */
export const prebuiltFolder = resolve(import.meta.dirname, '../../resources/tensorflow')

export const prebuiltSchema = z.object({
  tensorflow: z.string(),
  tfjs: z.string(),
  sha256: z.string(),
})

/** The binding that came along, if it is for this TensorFlow, this system and our tfjs, and intact. */
export async function prebuiltBinding(
  tensorflow: string,
  folder: string = prebuiltFolder,
): Promise<string | undefined> {
  const place = join(folder, `${process.platform}-${process.arch}`)
  const binding = join(place, 'tfjs_binding.node')
  try {
    const about = prebuiltSchema.parse(JSON.parse(await readFile(join(place, 'binding.json'), 'utf8')))
    if (about.tensorflow !== tensorflow || about.tfjs !== tfjsVersion()) return undefined
    return (await sha256OfFile(binding)) === about.sha256 ? binding : undefined
  } catch {
    return undefined // None came along.
  }
}
