import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { DescentError } from '../../contract/errors.ts'

const run = promisify(execFile)

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
]

/** Where browsers that print without a window are on this kind of system, the first to be tried first. */
export function browserCandidates(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  const named = env['DESCENT_BROWSER'] ? [env['DESCENT_BROWSER']] : []
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (root) => root !== undefined,
    )
    return [
      ...named,
      ...roots.flatMap((root) => [
        join(root, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(root, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        join(root, 'Chromium', 'Application', 'chrome.exe'),
      ]),
    ]
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const mac =
    platform === 'darwin'
      ? ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'].map(
          (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
        )
      : []
  return [...named, ...mac, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))]
}

async function findBrowser(env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const candidate of browserCandidates(process.platform, env)) {
    try {
      await access(candidate, constants.X_OK)
      return candidate
    } catch {
      // Not here; the next may be.
    }
  }
  return null
}

/**
 * The page as an A4 PDF, printed by an installed Chromium, Chrome or Edge.
 * @throws DescentError `unsupported` where there is none or it fails
 */
export async function printPdf(html: string, env: NodeJS.ProcessEnv = process.env): Promise<Buffer> {
  const browser = await findBrowser(env)
  const remedy =
    'Install Chromium, Chrome or Edge (or set DESCENT_BROWSER to one), or write the report as .html and print it from your browser.'
  if (!browser)
    throw new DescentError(
      'unsupported',
      'A PDF needs an installed Chromium, Chrome or Edge to print it, and none was found.',
      remedy,
    )
  const folder = await mkdtemp(join(tmpdir(), 'descent-report-'))
  try {
    const page = join(folder, 'report.html')
    const pdf = join(folder, 'report.pdf')
    await writeFile(page, html)
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0
    await run(
      browser,
      [
        '--headless',
        '--disable-gpu',
        '--disable-extensions',
        '--no-first-run',
        '--no-pdf-header-footer',
        `--user-data-dir=${join(folder, 'profile')}`,
        // Chromium refuses its sandbox to root; the page has no script and loads nothing.
        ...(isRoot ? ['--no-sandbox'] : []),
        `--print-to-pdf=${pdf}`,
        pathToFileURL(page).href,
      ],
      { timeout: 120_000 },
    )
    return await readFile(pdf)
  } catch (cause) {
    if (cause instanceof DescentError) throw cause
    throw new DescentError('unsupported', `${browser} did not print the report.`, remedy, { cause })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
