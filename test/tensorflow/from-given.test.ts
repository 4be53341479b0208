import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRuntime } from '../../src/tensorflow/find.ts'
import { installTensorFlow, type Installation } from '../../src/tensorflow/install.ts'
import { makeTar, makeTarGz, makeZip } from '../hub/archives.ts'
import { buildOf, fakeMachine, libraryNames, smallWheel, tagHere, type Machine } from './machine.ts'

const cpu = smallWheel('tensorflow-cpu')
const cuda = smallWheel('tensorflow')
const cublas = smallWheel('nvidia-cublas-cu12')
const isForCuda = process.platform === 'linux' && process.arch === 'x64'

/** Nothing is asked of the network: this machine has neither pip nor a server. */
const offline = (options: Parameters<typeof fakeMachine>[0] = {}): Machine =>
  fakeMachine({ python: 'none', ...options })

function put(machine: Machine, path: string, data: string | Uint8Array): string {
  const place = join(machine.folder, path)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, data)
  return place
}

const install = (machine: Machine, from: string): Promise<Installation> =>
  installTensorFlow({ ...machine.options, from })
const pathsOf = ({ runtime }: Installation): string[] => runtime.manifest.files.map(({ path }) => path)
const installed = [...libraryNames.map((name) => `tensorflow/${name}`).sort(), 'tfjs_binding.node']

describe('a wheel that the person names', () => {
  it('is installed', async () => {
    const machine = offline()
    const wheel = put(machine, cpu.fileName, cpu.bytes)
    const installation = await install(machine, wheel)
    expect(installation.runtime.manifest).toMatchObject({ variant: 'cpu', source: wheel })
    expect(pathsOf(installation)).toEqual(installed)
    expect(await findRuntime(machine.options)).toEqual(installation.runtime)
  })

  it('is what is used, although another one is there', async () => {
    const machine = fakeMachine({ index: [cpu] })
    await installTensorFlow({ ...machine.options, buildFor: () => buildOf('cpu', [cpu]) })
    const other = smallWheel('tensorflow-cpu', {
      [installed[0] ?? '']: 'another build',
      [installed[1] ?? '']: 'of the library',
    })
    const installation = await install(machine, put(machine, other.fileName, other.bytes))
    expect(installation.outcome).toBe('installed')
    expect(await findRuntime(machine.options)).toEqual(installation.runtime)
  })

  it('is what is used from then on, also where the same bytes are there already', async () => {
    const machine = offline()
    const wheel = put(machine, cpu.fileName, cpu.bytes)
    const first = await install(machine, wheel)
    const other = smallWheel('tensorflow-cpu', { [installed[0] ?? '']: 'b', [installed[1] ?? '']: 'c' })
    await install(machine, put(machine, `other/${other.fileName}`, other.bytes))
    const again = await install(machine, wheel)
    expect(again.runtime.folder).toBe(first.runtime.folder)
    expect(await findRuntime(machine.options)).toEqual(again.runtime)
  })

  it('with NVIDIA’s wheels in one folder is the CUDA build', async () => {
    const machine = offline()
    for (const { fileName, bytes } of [cuda, cublas]) put(machine, `wheels/${fileName}`, bytes)
    const installation = await install(machine, join(machine.folder, 'wheels'))
    expect(installation.runtime.manifest.variant).toBe(isForCuda ? 'cuda' : 'cpu')
    expect(pathsOf(installation)).toContain('nvidia/cublas/lib/libcublas.so.12')
  })

  it.each([
    [
      'that is for another system',
      cpu.fileName.replace(tagHere, 'win_amd64'),
      cpu.bytes,
      /it is for win_amd64/,
    ],
    ['that is no TensorFlow', 'numpy-2.0.0-cp312-cp312-any.whl', cpu.bytes, /one wheel of tensorflow/],
    ['that is cut short', cpu.fileName, cpu.bytes.subarray(0, 200), /is damaged/],
    [
      'that bears a name we know and holds something else',
      `tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl`,
      cpu.bytes,
      isForCuda ? /its SHA-256 is \w+; that of tensorflow-cpu 2\.21\.0 is dcc8afd3/ : /is for|SHA-256/,
    ],
  ])('%s is refused', async (_, name, bytes, reason) => {
    const machine = offline()
    await expect(install(machine, put(machine, name, bytes))).rejects.toThrow(reason)
    expect(await findRuntime(machine.options)).toBeUndefined()
  })

  it('whose library is not the one that its own list names is refused', async () => {
    const files = {
      [`tensorflow/${libraryNames[0]}`]: 'changed',
      [`tensorflow/${libraryNames[1]}`]: 'as it was',
    }
    const { fileName, bytes } = smallWheel('tensorflow-cpu', files, {
      ...files,
      [`tensorflow/${libraryNames[0]}`]: 'honest!',
    })
    const machine = offline()
    await expect(install(machine, put(machine, fileName, bytes))).rejects.toThrow(
      /the SHA-256 of libtensorflow_cc\S* is \S+; its RECORD says/,
    )
  })

  it('without a library for this system is refused', async () => {
    const { fileName, bytes } = smallWheel('tensorflow-cpu', { 'tensorflow/__init__.py': '' })
    const machine = offline()
    await expect(install(machine, put(machine, fileName, bytes))).rejects.toThrow(
      /no TensorFlow library for this system/,
    )
  })

  it('that is not there is said', async () => {
    await expect(install(offline(), '/nowhere/tensorflow.whl')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('needs a compiler, and that is said first', async () => {
    const machine = offline({ compiler: 'none' })
    await expect(install(machine, put(machine, cpu.fileName, cpu.bytes))).rejects.toMatchObject({
      code: 'unsupported',
      remedy: expect.stringMatching(/sudo apt install g\+\+/),
    })
  })
})

describe('a folder that the person names', () => {
  it.each(['site-packages', 'site-packages/tensorflow'])(
    'may be Python’s site-packages, or TensorFlow’s in it (%s)',
    async (named) => {
      const machine = offline()
      for (const name of libraryNames) put(machine, `site-packages/tensorflow/${name}`, name)
      put(machine, 'site-packages/tensorflow/include/tensorflow/c/c_api.h', '')
      put(machine, 'site-packages/numpy/numpy.so', '')
      const installation = await install(machine, join(machine.folder, named))
      expect(pathsOf(installation)).toEqual(installed)
      expect(machine.calls('g++')[0]).toContain(join(machine.folder, 'site-packages/tensorflow/include'))
    },
  )

  it('may be TensorFlow’s C library', async () => {
    const machine = offline()
    const name = process.platform === 'darwin' ? 'libtensorflow.2.dylib' : 'libtensorflow.so.2'
    put(machine, `c/lib/${name}.18.0`, 'library')
    symlinkSync(`${name}.18.0`, join(machine.folder, 'c/lib', name))
    put(machine, 'c/include/tensorflow/c/c_api.h', '')
    const installation = await install(machine, join(machine.folder, 'c'))
    expect(pathsOf(installation)).toEqual([`tensorflow/${name}`, 'tfjs_binding.node'])
  })

  it('may be a runtime from another machine, which is copied when all its bytes are right', async () => {
    const there = offline()
    const { runtime } = await install(there, put(there, cpu.fileName, cpu.bytes))
    const machine = offline({ compiler: 'none' })
    const copy = await install(machine, runtime.folder)
    expect(copy.runtime.manifest.files).toEqual(runtime.manifest.files)
    expect(copy.runtime.folder.startsWith(machine.cache)).toBe(true)
    chmodSync(runtime.binding, 0o644)
    writeFileSync(runtime.binding, 'BINDING')
    await expect(install(offline(), runtime.folder)).rejects.toThrow(/the SHA-256 of tfjs_binding\.node is/)
  })

  it('that holds nothing of the kind is refused', async () => {
    const machine = offline()
    const readme = put(machine, 'empty/README', 'nothing')
    await expect(install(machine, dirname(readme))).rejects.toThrow(
      /neither a wheel of TensorFlow nor its libraries/,
    )
  })
})

describe('an archive that the person names', () => {
  const entries = [
    ...libraryNames.map((name) => ({ name: `unpacked/tensorflow/${name}`, data: Buffer.from(name) })),
    { name: 'unpacked/tensorflow/include/tensorflow/c/c_api.h', data: Buffer.from('') },
  ]
  it.each([
    ['zip', () => Promise.resolve(makeZip(entries))],
    ['tar', () => makeTar(entries)],
    ['tar.gz', () => makeTarGz(entries)],
  ])('may be a .%s', async (kind, make) => {
    const machine = offline()
    const installation = await install(machine, put(machine, `tensorflow.${kind}`, await make()))
    expect(pathsOf(installation)).toEqual(installed)
  })

  it('may hold links between a library’s names', async () => {
    const machine = offline()
    const name = process.platform === 'darwin' ? 'libtensorflow.2.dylib' : 'libtensorflow.so.2'
    const archive = await makeTarGz([
      { name: 'include/tensorflow/c/c_api.h' },
      { name: `lib/${name}.9.1`, data: Buffer.from('library') },
      { name: `lib/${name}`, type: 'symlink', linkname: `${name}.9.1` },
    ])
    const { runtime } = await install(machine, put(machine, 'libtensorflow.tar.gz', archive))
    expect(readFileSync(join(runtime.folder, 'tensorflow', name), 'utf8')).toBe('library')
  })

  it.each([
    [
      'a file outside its folder',
      [{ name: '../outside', data: Buffer.from('x') }],
      /leads to a parent folder/,
    ],
    [
      'a link out of its folder',
      [{ name: 'lib/a', type: 'symlink', linkname: '../../etc' }],
      /link a leads elsewhere/,
    ],
    ['a device', [{ name: 'lib/a', type: 'character-device' }], /neither a file nor a folder/],
  ] as const)('with %s is refused', async (_, bad, reason) => {
    const machine = offline()
    const from = put(machine, 'bad.tar', await makeTar(bad))
    const failure = install(machine, from)
    await expect(failure).rejects.toMatchObject({ code: 'archive-refused' })
    await expect(failure).rejects.toThrow(reason)
    expect(machine.inCache()).toEqual(['.downloads'])
  })

  it('that is cut short is refused', async () => {
    const machine = offline()
    const whole = await makeTarGz([{ name: 'lib/a', data: Buffer.alloc(10_000, 7) }])
    await expect(install(machine, put(machine, 'cut.tar.gz', whole.subarray(0, 40)))).rejects.toMatchObject({
      code: 'archive-refused',
    })
  })
})
