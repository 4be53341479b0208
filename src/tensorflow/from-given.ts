import { chmod, copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { assembleWheels, assertBindable, makeBinding } from './from-wheels.ts'
import { readRuntime, sha256OfFile, verifyRuntime, type Runtime } from './runtime.ts'
import { unpackArchive } from './unpack-archive.ts'
import { keptPath, pinnedWheel } from './wheels.ts'
import type { Assembled, Workshop } from './workshop.ts'

/**
 * The fourth source: what the person names. A wheel of TensorFlow; a folder with such a wheel and those of NVIDIA's
 * libraries; an unpacked wheel or Python's site-packages; a C library as TensorFlow's project hands it out (`lib` and
 * `include`); a runtime of ours from another machine; or an archive (.zip, .tar, .tar.gz) of any of these.
 *
 * @throws DescentError `not-found`, `data-damaged`, `unsupported`
 */
export async function fromGiven(path: string, workshop: Workshop): Promise<Assembled> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined)
    throw new DescentError(
      'not-found',
      `There is no ${path}.`,
      'Name a wheel, an archive or a folder that is there.',
    )
  if (found.isFile()) {
    if (path.endsWith('.whl')) return fromWheelFiles([path], workshop)
    const folder = join(workshop.scratch, 'archive')
    workshop.onProgress?.({ stage: 'unpacking', what: basename(path), totalBytes: found.size })
    await unpackArchive(path, folder, workshop.signal)
    return fromFolder(folder, path, workshop)
  }
  return fromFolder(path, path, workshop)
}

async function fromFolder(folder: string, named: string, workshop: Workshop): Promise<Assembled> {
  for (const place of await candidates(folder)) {
    const reading = await readRuntime(place)
    if (reading.state === 'damaged' || reading.state === 'foreign') throw notUsable(named, reading.reason)
    if (reading.state === 'complete') return copyRuntime(reading.runtime, named, workshop)
    const names = await readdir(place)
    const wheels = names.filter((name) => /^(tensorflow|nvidia_)[^/]*\.whl$/.test(name))
    if (wheels.some((name) => name.startsWith('tensorflow')))
      return fromWheelFiles(
        wheels.map((name) => join(place, name)),
        workshop,
      )
    if (await isUnpackedWheel(place)) return fromUnpackedWheel(place, named, workshop)
    if (await isThere(join(place, 'include/tensorflow/c/c_api.h')))
      return fromCLibrary(place, named, workshop)
  }
  throw notUsable(
    named,
    'there is neither a wheel of TensorFlow nor its libraries (tensorflow/libtensorflow_cc, lib/libtensorflow) in it',
  )
}

/** The one above, where the person named `tensorflow` inside of site-packages; the folder itself; those in it. */
async function candidates(folder: string): Promise<string[]> {
  const inside = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const above =
    (await isUnpackedWheel(dirname(folder))) && basename(folder) === 'tensorflow' ? [dirname(folder)] : []
  return [...above, folder, ...inside.map(({ name }) => join(folder, name))]
}

async function fromWheelFiles(paths: readonly string[], workshop: Workshop): Promise<Assembled> {
  const main = paths.filter(isTensorFlow)
  const [wheel = ''] = main
  const [, name = '', version = '', tag = ''] = wheelName.exec(basename(wheel)) ?? []
  if (main.length !== 1 || name === '')
    throw notUsable(wheel, 'one wheel of tensorflow or tensorflow-cpu, named as it was downloaded, is needed')
  if (!platformTags[`${process.platform} ${process.arch}`]?.test(tag))
    throw notUsable(wheel, `it is for ${tag}, and this is ${process.platform} on ${process.arch}`)
  for (const path of paths) await assertPinned(path, workshop.signal)
  const isCuda = name === 'tensorflow' && process.platform === 'linux' && process.arch === 'x64'
  return assembleWheels([wheel, ...paths.filter((path) => path !== wheel)], version, workshop, {
    variant: isCuda ? 'cuda' : 'cpu',
    ...(isCuda ? { cuda: '12' } : {}),
    source: wheel,
  })
}

const isTensorFlow = (path: string): boolean => basename(path).startsWith('tensorflow')
/** Name, version and platform of TensorFlow's wheels. */
const wheelName = /^(tensorflow(?:_cpu)?)-([^-]+)-[^-]+-[^-]+-([^-]+)\.whl$/
const platformTags: Readonly<Record<string, RegExp>> = {
  'linux x64': /linux\w*_x86_64/,
  'linux arm64': /linux\w*_aarch64/,
  'darwin x64': /macosx\w*_x86_64/,
  'darwin arm64': /macosx\w*_arm64/,
}

/** A wheel whose name we know has to be the file that we know; others are compared with their own lists. */
async function assertPinned(path: string, signal: AbortSignal | undefined): Promise<void> {
  const pin = pinnedWheel(basename(path))
  if (pin === undefined) return
  const found = await sha256OfFile(path, signal)
  if (found !== pin.sha256)
    throw notUsable(path, `its SHA-256 is ${found}; that of ${pin.name} ${pin.version} is ${pin.sha256}`)
}

async function copyRuntime(
  runtime: Runtime,
  named: string,
  { target, signal }: Workshop,
): Promise<Assembled> {
  const reason = await verifyRuntime(runtime, signal)
  if (reason !== undefined) throw notUsable(named, reason)
  const { variant, cuda, binding, files } = runtime.manifest
  for (const { path } of files) await copy(join(runtime.folder, path), join(target, path), signal)
  return { variant, ...(cuda === undefined ? {} : { cuda }), binding, source: named }
}

/** Site-packages, or a wheel that somebody has unpacked. */
async function fromUnpackedWheel(folder: string, named: string, workshop: Workshop): Promise<Assembled> {
  const { target, signal } = workshop
  await assertBindable(undefined, workshop)
  const libraries: string[] = []
  for (const part of ['tensorflow', 'nvidia'])
    for (const path of await filesBelow(join(folder, part))) {
      const name = `${part}/${path}`
      if (keptPath(name) !== name) continue
      await copy(join(folder, name), join(target, name), signal)
      if (part === 'tensorflow') libraries.push(join(target, name))
    }
  const isCuda = await isThere(join(target, 'nvidia'))
  const binding = await makeBinding(undefined, join(folder, 'tensorflow/include'), libraries, workshop)
  return { variant: isCuda ? 'cuda' : 'cpu', ...(isCuda ? { cuda: '12' } : {}), binding, source: named }
}

/** `include` and `lib`, as in libtensorflow's archives. */
async function fromCLibrary(folder: string, named: string, workshop: Workshop): Promise<Assembled> {
  await assertBindable(undefined, workshop)
  const libraries: string[] = []
  for (const name of await readdir(join(folder, 'lib'))) {
    // Of a library's several names the one with the major version alone, which others ask for.
    if (!/^libtensorflow(_framework)?(\.so\.2|\.2\.dylib)$/.test(name)) continue
    const place = join(workshop.target, 'tensorflow', name)
    await copy(join(folder, 'lib', name), place, workshop.signal)
    libraries.push(place)
  }
  if (libraries.length === 0) throw notUsable(named, 'its folder lib holds no libtensorflow')
  const binding = await makeBinding(undefined, join(folder, 'include'), libraries, workshop)
  return { variant: 'cpu', binding, source: named }
}

async function isUnpackedWheel(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'tensorflow')).catch(() => [])
  return names.some((name) => keptPath(`tensorflow/${name}`) !== undefined)
}

async function filesBelow(folder: string): Promise<string[]> {
  if (!(await isThere(folder))) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

async function copy(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
  // A shared folder's files may be for reading only, which a copy would be too.
  await chmod(to, 0o644)
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

function notUsable(path: string, reason: string): DescentError {
  return new DescentError(
    'data-damaged',
    `No TensorFlow can be taken from ${path}: ${reason}.`,
    'Name a wheel of tensorflow or tensorflow-cpu for this system, a folder with it, or an unpacked one.',
  )
}
