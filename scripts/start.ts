import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runExperiment } from '../src/cli/experiment.ts'
import { localeOf } from '../src/cli/locale.ts'
import { DescentError } from '../src/contract/errors.ts'
import { places } from '../src/lab/places.ts'
import { startServer } from '../src/server/server.ts'
import { stopped } from '../src/server/stopped.ts'
import { surveyRuntimes } from '../src/tensorflow/find.ts'
import { build, isStale } from './build.ts'

const help = `npm start -- [OPTION]…

Opens Descent Lab's window. Where there is no display, or no Electron and none can be downloaded, the page is served
to a browser on this machine and its address printed.

  --browser     serve the page even where a window could open
  --port PORT   port of the served page; 0, the default, takes a free one
  --once        run the sample experiment here in the terminal, print where its report lies, and end
  --rebuild     build window and page even if no source has changed since the last time
  --no-setup    do not install TensorFlow, which is otherwise fetched in the background when it is not there; runs that
                need it then say so (as with DESCENT_NO_SETUP=1)
  --locale L    language of the sample's report: en or zh-CN; the environment's by default
  --help        show this

DESCENT_HOME moves the library of runs, DESCENT_CACHE the datasets.`

const root = resolve(import.meta.dirname, '..')
const sample = 'resources/experiments/airfoil-optimizers.yaml'
const electronFolder = join(root, 'node_modules/electron')
/** An Electron that ends this soon has not shown a window. */
const soonMs = 15_000
const probeMs = 8_000
const downloadMs = 10 * 60_000

try {
  process.exitCode = await main()
} catch (thrown) {
  const { message, remedy } = DescentError.from(thrown)
  console.error(`${message}\n${remedy}`)
  process.exitCode = 1
}

async function main(): Promise<number> {
  const options = read()
  if (!options) return 2
  if (options.help) {
    console.log(help)
    return 0
  }
  if (options.once) return runSample()
  if (options.rebuild || isStale()) console.error('Building the window and the page …')
  build('shipping', options.rebuild)
  // The lab that is started below finds it in its environment.
  if (options['no-setup']) process.env['DESCENT_NO_SETUP'] = '1'
  const setUp = options['no-setup'] ? undefined : await setUpTensorFlow()
  process.once('exit', () => setUp?.kill())
  const obstacle = options.browser ? 'as you asked' : await openWindow()
  return obstacle === undefined ? 0 : servePage(obstacle, options.port)
}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        browser: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        once: { type: 'boolean', default: false },
        rebuild: { type: 'boolean', default: false },
        'no-setup': { type: 'boolean', default: false },
        locale: { type: 'string' }, // localeOf reads it
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const port = Number(values.port)
    if (!/^\d+$/.test(values.port) || port > 65_535)
      throw new Error(`--port ${values.port}: a port is a number from 0 to 65535`)
    return { ...values, port }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    return undefined
  }
}

/** Networks need TensorFlow, a few hundred megabytes: fetched beside the window, which need not wait for it. */
async function setUpTensorFlow(): Promise<ChildProcess | undefined> {
  const { runtime } = await surveyRuntimes().catch(() => ({ runtime: undefined }))
  if (runtime) return undefined
  console.error(
    'Installing TensorFlow in the background; until then networks train with --device portable only.',
  )
  const child = spawn(process.execPath, [join(root, 'bin/descent.js'), 'doctor', '--fix'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4000)))
  child.once('exit', (code) =>
    console.error(
      code === 0
        ? 'TensorFlow is installed.'
        : `TensorFlow was not installed; \`npm run descent -- doctor --fix\` tries again. ${words.trim()}`,
    ),
  )
  return child
}

async function runSample(): Promise<number> {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  console.log(`Running the sample experiment, ${sample} …`)
  const { report, failed, runs } = await runExperiment(
    {
      json: false,
      locale: localeOf(process.env),
      print: (_value, text) => console.log(text()),
      note: (text) => console.error(text),
      exit: () => undefined,
      signal: interrupt.signal,
    },
    join(root, sample),
  )
  console.log(`${runs.length - failed} of ${runs.length} runs are done. The report: ${report}`)
  return failed > 0 ? 1 : 0
}

async function servePage(why: string, port: number): Promise<number> {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const server = await startServer({ places: places(), page: join(root, 'out/renderer'), port })
  console.log(`Serving the page to a browser, ${why}. Open:\n\n  ${server.url}\n\nCtrl-C ends it.`)
  await stopped(interrupt.signal)
  await server.close()
  return 0
}

/** @returns why there is no window; undefined when there was one and the person closed it */
async function openWindow(): Promise<string | undefined> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'because there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)'
  const electron = electronBinary() ?? (await downloadElectron())
  if (electron === undefined)
    return 'because Electron, which the window needs, is not here and could not be downloaded (see above)'
  return runElectron(electron)
}

function electronBinary(): string | undefined {
  const elsewhere = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  let name = 'electron'
  try {
    name = readFileSync(join(electronFolder, 'path.txt'), 'utf8')
  } catch {
    if (elsewhere === undefined) return undefined
  }
  const binary = join(elsewhere ?? join(electronFolder, 'dist'), name)
  return existsSync(binary) ? binary : undefined
}

/** Electron's packages bring no binary; theirs is fetched when it is first needed. */
async function downloadElectron(): Promise<string | undefined> {
  const from =
    process.env['npm_config_electron_mirror'] ??
    process.env['ELECTRON_MIRROR'] ??
    'https://github.com/electron/electron/releases/'
  try {
    await fetch(from, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) })
  } catch {
    console.error(`Electron cannot be downloaded: ${new URL(from).host} is out of reach.`)
    return undefined
  }
  console.error('Downloading Electron for the window, about 110 MB, once …')
  const { status, error, stderr } = spawnSync(process.execPath, [join(electronFolder, 'install.js')], {
    stdio: ['ignore', 'inherit', 'pipe'],
    timeout: downloadMs,
    encoding: 'utf8',
  })
  if (status === 0) return electronBinary()
  console.error(`Electron could not be downloaded: ${error?.message ?? lastWords(stderr)}`)
  return undefined
}

function runElectron(binary: string): Promise<string | undefined> {
  const started = performance.now()
  const child = spawn(binary, [root], { stdio: ['ignore', 'inherit', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-8000)
    process.stderr.write(chunk)
  })
  // The window asks about runs that are going; it, not we, decides when to end.
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', pass)
  process.on('SIGHUP', pass)
  return new Promise((settle) => {
    child.once('error', (error) => settle(`because Electron does not start (${error.message})`))
    child.once('exit', (code) => {
      const shown = code === 0 || performance.now() - started > soonMs
      process.removeAllListeners('SIGINT')
      settle(shown ? undefined : `because Electron could not open a window (${lastWords(said)})`)
    })
  })
}

/** The line that says most of what went wrong. */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.find((line) => /FATAL|Missing X server|Error:/.test(line)) ?? lines.at(-1)
  return telling?.replace(/^\[[^\]]*\]\s*/, '').trim() ?? 'it said nothing'
}
