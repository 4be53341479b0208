import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { lastWords, run } from './child.ts'
import { tfjsFolder } from './compile.ts'
import type { Manifest } from './runtime.ts'
import { toolsOf, type Assembled, type Workshop } from './workshop.ts'

/** The script itself waits without end for a server that has fallen silent. */
const timeoutMs = 3_600_000

/**
 * The third source: what tfjs-node-gpu's own install script downloads, libtensorflow 2.9.1 (for CUDA 11.2) and a
 * binding that was compiled for it. The script runs in a copy of the package, so node_modules stays as npm left it.
 * Its variables (`TFJS_NODE_CDN_STORAGE`, `TFJS_NODE_BASE_URI`, proxies) are heeded.
 *
 * @throws DescentError
 */
export async function fromTfjs(wanted: Manifest['variant'], workshop: Workshop): Promise<Assembled> {
  const { target, scratch, env, onProgress } = workshop
  const variant = process.platform === 'darwin' ? 'cpu' : wanted
  const what = `tfjs-node-gpu's own TensorFlow`
  onProgress?.({ stage: 'downloading', what })
  const copy = join(scratch, 'package')
  const packageFolder = tfjsFolder()
  await cp(packageFolder, copy, { recursive: true })
  // As the package itself would find them.
  const { resolve: find } = createRequire(join(packageFolder, 'package.json'))
  const programs = join(scratch, 'bin')
  await putPrograms(programs, find('@mapbox/node-pre-gyp/bin/node-pre-gyp'))
  await putTar(join(copy, 'node_modules', 'tar'), find('tar'))
  const script = join('scripts', 'install.js')
  const outcome = await run(process.execPath, [script, variant === 'cuda' ? 'gpu' : 'cpu', 'download'], {
    ...toolsOf(workshop),
    cwd: copy,
    timeoutMs,
    env: {
      ...env,
      // The packages that it needs lie where npm put them.
      NODE_PATH: resolve(packageFolder, '../..'),
      PATH: [programs, env['PATH'] ?? ''].join(delimiter),
    },
  })
  const binding = outcome.code === 0 ? await findBinding(copy) : undefined
  if (binding === undefined || !(await hasLibrary(copy)))
    throw new DescentError(
      'download-failed',
      `tfjs's own download of TensorFlow did not work:\n${lastWords(outcome, 6)}`,
      'See that this machine reaches the network, or name a wheel, an archive or a folder with --from.',
    )
  await rename(join(copy, 'deps'), join(target, 'deps'))
  await rm(join(target, 'deps', 'include'), { recursive: true, force: true })
  await mkdir(join(target, 'lib'))
  await rename(join(copy, dirname(binding)), join(target, dirname(binding)))
  await settleLinks(join(target, 'deps', 'lib'), join(target, dirname(binding)))
  return {
    variant,
    ...(variant === 'cuda' ? { cuda: '11.2' } : {}),
    source: "tfjs-node-gpu's own download",
    binding,
  }
}

/** The programs that the script starts by name, wherever they are not on the path: Node, and what downloads the binding. */
async function putPrograms(folder: string, gyp: string): Promise<void> {
  await mkdir(folder)
  const lines: Record<string, string> = {
    node: `"${process.execPath}"`,
    'node-pre-gyp': `"${process.execPath}" "${gyp}"`,
  }
  for (const [name, line] of Object.entries(lines)) {
    if (process.platform === 'win32') await writeFile(join(folder, `${name}.cmd`), `@${line} %*\r\n`)
    else await writeFile(join(folder, name), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 })
  }
}

/**
 * A tar that passes over what it refuses instead of giving up. Versions that are safe refuse a link to a link, which
 * libtensorflow's archive has (`libtensorflow.so`, for compilers) and we have no use for.
 */
async function putTar(folder: string, real: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const lines = [
    `const tar = require(${JSON.stringify(real)})`,
    'module.exports = { ...tar, x: (options) => tar.x({ ...options, strict: false }) }',
  ]
  await writeFile(join(folder, 'index.js'), lines.join('\n'))
}

/** `lib/napi-v8/tfjs_binding.node`, relative to the package. */
async function findBinding(copy: string): Promise<string | undefined> {
  for (const folder of await readdir(join(copy, 'lib')).catch(() => [])) {
    const files = await readdir(join(copy, 'lib', folder))
    if (files.includes('tfjs_binding.node')) return ['lib', folder, 'tfjs_binding.node'].join('/')
  }
  return undefined
}

async function hasLibrary(copy: string): Promise<boolean> {
  const names = await readdir(join(copy, 'deps', 'lib')).catch(() => [])
  return names.some((name) => /^(libtensorflow\.|tensorflow\.dll$)/.test(name))
}

/**
 * A runtime holds files only. Libraries are looked for by the name with the major version (`libtensorflow.so.2`), which
 * comes as a link to the file: the file takes that name, and other links go. Windows looks beside the binding alone.
 */
async function settleLinks(libraries: string, beside: string): Promise<void> {
  const entries = await readdir(libraries, { withFileTypes: true })
  for (const { name } of entries.filter((entry) => entry.isSymbolicLink())) await rm(join(libraries, name))
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    const short = /^(.+\.so\.2|.+\.2)\.\d+(\.\d+)*(\.dylib)?$/.exec(name)
    if (short) await rename(join(libraries, name), join(libraries, `${short[1] ?? ''}${short[3] ?? ''}`))
    else if (name.endsWith('.dll')) await rename(join(libraries, name), join(beside, name))
  }
}
