import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { surveyRuntimes } from '../../../src/tensorflow/find.ts'
import { probeTensorFlow, type Probe } from '../../../src/tensorflow/probe.ts'
import type { Manifest } from '../../../src/tensorflow/runtime.ts'
import { whereIs } from '../../setup/needs.ts'
import { fakeMachine, type Machine, type MachineOptions } from '../machine.ts'

/** A machine on which the real TensorFlow of this one is installed, under a manifest with changes. */
function machineWith(options: MachineOptions, changes: Partial<Manifest> = {}): Machine {
  const machine = fakeMachine(options)
  const real = whereIs('tensorflow')
  const place = join(machine.cache, 'tensorflow', basename(real))
  mkdirSync(place, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(real, 'manifest.json'), 'utf8')) as Manifest
  for (const name of ['tensorflow', 'nvidia']) symlinkSync(join(real, name), join(place, name))
  cpSync(join(real, manifest.binding), join(place, manifest.binding))
  writeFileSync(join(place, 'manifest.json'), JSON.stringify({ ...manifest, variant: 'cpu', ...changes }))
  // No card of this machine is to answer for the one that is made up.
  machine.env['CUDA_VISIBLE_DEVICES'] = '-1'
  return machine
}

const probe = ({ options, env }: Machine): Promise<Probe> => probeTensorFlow({ ...options, env })
const h200 = '0, NVIDIA H200, 143771, 580.95.05, 9.0'

describe('TensorFlow that works', () => {
  it('says which one it is, and is asked again only when something has changed', async () => {
    const machine = machineWith({ nvidiaSmi: h200 })
    const first = await probe(machine)
    expect(first).toMatchObject({
      available: true,
      device: expect.stringMatching(/^CPU \(.+, \d+ cores\)$/),
      versions: { driver: '580.95.05', tensorflow: expect.stringMatching(/^2\./), tfjs: '4.22.0' },
    })
    // What can no longer be loaded tells whether it was.
    const { runtime } = await surveyRuntimes(machine.options)
    const binding = runtime?.binding ?? ''
    writeFileSync(binding, Buffer.alloc(statSync(binding).size))
    expect(await probe(machine)).toEqual(first)
    machine.env['CUDA_VISIBLE_DEVICES'] = ''
    expect(await probe(machine)).toMatchObject({
      available: false,
      reason: expect.stringMatching(/tfjs_binding\.node: /),
    })
  })

  it.each([
    ['there is no driver', {}, {}, /There is no NVIDIA driver/],
    ['the driver shows no card', { nvidiaSmi: 'fails: No devices were found' }, {}, /No devices were found/],
    [
      'the driver is too old',
      { nvidiaSmi: '0, Tesla K80, 11441, 470.82.01, 3.7' },
      {},
      /470\.82\.01 is too old/,
    ],
    ['the CPU build is installed', { nvidiaSmi: h200 }, {}, /CPU build is installed, although NVIDIA H200/],
    [
      'the cards are hidden',
      { nvidiaSmi: h200 },
      { variant: 'cuda', cuda: '12' },
      /CUDA_VISIBLE_DEVICES is "-1", which hides every card/,
    ],
  ] as const)('on the processor because %s: says so', async (_, options, changes, reason) => {
    const { available, reason: said, remedy } = await probe(machineWith(options, changes))
    expect(available).toBe(true)
    if (process.platform !== 'linux' || process.arch !== 'x64') expect(said).toBeTypeOf('string')
    else expect(said).toMatch(reason)
    expect(remedy).toBeTypeOf('string')
  })
})
