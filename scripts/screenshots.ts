import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { linkOf } from '../src/playground/link.ts'
import { playgroundState } from '../src/playground/state.ts'
import { launchChromium } from '../test/e2e/support/chromium.ts'
import { ready } from '../test/e2e/support/shell.ts'
import { whereIs } from '../test/setup/needs.ts'
import { until } from '../test/support/until.ts'
import { build } from './build.ts'

/**
 * The README's pictures: every page in both themes and languages, of a fresh library in which the sample experiment
 * has run, taken in the Chromium of the end-to-end tests.
 */
const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'docs/screenshots') },
    page: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const asItOpens = (): Promise<void> => Promise.resolve()
/** What a page shows beyond how it opens. The words differ between languages, so places are told by structure. */
const pages: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  experiment: asItOpens,
  live: asItOpens,
  runs: (page) => page.getByRole('row').nth(1).click(),
  // The first series is the baseline.
  compare: (page) => page.locator('table tbody tr').first().getByRole('button').first().click(),
  // Eight optimizers in one valley, half way.
  playground: (page) =>
    page
      .evaluate(`location.hash = ${JSON.stringify(linkOf(raceOnRosenbrock))}`)
      .then(() => page.waitForTimeout(1000)),
  'playground/stability': asItOpens,
  gallery: asItOpens,
  'learn/momentum': asItOpens,
  data: asItOpens,
  settings: asItOpens,
}
const raceOnRosenbrock = playgroundState.parse({
  objective: 'rosenbrock',
  view: null,
  start: [-1.2, 1],
  steps: 300,
  cursor: 150,
  walkers: ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'yogi', 'nadam'].map(
    (optimizer) => ({
      optimizer,
      set: { lr: ['sgd', 'momentum', 'nesterov'].includes(optimizer) ? 0.001 : 0.05 },
    }),
  ),
})
/** The folders of this one library mean nothing to a reader. A text, because scripts are written without the DOM. */
function showUsualFolders(page: Page, folder: string): Promise<unknown> {
  const usual = {
    [join(folder, 'home')]: '~/.local/share/descent-lab',
    [join(folder, 'cache')]: '~/.cache/descent-lab',
  }
  return page.evaluate(`{
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode())
      for (const [path, shown] of ${JSON.stringify(Object.entries(usual))})
        walker.currentNode.data = walker.currentNode.data.replaceAll(path, shown)
  }`)
}

const themes = ['light', 'dark'] as const
const languages = { en: 'en-US', zh: 'zh-CN' } as const
const largestBytes = 8_000_000

if (values.help) {
  console.log(
    'Takes the screenshots of the README.\n' +
      '  --out FOLDER  where to (docs/screenshots)\n' +
      `  --page NAME   only this page, repeatable: ${Object.keys(pages).join(', ')}`,
  )
} else {
  process.exitCode = (await take(values.page ?? Object.keys(pages))) ? 0 : 1
}

async function take(names: readonly string[]): Promise<boolean> {
  const unknown = names.find((name) => !(name in pages))
  if (unknown !== undefined)
    throw new Error(`There is no page “${unknown}”: ${Object.keys(pages).join(', ')}.`)
  build()
  mkdirSync(values.out, { recursive: true })
  const opened = await launchChromium()
  let total = 0
  try {
    await ready(opened.page)
    await opened.home.withLab(async (lab) => {
      const sample = readFileSync(join(root, 'resources/experiments/airfoil-optimizers.yaml'), 'utf8')
      // As many seeds as a verdict needs.
      const text = sample.replace('seeds: 5', 'seeds: 10')
      const { runIds } = await lab.call('experiments.submit', { text, name: 'sample', detached: true })
      await until(async () => {
        const { runs } = await lab.call('runs.list', {})
        return runs.length === runIds.length && runs.every(({ status }) => status === 'done')
      })
      try {
        await lab.call('data.import', { path: whereIs('datasets') })
      } catch (error) {
        console.log(`Fashion-MNIST is shown as missing: ${(error as Error).message}`)
      }
    })
    await opened.page.close()
    for (const [language, locale] of Object.entries(languages))
      for (const colorScheme of themes) {
        const context = await opened.browser.newContext({
          viewport: { width: 1280, height: 800 },
          deviceScaleFactor: 1,
          reducedMotion: 'reduce',
          locale,
          colorScheme,
        })
        const page = await context.newPage()
        page.setDefaultTimeout(20_000)
        await page.goto(opened.served.url)
        await page.waitForURL(/#\/./)
        await page.getByRole('heading', { level: 1 }).waitFor()
        for (const name of names) {
          await page.goto(`http://127.0.0.1:${opened.served.port}/#/${name}`)
          await page.waitForTimeout(1500)
          await pages[name]?.(page)
          await page.mouse.move(0, 0)
          await showUsualFolders(page, opened.home.folder)
          await page.waitForTimeout(1000)
          const file = join(values.out, `${name.replaceAll('/', '-')}-${colorScheme}-${language}.png`)
          await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
          const { size } = statSync(file)
          total += size
          console.log(`${relative(root, file)}  ${Math.round(size / 1000)} kB`)
        }
        await context.close()
      }
  } finally {
    await opened.close()
  }
  console.log(`${(total / 1e6).toFixed(1)} MB in all`)
  if (total <= largestBytes) return true
  console.error(`That is more than the ${largestBytes / 1e6} MB that the README may weigh.`)
  return false
}
