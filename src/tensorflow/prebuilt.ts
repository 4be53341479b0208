import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { tfjsVersion } from './compile.ts'
import { sha256OfFile, type Runtime } from './runtime.ts'

/**
 * A package of this program brings the binding along, so that no compiler is needed where it runs:
 *
 *     resources/tensorflow/<platform>-<arch>/tfjs_binding.node
 *     resources/tensorflow/<platform>-<arch>/binding.json      what it was compiled from, and its hash
 */
export const prebuiltFolder = resolve(import.meta.dirname, '../../resources/tensorflow')

const prebuiltSchema = z.object({
  tensorflow: z.string(),
  tfjs: z.string(),
  sha256: z.string(),
})

/** The binding that came along, if it is for this TensorFlow, this system and our tfjs, and intact. */
export async function prebuiltBinding(tensorflow: string, folder: string): Promise<string | undefined> {
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

/**
 * Puts a runtime's binding where a package takes it from.
 * @throws Error where it would not find the libraries in a runtime made elsewhere
 */
export async function keepBinding({ binding, manifest }: Runtime, folder: string): Promise<string> {
  if (manifest.binding !== 'tfjs_binding.node')
    throw new Error(
      `The binding of ${manifest.source} fits its own libraries only; install TensorFlow's wheel.`,
    )
  const place = join(folder, `${process.platform}-${process.arch}`)
  await mkdir(place, { recursive: true })
  await copyFile(binding, join(place, 'tfjs_binding.node'))
  const about: z.infer<typeof prebuiltSchema> = {
    tensorflow: manifest.tensorflow,
    tfjs: manifest.tfjs,
    sha256: await sha256OfFile(binding),
  }
  await writeFile(join(place, 'binding.json'), `${JSON.stringify(about, null, 2)}\n`)
  return place
}
