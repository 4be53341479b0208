import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { InstallOptions } from '../../src/tensorflow/install.ts'
import type { Build, Wheel } from '../../src/tensorflow/wheels.ts'
import { makeZip } from '../hub/archives.ts'

/** What this machine calls TensorFlow's libraries. */
const ending = process.platform === 'darwin' ? '2.dylib' : 'so.2'
export const libraryNames = [`libtensorflow_cc.${ending}`, `libtensorflow_framework.${ending}`] as const

const platformTags: Record<string, string> = {
  'linux x64': 'manylinux_2_27_x86_64',
  'linux arm64': 'manylinux_2_27_aarch64',
  'darwin x64': 'macosx_10_15_x86_64',
  'darwin arm64': 'macosx_12_0_arm64',
}
export const tagHere = platformTags[`${process.platform} ${process.arch}`] ?? 'any'

/** A wheel with a few bytes where TensorFlow has megabytes. */
export function smallWheel(
  name: string,
  files: Record<string, string> = libraryFiles(name),
  /** What its RECORD says, where that is not the truth. */
  recorded: Record<string, string> = files,
): { wheel: Wheel; fileName: string; bytes: Buffer } {
  const version = '9.8.7'
  const record = Object.entries(recorded).map(
    ([path, text]) =>
      `${path},sha256=${createHash('sha256').update(text).digest('base64url')},${text.length}`,
  )
  const info = `${name.replaceAll('-', '_')}-${version}.dist-info/RECORD`
  const bytes = makeZip([
    ...Object.entries(files).map(([path, text]) => ({ name: path, data: Buffer.from(text) })),
    { name: info, data: Buffer.from([...record, `${info},,`].join('\n')) },
  ])
  const wheel = {
    name,
    version,
    sizeBytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    tag: tagHere,
  }
  return { wheel, fileName: `${name.replaceAll('-', '_')}-${version}-cp312-cp312-${tagHere}.whl`, bytes }
}

function libraryFiles(name: string): Record<string, string> {
  if (name.startsWith('nvidia'))
    return {
      'nvidia/cublas/lib/libcublas.so.12': 'cublas',
      'nvidia/cublas/lib/libnvblas.so.12': 'never used',
      'nvidia/cublas/include/cublas.h': 'never used',
    }
  return {
    ...Object.fromEntries(libraryNames.map((library) => [`tensorflow/${library}`, `${name}'s ${library}`])),
    'tensorflow/include/tensorflow/c/c_api.h': '/* header */',
    'tensorflow/python/huge.so': 'never used',
  }
}

type Made = ReturnType<typeof smallWheel>

export const buildOf = (variant: Build['variant'], made: readonly [Made, ...Made[]]): Build => ({
  variant,
  ...(variant === 'cuda' ? { cuda: '12' } : {}),
  wheels: [made[0].wheel, ...made.slice(1).map(({ wheel }) => wheel)],
  unpackedBytes: 1000,
})

export interface MachineOptions {
  /** `no-pip`: Python without its pip; `hangs`: a pip whose download never ends. */
  python?: 'pip' | 'hangs' | 'no-pip' | 'none'
  compiler?: 'works' | 'fails' | 'none'
  /** What nvidia-smi prints, or `fails: …`; absent where there is none. */
  nvidiaSmi?: string
  /** Also there, doing nothing. */
  programs?: readonly string[]
  /** What pip's index holds. */
  index?: readonly Pick<Made, 'fileName' | 'bytes'>[]
}

export interface Machine {
  folder: string
  cache: string
  env: NodeJS.ProcessEnv
  /** For installTensorFlow: this machine, and binaries that are believed to work. */
  options: InstallOptions
  /** The arguments of each call of a program, in order. */
  calls(program: string): string[]
  /** The process of its last call. */
  lastPid(program: string): number
  /** Compilers wait until they are let go. */
  holdCompiler(): () => void
  /** Folders and files of the cache's `tensorflow`, the lock's apart. */
  inCache(): string[]
}

/** A machine whose PATH leads to nothing but what is asked for. Programs are fakes that keep a log. */
export function fakeMachine(options: MachineOptions = {}): Machine {
  const { python = 'pip', compiler = 'works', nvidiaSmi, programs = ['apt-get'], index = [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'descent-tensorflow-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  const place = (name: string): string => join(folder, name)
  for (const name of ['bin', 'log', 'index', 'cache']) mkdirSync(place(name))
  for (const { fileName, bytes } of index) writeFileSync(join(place('index'), fileName), bytes)
  const program = (name: string, body: string): void => {
    const log = JSON.stringify(join(place('log'), name))
    const head = `#!${process.execPath}\nconst fs = require('node:fs'), args = process.argv.slice(2)\n`
    writeFileSync(
      join(place('bin'), name),
      `${head}fs.appendFileSync(${log}, args.join(' ') + '\\n')\nfs.writeFileSync(${log} + '.pid', String(process.pid))\n${body}\n`,
    )
    chmodSync(join(place('bin'), name), 0o755)
  }
  if (python !== 'none')
    program('python3', { pip: pip(place('index')), hangs: hangingPip, 'no-pip': noPip }[python])
  if (compiler !== 'none') program('g++', compiler === 'works' ? gxx(place('hold')) : brokenGxx)
  if (nvidiaSmi !== undefined) program('nvidia-smi', nvidia(nvidiaSmi))
  for (const name of programs) program(name, '')
  const cache = place('cache')
  const env = {
    PATH: place('bin'),
    HOME: folder,
    DESCENT_CACHE: cache,
    // Nobody listens there: no test asks the network.
    TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:9/',
  }
  return {
    folder,
    cache,
    env,
    options: {
      env,
      packaged: [],
      tryOut: () => Promise.resolve({ versions: { tensorflow: '9.8.7' } }),
    },
    calls(name) {
      const log = join(place('log'), name)
      return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
    },
    lastPid: (name) => Number(readFileSync(join(place('log'), `${name}.pid`), 'utf8')),
    holdCompiler() {
      writeFileSync(place('hold'), '')
      return () => rmSync(place('hold'), { force: true })
    },
    inCache() {
      const names = existsSync(join(cache, 'tensorflow')) ? readdirSync(join(cache, 'tensorflow')) : []
      return names.filter((name) => !name.startsWith('.lock')).sort()
    },
  }
}

const pip = (index: string): string => `
if (args.includes('--version')) process.exit(0)
const option = (name) => args.find((arg) => arg.startsWith(name + '=')).slice(name.length + 1)
for (const line of fs.readFileSync(option('--requirement'), 'utf8').trim().split('\\n')) {
  const [name, version] = line.split(' ')[0].split('==')
  const file = fs.readdirSync(${JSON.stringify(index)}).find((one) => one.startsWith(name.replaceAll('-', '_') + '-' + version + '-'))
  if (!file) { console.error('ERROR: No matching distribution found for ' + name); process.exit(1) }
  fs.copyFileSync(${JSON.stringify(index)} + '/' + file, option('--dest') + '/' + file)
}`

const hangingPip = `
if (args.includes('--version')) process.exit(0)
setTimeout(() => undefined, 1e8)`

const noPip = `console.error('/usr/bin/python3: No module named pip'); process.exit(1)`

const gxx = (hold: string): string => `
const wait = () => {
  if (fs.existsSync(${JSON.stringify(hold)})) return setTimeout(wait, 20)
  fs.writeFileSync(args[args.indexOf('-o') + 1], 'binding')
}
wait()`

const brokenGxx = `console.error('tfjs_backend.cc:1: error: no such thing'); process.exit(1)`

const nvidia = (text: string): string =>
  text.startsWith('fails: ')
    ? `console.log(${JSON.stringify(text.slice(7))}); process.exit(9)`
    : `console.log(${JSON.stringify(text)})`
