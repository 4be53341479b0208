import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findRuntime, surveyRuntimes } from '../../src/tensorflow/find.ts'
import { installTensorFlow } from '../../src/tensorflow/install.ts'
import { keepBinding } from '../../src/tensorflow/prebuilt.ts'
import type { InstallProgress } from '../../src/tensorflow/progress.ts'
import type { Build } from '../../src/tensorflow/wheels.ts'
import { until } from '../support/until.ts'
import { buildOf, fakeMachine, libraryNames, smallWheel, type Machine } from './machine.ts'

const cpu = smallWheel('tensorflow-cpu')
const cuda = smallWheel('tensorflow')
const cublas = smallWheel('nvidia-cublas-cu12')
const builds: Record<Build['variant'], Build> = {
  cpu: buildOf('cpu', [cpu]),
  cuda: buildOf('cuda', [cuda, cublas]),
}
const buildFor = (variant: Build['variant']): Build => builds[variant]
const h200 = '0, NVIDIA H200, 143771, 580.95.05, 9.0'

const install = (machine: Machine, more = {}): ReturnType<typeof installTensorFlow> =>
  installTensorFlow({ ...machine.options, buildFor, ...more })
interface ChildAnswer {
  outcome?: string
  folder?: string
}

/** In a process of its own, which a test may kill. */
function installInChild(
  machine: Machine,
  onStage: (stage: string) => void = () => undefined,
): {
  child: ChildProcess
  answer: Promise<ChildAnswer>
  stages: () => string[]
} {
  const child = fork(
    fileURLToPath(new URL('./install-child.ts', import.meta.url)),
    [JSON.stringify(builds)],
    {
      env: machine.env,
    },
  )
  const messages: (ChildAnswer & { stage?: string })[] = []
  child.on('message', (message: (typeof messages)[number]) => {
    messages.push(message)
    if (message.stage !== undefined) onStage(message.stage)
  })
  const answer = new Promise<ChildAnswer>((resolve) =>
    child.once('exit', () => resolve(messages.at(-1) ?? {})),
  )
  return { child, answer, stages: () => messages.map(({ stage = '' }) => stage) }
}

const downloads = (machine: Machine): string[] =>
  machine.calls('python3').filter((call) => call.includes(' download '))

describe('an installation from the wheel', () => {
  it('keeps the libraries and the binding, lists them, and leaves nothing else', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const seen: InstallProgress[] = []
    const { runtime, outcome, failures } = await install(machine, {
      onProgress: (progress: InstallProgress) => seen.push(progress),
    })
    expect(outcome).toBe('installed')
    expect(failures).toEqual([])
    expect(runtime.manifest).toMatchObject({
      tensorflow: '9.8.7',
      tfjs: '4.22.0',
      variant: 'cpu',
      source: 'tensorflow-cpu 9.8.7 from the Python package index',
    })
    expect(runtime.manifest.files.map(({ path }) => path)).toEqual([
      ...libraryNames.map((name) => `tensorflow/${name}`).sort(),
      'tfjs_binding.node',
    ])
    expect(machine.inCache()).toEqual([runtime.folder.split('/').at(-1)])
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual([
      'downloading',
      'unpacking',
      'compiling',
      'checking',
    ])
    const unpacked = seen.findLast(({ stage }) => stage === 'unpacking')
    const header = '/* header */'
    const bytes = libraryNames.map((name) => `tensorflow-cpu's ${name}`).join('').length + header.length
    expect(unpacked).toMatchObject({ doneBytes: bytes, totalBytes: bytes })
    expect(await findRuntime(machine.options)).toEqual(runtime)
  })

  it('asks pip for the hashes that we know, for this platform, and for nothing that would run code', async () => {
    const machine = fakeMachine({ index: [cpu] })
    await install(machine)
    const [call = ''] = downloads(machine)
    for (const option of [
      '--require-hashes',
      '--only-binary=:all:',
      '--no-deps',
      `--platform=${cpu.wheel.tag}`,
    ])
      expect(call.split(' ')).toContain(option)
  })

  it('is not done again', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const first = await install(machine)
    const second = await install(machine, { verify: true })
    expect(second).toMatchObject({ outcome: 'already-there', runtime: first.runtime })
    expect(downloads(machine)).toHaveLength(1)
  })

  it('finds its libraries from where it lies: no variable names them', async () => {
    const machine = fakeMachine({ index: [cpu] })
    await install(machine)
    const [call = ''] = machine.calls('g++')
    const origin = process.platform === 'darwin' ? '@loader_path' : '$ORIGIN'
    expect(call).toContain(`-Wl,-rpath,${origin}/tensorflow`)
  })
})

describe('which build', () => {
  it('is CUDA’s where the driver shows a card, with NVIDIA’s libraries beside it', async () => {
    const machine = fakeMachine({ index: [cpu, cuda, cublas], nvidiaSmi: h200 })
    const { runtime } = await install(machine)
    expect(runtime.manifest).toMatchObject({ variant: 'cuda', cuda: '12' })
    expect(runtime.manifest.files.map(({ path }) => path)).toContain('nvidia/cublas/lib/libcublas.so.12')
    expect(runtime.manifest.files.map(({ path }) => path)).not.toContain('nvidia/cublas/lib/libnvblas.so.12')
  })

  it.each([
    ['no card', 'fails: NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.'],
    ['a driver too old for CUDA 12', '0, Tesla K80, 11441, 470.82.01, 3.7'],
  ])('is the CPU’s where there is %s', async (_, nvidiaSmi) => {
    const machine = fakeMachine({ index: [cpu, cuda, cublas], nvidiaSmi })
    expect((await install(machine)).runtime.manifest.variant).toBe('cpu')
  })

  it('is the CPU’s where CUDA’s cannot be had, and that is said', async () => {
    const machine = fakeMachine({ index: [cpu], nvidiaSmi: h200 })
    const { runtime, failures } = await install(machine)
    expect(runtime.manifest.variant).toBe('cpu')
    expect(failures).toEqual([expect.stringMatching(/^TensorFlow's wheel for CUDA: pip could not download/)])
  })

  it('becomes CUDA’s when a card has come', async () => {
    const before = fakeMachine({ index: [cpu] })
    await install(before)
    const machine = fakeMachine({ index: [cpu, cuda, cublas], nvidiaSmi: h200 })
    const { outcome, runtime } = await install(machine, { cache: before.cache })
    expect(outcome).toBe('installed')
    expect(runtime.manifest.variant).toBe('cuda')
    expect(await findRuntime({ ...machine.options, cache: before.cache })).toEqual(runtime)
  })

  it('stays the CPU’s where a card has come and CUDA’s cannot be had', async () => {
    const before = fakeMachine({ index: [cpu] })
    const first = await install(before)
    const machine = fakeMachine({ index: [cpu], nvidiaSmi: h200 })
    const again = await install(machine, { cache: before.cache })
    expect(again).toMatchObject({ outcome: 'already-there', runtime: first.runtime })
    expect(again.failures).toEqual([expect.stringMatching(/could not download tensorflow 9\.8\.7, nvidia/)])
    expect(machine.calls('g++')).toEqual([])
  })

  it('is the CPU’s where only that fits on the disk', async () => {
    const machine = fakeMachine({ index: [cpu, cuda, cublas], nvidiaSmi: h200 })
    const { runtime, failures } = await install(machine, {
      buildFor: (variant: Build['variant']) =>
        variant === 'cuda' ? { ...builds.cuda, unpackedBytes: 1e18 } : builds.cpu,
    })
    expect(runtime.manifest.variant).toBe('cpu')
    expect(failures[0]).toMatch(/no room left; 1,000,000,000,000,\d+,\d+ bytes are needed/)
  })
})

describe('what is missing is said before anything is downloaded', () => {
  it.each([
    ['no Python', { python: 'none' }, /no Python on this machine/, /^sudo apt install python3-pip;/],
    [
      'Python without pip',
      { python: 'no-pip' },
      /python3 is on this machine, but its pip is not/,
      /python3-pip/,
    ],
    ['no compiler', { compiler: 'none' }, /no C\+\+ compiler on this machine/, /^sudo apt install g\+\+;/],
    [
      'no compiler on Fedora',
      { compiler: 'none', programs: ['dnf'] },
      /no C\+\+ compiler/,
      /^sudo dnf install gcc-c\+\+;/,
    ],
  ] as const)('%s', async (_, options, message, remedy) => {
    const machine = fakeMachine({ index: [cpu], ...options })
    await expect(install(machine)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    })
    expect(downloads(machine)).toEqual([])
    expect(await findRuntime(machine.options)).toBeUndefined()
  })

  it('no room on the disk', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const full = { ...builds.cpu, unpackedBytes: 1e18 }
    await expect(install(machine, { buildFor: () => full })).rejects.toMatchObject({ code: 'disk-full' })
    expect(downloads(machine)).toEqual([])
  })

  it('a compiler that fails is quoted', async () => {
    const machine = fakeMachine({ index: [cpu], compiler: 'fails' })
    await expect(install(machine)).rejects.toMatchObject({
      code: 'engine-unavailable',
      message: expect.stringMatching(/g\+\+ could not compile[^]*error: no such thing/),
    })
  })
})

describe('a binding that came with the program', () => {
  it('makes a compiler unnecessary', async () => {
    const there = fakeMachine({ index: [cpu] })
    const { runtime } = await install(there)
    await keepBinding(runtime, join(there.folder, 'prebuilt'))
    const machine = fakeMachine({ index: [cpu], compiler: 'none' })
    const again = await install(machine, { prebuilt: join(there.folder, 'prebuilt') })
    expect(again.runtime.manifest.files).toEqual(runtime.manifest.files)
  })

  it('is not used where it is for another TensorFlow, or damaged', async () => {
    const there = fakeMachine({ index: [cpu] })
    const { runtime } = await install(there)
    const prebuilt = join(there.folder, 'prebuilt')
    const machine = fakeMachine({ index: [cpu], compiler: 'none' })
    const other = { ...runtime, manifest: { ...runtime.manifest, tensorflow: '9.8.6' } }
    await keepBinding(other, prebuilt)
    await expect(install(machine, { prebuilt })).rejects.toThrow(/no C\+\+ compiler/)
    const place = await keepBinding(runtime, prebuilt)
    writeFileSync(join(place, 'tfjs_binding.node'), 'gnidnib')
    await expect(install(machine, { prebuilt })).rejects.toThrow(/no C\+\+ compiler/)
  })
})

describe('sources', () => {
  it('are asked in order, and each one’s failure is named', async () => {
    const machine = fakeMachine({ index: [] })
    const failure = install(machine)
    await expect(failure).rejects.toMatchObject({ code: 'download-failed' })
    await expect(failure).rejects.toThrow(
      /TensorFlow's wheel: pip could not download tensorflow-cpu 9\.8\.7:\nERROR: No matching distribution[^]*tfjs's own download: /,
    )
  })

  it('whose bytes are not those we know are refused', async () => {
    const machine = fakeMachine({ index: [{ ...cpu, bytes: Buffer.concat([cpu.bytes, Buffer.from('!')]) }] })
    await expect(install(machine)).rejects.toThrow(/is not the file that we know, by its SHA-256/)
    expect(await findRuntime(machine.options)).toBeUndefined()
  })

  it('that do not work are not published', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const broken = install(machine, { tryOut: () => Promise.reject(new Error('it crashed (SIGSEGV)')) })
    await expect(broken).rejects.toThrow(/it crashed/)
    expect(machine.inCache().filter((name) => !name.startsWith('.'))).toEqual([])
  })
})

describe('an installation that was broken off', () => {
  it('by cancelling: the compiler is ended, nothing is left, and the wheel is not downloaded again', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const letGo = machine.holdCompiler()
    const cancel = new AbortController()
    const broken = install(machine, { signal: cancel.signal })
    await until(() => machine.calls('g++').length > 0)
    cancel.abort()
    await expect(broken).rejects.toMatchObject({ code: 'cancelled' })
    letGo()
    expect(machine.inCache()).toEqual(['.downloads'])
    expect(await findRuntime(machine.options)).toBeUndefined()
    expect((await install(machine)).outcome).toBe('installed')
    expect(downloads(machine)).toHaveLength(1)
    expect(machine.inCache()).not.toContain('.downloads')
  })

  it.each(['downloading', 'unpacking', 'compiling', 'checking'])(
    'by a kill while %s: what is left is no runtime, and the next installation clears it away',
    async (stage) => {
      const machine = fakeMachine({ index: [cpu] })
      const { child, answer } = installInChild(machine, (seen) => {
        if (seen === stage) child.kill('SIGKILL')
      })
      expect(await answer).not.toHaveProperty('outcome')
      expect(await surveyRuntimes(machine.options)).toEqual({ damaged: [] })
      expect(machine.inCache().some((name) => name.startsWith('.staging-'))).toBe(true)
      expect((await install(machine)).outcome).toBe('installed')
      expect(machine.inCache().filter((name) => name.startsWith('.'))).toEqual([])
    },
  )

  it('leaves a folder without a manifest, which nobody takes for a runtime', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const { runtime } = await install(machine)
    const manifest = join(runtime.folder, 'manifest.json')
    const half = readFileSync(manifest).subarray(0, 300)
    writeFileSync(manifest, half)
    expect(await surveyRuntimes(machine.options)).toEqual({
      damaged: [{ folder: runtime.folder, reason: 'its manifest cannot be read' }],
    })
  })
})

describe('several installers at once', () => {
  it('install once, and all use that', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const letGo = machine.holdCompiler()
    const first = installInChild(machine)
    await until(() => machine.calls('g++').length > 0)
    const others = [installInChild(machine), installInChild(machine)]
    await until(() => others.every(({ stages }) => stages().includes('waiting')))
    letGo()
    const answers = await Promise.all([first, ...others].map(({ answer }) => answer))
    expect(answers.map(({ outcome }) => outcome)).toEqual(['installed', 'already-there', 'already-there'])
    expect(new Set(answers.map(({ folder }) => folder)).size).toBe(1)
    expect(machine.calls('g++')).toHaveLength(1)
    expect(downloads(machine)).toHaveLength(1)
  })
})

describe('damage', () => {
  it('of a file’s length is seen at every look, and mended by the next installation', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const { runtime } = await install(machine)
    const library = join(runtime.folder, 'tensorflow', libraryNames[0])
    truncateSync(library, 5)
    const survey = await surveyRuntimes(machine.options)
    expect(survey.runtime).toBeUndefined()
    expect(survey.damaged[0]?.reason).toMatch(/libtensorflow_cc.* has 5 bytes; expected \d+/)
    expect((await install(machine)).outcome).toBe('installed')
    expect(readFileSync(library, 'utf8')).toBe(`tensorflow-cpu's ${libraryNames[0]}`)
  })

  it('of a byte is seen by who looks at every byte', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const { runtime } = await install(machine)
    const binding = readFileSync(runtime.binding)
    binding[0] = (binding[0] ?? 0) ^ 1
    writeFileSync(runtime.binding, binding)
    expect((await install(machine)).outcome).toBe('already-there')
    expect((await install(machine, { verify: true })).outcome).toBe('installed')
    expect(readFileSync(runtime.binding, 'utf8')).toBe('binding')
    expect(existsSync(join(machine.cache, 'tensorflow/.downloads'))).toBe(false)
    expect(
      readdirSync(join(machine.cache, 'tensorflow')).filter((name) => name.startsWith('.staging')),
    ).toEqual([])
  })

  it('that only a trial shows is seen too', async () => {
    const machine = fakeMachine({ index: [cpu] })
    await install(machine)
    let trials = 0
    const tryOut = (): Promise<{ versions: Record<string, string> }> =>
      ++trials <= 2
        ? Promise.reject(new Error('libstdc++ is gone'))
        : Promise.resolve({ versions: { tensorflow: '9.8.7' } })
    expect((await install(machine, { verify: true, tryOut })).outcome).toBe('installed')
  })

  it('of what DESCENT_TENSORFLOW names is said, not mended', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const { runtime } = await install(machine)
    writeFileSync(runtime.binding, 'BINDING')
    const env = { ...machine.env, DESCENT_TENSORFLOW: runtime.folder }
    await expect(install(machine, { verify: true, env })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/which does not work: the SHA-256 of tfjs_binding\.node/),
    })
    expect(readFileSync(runtime.binding, 'utf8')).toBe('BINDING')
  })
})
