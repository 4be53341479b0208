import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { installTensorFlow } from '../../../src/tensorflow/install.ts'
import { readRuntime, verifyRuntime } from '../../../src/tensorflow/runtime.ts'
import { tryRuntime } from '../../../src/tensorflow/trial.ts'
import { buildFor } from '../../../src/tensorflow/wheels.ts'
import { whereIs } from '../../setup/needs.ts'

it('the real wheel becomes a TensorFlow that multiplies matrices, wherever its folder is moved', async () => {
  const wheel = whereIs('tensorflow-wheel')
  const cache = mkdtempSync(join(tmpdir(), 'descent-real-install-'))
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }))
  // As after an installation that was broken off: the wheel is there, so pip is not asked.
  mkdirSync(join(cache, 'tensorflow/.downloads'), { recursive: true })
  symlinkSync(wheel, join(cache, 'tensorflow/.downloads', basename(wheel)))
  const env = { ...process.env, DESCENT_TENSORFLOW: '', LD_LIBRARY_PATH: '' }
  const { runtime, outcome, sizeBytes } = await installTensorFlow({
    cache,
    env,
    packaged: [],
    // Also where there is a card.
    buildFor: (variant) => (variant === 'cpu' ? buildFor('cpu') : undefined),
  })
  expect(outcome).toBe('installed')
  expect(runtime.manifest).toMatchObject({
    tensorflow: buildFor('cpu')?.wheels[0].version,
    tfjs: '4.22.0',
    variant: 'cpu',
  })
  expect(sizeBytes).toBeLessThan(750e6)
  expect(readdirSync(join(cache, 'tensorflow')).filter((name) => !name.startsWith('.lock'))).toEqual([
    basename(runtime.folder),
  ])
  expect(await verifyRuntime(runtime)).toBeUndefined()

  const moved = join(cache, 'moved')
  renameSync(runtime.folder, moved)
  const reading = await readRuntime(moved)
  if (reading.state !== 'complete') throw new Error(`it is ${reading.state}`)
  expect(await tryRuntime(reading.runtime, { env })).toMatchObject({
    device: 'cpu',
    versions: { tensorflow: runtime.manifest.tensorflow, tfjs: '4.22.0' },
  })
}, 600_000)
