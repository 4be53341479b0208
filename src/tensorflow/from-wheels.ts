import { copyFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { diskFull } from '../files/failures.ts'
import { freeBytesOf } from '../files/free-bytes.ts'
import { compileBinding, findCompiler, stripSymbols } from './compile.ts'
import { downloadWheels, findWheel } from './pip.ts'
import { prebuiltBinding } from './prebuilt.ts'
import { unpackWheel } from './unpack.ts'
import { keptPath, type Build, type Wheel } from './wheels.ts'
import { toolsOf, type Assembled, type Workshop } from './workshop.ts'

/** The oldest C library that TensorFlow's wheels run on: `manylinux_2_27`. */
const neededGlibc = [2, 27] as const

/**
 * The second source: TensorFlow's wheels, downloaded by pip and checked by their hashes.
 * What is missing on this machine is said before anything is downloaded.
 *
 * @throws DescentError
 */
export async function fromWheels(variant: Build['variant'], workshop: Workshop): Promise<Assembled> {
  const { env, signal, scratch, downloads, onProgress } = workshop
  const build = workshop.buildFor(variant)
  if (build === undefined) throw noWheels(variant)
  assertGlibc()
  const [tensorflow] = build.wheels
  await assertBindable(tensorflow.version, workshop)
  const there = new Map<Wheel, string>()
  for (const wheel of build.wheels) {
    const path = await findWheel(wheel, downloads, signal)
    if (path !== undefined) there.set(wheel, path)
  }
  const missing = build.wheels.filter((wheel) => !there.has(wheel))
  const neededBytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, build.unpackedBytes)
  const freeBytes = await freeBytesOf(downloads)
  if (freeBytes < neededBytes) throw diskFull(downloads, neededBytes, freeBytes)
  if (missing.length > 0) {
    const options = { env, scratch, ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) }
    const paths = await downloadWheels(missing, downloads, options)
    missing.forEach((wheel, i) => there.set(wheel, paths[i] ?? ''))
  }
  const paths = build.wheels.flatMap((wheel) => there.get(wheel) ?? [])
  return assembleWheels(paths, tensorflow.version, workshop, {
    variant,
    ...(build.cuda === undefined ? {} : { cuda: build.cuda }),
    source: `${tensorflow.name} ${tensorflow.version} from the Python package index`,
  })
}

/** Unpacks wheels and makes the binding for them. */
export async function assembleWheels(
  paths: readonly string[],
  version: string | undefined,
  workshop: Workshop,
  about: Omit<Assembled, 'binding'>,
): Promise<Assembled> {
  const { target, scratch, signal, onProgress } = workshop
  await assertBindable(version, workshop)
  const includes = join(scratch, 'include')
  const libraries: string[] = []
  for (const path of paths) {
    const what = basename(path)
    const written = await unpackWheel(path, (name) => placeOf(name, target, scratch), {
      ...(signal ? { signal } : {}),
      onBytes: (doneBytes, totalBytes) => onProgress?.({ stage: 'unpacking', what, doneBytes, totalBytes }),
    })
    libraries.push(...written.filter((file) => file.startsWith(join(target, 'tensorflow'))))
  }
  if (libraries.length < 2)
    throw new DescentError(
      'data-damaged',
      `${paths.map((path) => basename(path)).join(', ')}: there is no TensorFlow library for this system in it.`,
      'Take a wheel of tensorflow or tensorflow-cpu for this system, version 2.16 or later.',
    )
  return { ...about, binding: await makeBinding(version, includes, libraries, workshop) }
}

/**
 * Puts the binding into `target`: the one that came with the program, if it is for this version, else compiled here.
 * @returns its name there
 */
export async function makeBinding(
  version: string | undefined,
  includes: string,
  libraries: readonly string[],
  workshop: Workshop,
): Promise<string> {
  const name = 'tfjs_binding.node'
  const output = join(workshop.target, name)
  const prebuilt = await broughtAlong(version, workshop)
  workshop.onProgress?.({ stage: 'compiling', what: name })
  if (prebuilt !== undefined) await copyFile(prebuilt, output)
  else await compileBinding({ includes, libraries, output, ...toolsOf(workshop) })
  await stripSymbols(libraries, workshop.env, workshop.signal)
  return name
}

/** Before anything large is moved. @throws DescentError `unsupported` where there is neither a binding nor a compiler */
export async function assertBindable(version: string | undefined, workshop: Workshop): Promise<void> {
  if ((await broughtAlong(version, workshop)) === undefined) findCompiler(workshop.env)
}

async function broughtAlong(
  version: string | undefined,
  { prebuilt }: Workshop,
): Promise<string | undefined> {
  return version === undefined ? undefined : prebuiltBinding(version, prebuilt)
}

function placeOf(name: string, target: string, scratch: string): string | undefined {
  const kept = keptPath(name)
  if (kept === undefined || kept.split('/').includes('..')) return undefined
  return join(kept.startsWith('include/') ? scratch : target, kept)
}

function noWheels(variant: Build['variant']): DescentError {
  const here = `${process.platform} on ${process.arch}`
  return new DescentError(
    'unsupported',
    `There is no wheel of TensorFlow${variant === 'cuda' ? ' for CUDA' : ''} with libraries to link against for ${here}.`,
    'Use another engine: `descent doctor` says which ones there are.',
  )
}

function assertGlibc(): void {
  if (process.platform !== 'linux') return
  // Without this the report looks up the name of every open connection.
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const found = header.glibcVersionRuntime
  const [major, minor] = neededGlibc
  const [foundMajor = 0, foundMinor = 0] = (found ?? '').split('.').map(Number)
  if (foundMajor > major || (foundMajor === major && foundMinor >= minor)) return
  throw new DescentError(
    'unsupported',
    `TensorFlow's wheels need the GNU C library ${neededGlibc.join('.')} or later; this system has ${found ?? 'another C library'}.`,
    'Use a newer or another Linux, or another engine: `descent doctor` says which ones there are.',
  )
}
