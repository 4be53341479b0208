import { createRequire } from 'node:module'
import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { lastWords, run } from './child.ts'
import { isProgram } from './programs.ts'
import { installLine } from './system-packages.ts'

export interface CompileOptions {
  /** Holds `tensorflow/c/c_api.h`. */
  includes: string
  /** The libraries to link against, by absolute path. They are found at run time where they lie now, seen from `output`. */
  libraries: readonly string[]
  output: string
  env: NodeJS.ProcessEnv
  signal?: AbortSignal
}

const require = createRequire(import.meta.url)

/** tfjs-node-gpu's folder, which holds the binding's sources. */
export function tfjsFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))
}

export function tfjsVersion(): string {
  const { version } = require('@tensorflow/tfjs-node-gpu/package.json') as { version: string }
  return version
}

/** The C++ compiler of this machine. @throws DescentError `unsupported` with the line that installs one */
export function findCompiler(env: NodeJS.ProcessEnv): string {
  const named = env['CXX']
  const found = [...(named ? [named] : []), 'g++', 'clang++', 'c++'].find((name) => isCompiler(name, env))
  if (found !== undefined) return found
  throw new DescentError(
    'unsupported',
    'There is no C++ compiler on this machine, which makes TensorFlow callable from Node.',
    `${installLine('compiler', env)}; then run \`descent doctor --fix\` again.`,
  )
}

/** Compiles tfjs's binding, for any Node from N-API version 8 on. Takes about 10 seconds. */
export async function compileBinding(options: CompileOptions): Promise<void> {
  const { includes, libraries, output, env, signal } = options
  const compiler = findCompiler(env)
  const sources = join(tfjsFolder(), 'binding')
  const isMac = process.platform === 'darwin'
  const origin = isMac ? '@loader_path' : '$ORIGIN'
  const folders = [...new Set(libraries.map((library) => dirname(library)))]
  const rpaths = folders.map((folder) => join(origin, folder.slice(dirname(output).length + 1)))
  const args = [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-w',
    ...(isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-s']),
    '-DNAPI_VERSION=8',
    '-isystem',
    apiHeaders(),
    '-isystem',
    includes,
    ...(await readdir(sources)).filter((name) => name.endsWith('.cc')).map((name) => join(sources, name)),
    ...libraries,
    ...rpaths.map((path) => `-Wl,-rpath,${path}`),
    '-o',
    output,
  ]
  const outcome = await run(compiler, args, { env, ...(signal ? { signal } : {}) })
  if (outcome.code === 0) return
  throw new DescentError(
    'engine-unavailable',
    `${compiler} could not compile TensorFlow's binding:\n${lastWords(outcome, 12)}`,
    'It must know C++17: g++ 8, clang 7 or later. Name another one with CXX and run `descent doctor --fix` again.',
  )
}

/**
 * Removes the symbols that only debuggers read: a quarter of the libraries. Where that cannot be done they stay, since
 * a library works with them as well.
 */
export async function stripSymbols(
  libraries: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<void> {
  // On a Mac a library that was changed would have to be signed again.
  if (process.platform !== 'linux' || !isProgram('strip', env)) return
  for (const library of libraries) {
    const stripped = `${library}.stripped`
    const { code } = await run('strip', ['--strip-unneeded', '-o', stripped, library], {
      env,
      ...(signal ? { signal } : {}),
    })
    if (code === 0) await rename(stripped, library)
    else await rm(stripped, { force: true })
  }
}

function isCompiler(name: string, env: NodeJS.ProcessEnv): boolean {
  return name.includes('/') || isProgram(name, env)
}

function apiHeaders(): string {
  return (require('node-api-headers') as { include_dir: string }).include_dir
}
