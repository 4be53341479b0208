import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tfjsFolder } from '../../src/tensorflow/compile.ts'
import { installTensorFlow } from '../../src/tensorflow/install.ts'
import { listFiles } from '../../src/tensorflow/runtime.ts'
import { makeTarGz } from '../hub/archives.ts'
import { fakeMachine, type Machine } from './machine.ts'

const isMac = process.platform === 'darwin'
const [full, short, plain] = isMac
  ? ['libtensorflow.2.9.1.dylib', 'libtensorflow.2.dylib', 'libtensorflow.dylib']
  : ['libtensorflow.so.2.9.1', 'libtensorflow.so.2', 'libtensorflow.so']

/** What tfjs's script asks for, from a server of this test's own. */
async function serve(answers: {
  library?: Buffer
  binding?: Buffer
}): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    const bytes = url.includes('libtensorflow') ? answers.library : answers.binding
    response.writeHead(bytes ? 200 : 404, { 'content-length': bytes?.byteLength ?? 0 }).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** A machine without pip, whose tfjs downloads from `url`. */
function machineFor(url: string): Machine {
  const machine = fakeMachine({ python: 'none', compiler: 'none' })
  const mirror = { TFJS_NODE_CDN_STORAGE: `${url}/`, npm_config_tfjs_binding_binary_host_mirror: url }
  // The script starts its helper through a shell.
  const path = `${machine.env['PATH'] ?? ''}:/bin:/usr/bin`
  machine.options.env = { ...machine.env, ...mirror, PATH: isMac ? path : (machine.env['PATH'] ?? '') }
  return machine
}

const library = (): Promise<Buffer> =>
  makeTarGz([
    { name: 'include/tensorflow/c/c_api.h', data: Buffer.from('header') },
    { name: `lib/${full}`, data: Buffer.from('library') },
    { name: `lib/${short}`, type: 'symlink', linkname: full },
    { name: `lib/${plain}`, type: 'symlink', linkname: short },
  ])
const binding = (): Promise<Buffer> =>
  makeTarGz([{ name: 'napi-v8/tfjs_binding.node', data: Buffer.from('binding') }])

describe("tfjs's own download", () => {
  it('is what is left where there is no pip, and ends as a runtime like any other', async () => {
    const before = await listFiles(tfjsFolder())
    const { url, asked } = await serve({ library: await library(), binding: await binding() })
    const { runtime, failures } = await installTensorFlow(machineFor(url).options)
    expect(failures).toEqual([expect.stringMatching(/TensorFlow's wheel: There is no C\+\+ compiler/)])
    expect(runtime.manifest).toMatchObject({ variant: 'cpu', source: "tfjs-node-gpu's own download" })
    expect(runtime.manifest.files.map(({ path }) => path)).toEqual([
      `deps/lib/${short}`,
      'lib/napi-v8/tfjs_binding.node',
    ])
    expect(readFileSync(runtime.binding, 'utf8')).toBe('binding')
    expect(readFileSync(join(runtime.folder, 'deps/lib', short), 'utf8')).toBe('library')
    expect(asked).toEqual([
      expect.stringMatching(/^\/tensorflow\/libtensorflow\/libtensorflow-cpu-.*-2\.9\.1\.tar\.gz$/),
      expect.stringMatching(/^\/napi-v8\/4\.22\.0\//),
    ])
    // Not in node_modules, which npm alone changes.
    expect(await listFiles(tfjsFolder())).toEqual(before)
  })

  it('that has no library leaves nothing', async () => {
    const { url } = await serve({})
    const machine = machineFor(url)
    await expect(installTensorFlow(machine.options)).rejects.toThrow(
      /tfjs's own download of TensorFlow did not work/,
    )
    expect(machine.inCache()).toEqual(['.downloads'])
  })

  it('that has no binding leaves nothing', async () => {
    const { url } = await serve({ library: await library() })
    const machine = machineFor(url)
    await expect(installTensorFlow(machine.options)).rejects.toThrow(
      /tfjs's own download of TensorFlow did not work/,
    )
    expect(machine.inCache()).toEqual(['.downloads'])
  })
})
