import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
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
    what: 'a Chromium that prints reports as PDF',
    variable: 'DESCENT_TEST_CHROMIUM',
    suites: ['report/pdf'],
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
]

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
