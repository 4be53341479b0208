import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorMessage, isMissing } from '../files/failures.ts'
import { tfjsVersion } from './compile.ts'

/**
 * A TensorFlow that this program can load: its libraries, tfjs's binding compiled against them, and a manifest.
 *
 *     <folder>/manifest.json            what is here; written last, so a folder without it was never finished
 *     <folder>/tfjs_binding.node        finds the libraries beside it, wherever the folder lies
 *     <folder>/tensorflow/…             libtensorflow_cc and libtensorflow_framework
 *     <folder>/nvidia/<part>/lib/…      the CUDA build's libraries, where those two look for them
 *
 * What tfjs's own download brings is laid out as its package has it, with `binding` naming the file.
 */
export interface Runtime {
  folder: string
  /** Absolute path of the native module. */
  binding: string
  manifest: Manifest
}

const manifestSchema = z.object({
  schema: z.literal(1),
  /** As the library itself says. */
  tensorflow: z.string(),
  /** The version of tfjs-node-gpu that the binding was made from. */
  tfjs: z.string(),
  variant: z.enum(['cpu', 'cuda']),
  /** The CUDA that the libraries are built for: `12`. */
  cuda: z.string().optional(),
  platform: z.string(),
  arch: z.string(),
  /** Where it came from, for people: `tensorflow-cpu 2.21.0 from the Python package index`. */
  source: z.string(),
  installedAt: z.string(),
  /** The person named it. */
  chosen: z.boolean().default(false),
  /** Relative to the folder, with forward slashes. */
  binding: z.string(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.int(), sha256: z.string() })).min(1),
})
export type Manifest = z.infer<typeof manifestSchema>
const versionSchema = z.object({ schema: z.number() })

export const manifestName = 'manifest.json'

/** The part of a runtime that tells it from every other: its files' hashes. 64 hexadecimal digits. */
export function runtimeHash(files: Manifest['files']): string {
  const lines = files.map(({ path, sizeBytes, sha256 }) => `${path} ${sizeBytes} ${sha256}`)
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

export type Reading =
  | { state: 'complete'; runtime: Runtime }
  | { state: 'missing' }
  /** Somebody else's: another system shares the cache, or another version of this program. Nothing is wrong with it. */
  | { state: 'foreign'; reason: string }
  | { state: 'damaged'; reason: string }

/**
 * What lies in a folder, by its manifest and the files' sizes; quick enough for every start.
 * `verifyRuntime` looks at the bytes.
 */
export async function readRuntime(folder: string): Promise<Reading> {
  let text: string
  try {
    text = await readFile(join(folder, manifestName), 'utf8')
  } catch (error) {
    return isMissing(error) ? { state: 'missing' } : { state: 'damaged', reason: errorMessage(error) }
  }
  const value = parseJson(text)
  const version = versionSchema.safeParse(value)
  if (version.success && version.data.schema !== 1)
    return { state: 'foreign', reason: 'another version of this program made it' }
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) return { state: 'damaged', reason: 'its manifest cannot be read' }
  const manifest = parsed.data
  const reason = foreignness(manifest)
  if (reason !== undefined) return { state: 'foreign', reason }
  for (const { path, sizeBytes } of manifest.files) {
    const found = await stat(join(folder, path)).catch(() => undefined)
    if (!found) return { state: 'damaged', reason: `${path} is missing` }
    if (found.size !== sizeBytes)
      return { state: 'damaged', reason: `${path} has ${found.size} bytes; expected ${sizeBytes}` }
  }
  return { state: 'complete', runtime: { folder, binding: join(folder, manifest.binding), manifest } }
}

function foreignness({ platform, arch, tfjs }: Manifest): string | undefined {
  if (platform !== process.platform || arch !== process.arch)
    return `it is for ${platform} on ${arch}, and this is ${process.platform} on ${process.arch}`
  if (tfjs !== tfjsVersion()) return `its binding is of tfjs ${tfjs}, and this is ${tfjsVersion()}`
  return undefined
}

/** Hashes every file; the first one that is not as it was installed, as a sentence's end, or undefined. */
export async function verifyRuntime(runtime: Runtime, signal?: AbortSignal): Promise<string | undefined> {
  for (const { path, sha256 } of runtime.manifest.files) {
    const found = await sha256OfFile(join(runtime.folder, path), signal)
    if (found !== sha256) return `the SHA-256 of ${path} is ${found}; expected ${sha256}`
  }
  return undefined
}

/** Everything below a folder, hashed: what goes into a manifest. Links are not followed and not allowed. */
export async function listFiles(folder: string, signal?: AbortSignal): Promise<Manifest['files']> {
  const files: Manifest['files'] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile()) throw new Error(`${path} is neither a file nor a folder`)
    files.push({
      path: path.slice(folder.length + 1).replaceAll('\\', '/'),
      sizeBytes: (await stat(path)).size,
      sha256: await sha256OfFile(path, signal),
    })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const chunks = createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) })
  for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
