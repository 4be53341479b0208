import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { installTensorFlow } from '../../src/tensorflow/install.ts'
import { probePortable, probeTensorFlow } from '../../src/tensorflow/probe.ts'
import { json, startDescent } from '../cli/descent.ts'
import { isAlive } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { buildOf, fakeMachine, smallWheel } from './machine.ts'

const cpu = smallWheel('tensorflow-cpu')
interface Diagnosis {
  engines: { id: string; available: boolean; device: string; reason?: string; remedy?: string }[]
  versions: Record<string, string>
}

describe('TensorFlow', () => {
  it('that is not installed is said, and how it is', async () => {
    const { options } = fakeMachine({ nvidiaSmi: '0, NVIDIA H200, 143771, 580.95.05, 9.0' })
    expect(await probeTensorFlow(options)).toEqual({
      id: 'tensorflow',
      available: false,
      device: 'GPU 0: NVIDIA H200 (compute capability 9.0, 140.4 GiB)',
      reason: 'TensorFlow is not installed.',
      remedy: 'Run `descent doctor --fix`, which installs it.',
      versions: { driver: '580.95.05' },
    })
  })

  it('whose library the system cannot load: its words are quoted', async () => {
    const machine = fakeMachine({ index: [cpu] })
    await installTensorFlow({ ...machine.options, buildFor: () => buildOf('cpu', [cpu]) })
    const probe = await probeTensorFlow(machine.options)
    expect(probe).toMatchObject({ available: false, versions: { tensorflow: '9.8.7', tfjs: '4.22.0' } })
    expect(probe.reason).toMatch(/tfjs_binding\.node: (file too short|invalid ELF header|.*mach-o)/)
    // Only what came out well is remembered.
    expect(machine.inCache()).not.toContain('.trials')
  })

  it('that DESCENT_TENSORFLOW names in vain', async () => {
    const { options, env } = fakeMachine()
    const probe = await probeTensorFlow({ ...options, env: { ...env, DESCENT_TENSORFLOW: '/nowhere' } })
    expect(probe).toMatchObject({ available: false, reason: expect.stringMatching(/names \/nowhere/) })
  })

  it('that is damaged', async () => {
    const machine = fakeMachine({ index: [cpu] })
    const { runtime } = await installTensorFlow({
      ...machine.options,
      buildFor: () => buildOf('cpu', [cpu]),
    })
    writeFileSync(runtime.binding, '')
    expect((await probeTensorFlow(machine.options)).reason).toMatch(
      /is damaged: tfjs_binding\.node has 0 bytes; expected 7\.$/,
    )
  })
})

it('plain JavaScript computes on every machine', async () => {
  const probe = await probePortable(fakeMachine().options)
  expect(probe).toMatchObject({ id: 'portable', available: true, versions: { tfjs: '4.22.0' } })
})

describe('descent doctor', () => {
  const bare = (): Record<string, string> => {
    const { env } = fakeMachine({ python: 'none', compiler: 'none' })
    return { ...(env as Record<string, string>), DESCENT_TENSORFLOW: '' }
  }

  it('says of each engine whether it works, and why not', async () => {
    const { code, value } = await json<Diagnosis>(['doctor'], bare())
    expect(code).toBe(0)
    expect(Object.keys(value)).toEqual(['engines', 'versions'])
    expect(value.engines.map(({ id, available }) => [id, available]).slice(0, 2)).toEqual([
      ['direct', true],
      ['tensorflow', false],
    ])
    expect(value.engines.map(({ id }) => id)).toEqual(['direct', 'tensorflow', 'webgpu', 'portable'])
    for (const { available, reason, remedy } of value.engines)
      if (!available) expect([typeof reason, typeof remedy]).toEqual(['string', 'string'])
  })

  it('--fix that cannot install says what is missing, and how to get it', async () => {
    const { code, stderr, value } = await json<{ error: object }>(['doctor', '--fix'], bare())
    expect(code).toBe(1)
    expect(value.error).toMatchObject({
      code: 'unsupported',
      remedy: expect.stringMatching(/^sudo apt install g\+\+; then run `descent doctor --fix` again/),
    })
    expect(stderr).toContain('downloading')
  })

  it('--from names the only source', async () => {
    const { code, value } = await json<{ error: object }>(['doctor', '--fix', '--from', '/nowhere'], bare())
    expect(code).toBe(2)
    expect(value.error).toMatchObject({ code: 'not-found', message: 'There is no /nowhere.' })
  })

  it('--fix that is interrupted takes pip along', async () => {
    const machine = fakeMachine({ python: 'hangs' })
    const env = { ...(machine.env as Record<string, string>), DESCENT_TENSORFLOW: '' }
    const { child, answer } = startDescent(['doctor', '--fix', '--json'], env)
    await until(() => machine.calls('python3').some((call) => call.includes(' download ')))
    child.kill('SIGINT')
    const { code, stdout } = await answer
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cancelled' } })
    await until(() => !isAlive(machine.lastPid('python3')))
  })
})
