import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRuntime, surveyRuntimes } from '../../src/tensorflow/find.ts'
import { installTensorFlow } from '../../src/tensorflow/install.ts'
import type { Manifest, Runtime } from '../../src/tensorflow/runtime.ts'
import { buildOf, fakeMachine, smallWheel, type Machine } from './machine.ts'

const cpu = smallWheel('tensorflow-cpu')

async function installed(): Promise<{ machine: Machine; runtime: Runtime }> {
  const machine = fakeMachine({ index: [cpu] })
  const { runtime } = await installTensorFlow({
    ...machine.options,
    buildFor: (variant) => (variant === 'cpu' ? buildOf('cpu', [cpu]) : undefined),
  })
  return { machine, runtime }
}

/** A second runtime with another manifest. */
function another({ folder }: Runtime, place: string, changes: Partial<Manifest>): string {
  cpSync(folder, place, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8')) as Manifest
  writeFileSync(join(place, 'manifest.json'), JSON.stringify({ ...manifest, ...changes }))
  return place
}

describe('the TensorFlow that is loaded', () => {
  it('is none where there is none', async () => {
    expect(await surveyRuntimes(fakeMachine().options)).toEqual({ damaged: [] })
  })

  it('is the one that DESCENT_TENSORFLOW names', async () => {
    const { machine, runtime } = await installed()
    const named = another(runtime, join(machine.folder, 'named'), {})
    const env = { ...machine.env, DESCENT_TENSORFLOW: named }
    expect((await findRuntime({ ...machine.options, env }))?.folder).toBe(named)
  })

  it('is no other one than DESCENT_TENSORFLOW names', async () => {
    const { machine, runtime } = await installed()
    const named = another(runtime, join(machine.folder, 'named'), {})
    rmSync(join(named, 'tfjs_binding.node'))
    const look = (folder: string): Promise<unknown> =>
      findRuntime({ ...machine.options, env: { ...machine.env, DESCENT_TENSORFLOW: folder } })
    await expect(look(named)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/names .*named, .*: tfjs_binding\.node is missing/),
    })
    await expect(look(machine.folder)).rejects.toThrow(/it has no manifest\.json/)
  })

  it('is the CUDA build rather than the CPU’s, then the newer, then the one installed last', async () => {
    const { machine, runtime } = await installed()
    const folder = (name: string): string => join(machine.cache, 'tensorflow', name)
    const found = async (): Promise<string | undefined> => (await findRuntime(machine.options))?.folder
    const later = another(runtime, folder('later'), { installedAt: '2999-01-01T00:00:00.000Z' })
    expect(await found()).toBe(later)
    const newer = another(runtime, folder('newer'), { tensorflow: '10.0.0' })
    expect(await found()).toBe(newer)
    const cuda = another(runtime, folder('cuda'), { variant: 'cuda', cuda: '12' })
    expect(await found()).toBe(cuda)
  })

  it('is what the person named last, or was installed after that', async () => {
    const { machine, runtime } = await installed()
    const folder = (name: string): string => join(machine.cache, 'tensorflow', name)
    const found = async (): Promise<string | undefined> => (await findRuntime(machine.options))?.folder
    another(runtime, folder('newer'), { tensorflow: '10.0.0' })
    const chosen = { chosen: true, tensorflow: '2.0.0', installedAt: '2998-01-01T00:00:00.000Z' }
    const old = another(runtime, folder('old'), chosen)
    expect(await found()).toBe(old)
    const later = another(runtime, folder('later'), { installedAt: '2999-01-01T00:00:00.000Z' })
    expect(await found()).toBe(later)
  })

  it('may have come with the program', async () => {
    const { machine, runtime } = await installed()
    const packaged = another(runtime, join(machine.folder, 'packaged'), {})
    rmSync(runtime.folder, { recursive: true })
    expect((await findRuntime({ ...machine.options, packaged: [packaged] }))?.folder).toBe(packaged)
  })

  it.each([
    ['another system', { platform: 'sunos' }, /it is for sunos on /],
    ['another tfjs', { tfjs: '5.0.0' }, /its binding is of tfjs 5\.0\.0/],
    ['a later version of this program', { schema: 2, files: 'elsewhere' }, /another version of this program/],
  ])('is none of %s, which may share the cache and keeps what is its own', async (_, changes, reason) => {
    const { machine, runtime } = await installed()
    const place = another(runtime, join(machine.cache, 'tensorflow/other'), changes as Partial<Manifest>)
    rmSync(runtime.folder, { recursive: true })
    expect(await surveyRuntimes(machine.options)).toEqual({ damaged: [] })
    const env = { ...machine.env, DESCENT_TENSORFLOW: place }
    await expect(findRuntime({ ...machine.options, env })).rejects.toThrow(reason)
    await installTensorFlow({ ...machine.options, buildFor: () => buildOf('cpu', [cpu]) })
    expect(readFileSync(join(place, 'tfjs_binding.node'), 'utf8')).toBe('binding')
  })
})
