import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { launchChromium, type InChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'
import { until } from '../../support/until.ts'

/** Pages, and what must be there before they are looked at. */
const routes: Readonly<Record<string, string>> = {
  '/experiment': 'main article, main li',
  '/live': 'main canvas',
  '/runs': 'main table tbody tr',
  '/compare': 'main table tbody tr',
  '/playground': 'main canvas',
  '/playground/stability': 'main canvas',
  '/playground/schedules': 'main canvas, main svg',
  '/gallery': '[data-figure] img',
  '/gallery/momentum-2d-0.5': '[data-number]',
  '/gallery/airfoil-adam': '[data-number]',
  '/learn/repair': 'main article svg',
  '/learn/cosine': 'main article svg',
  '/advisor': '[data-recommended]',
  '/data': 'main h2, main h3',
  '/settings': 'main h2, main h3',
}
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Findings that keep somebody from using the page, each with where it is. */
async function findings(page: Page): Promise<string[]> {
  // As text: what is evaluated so is no script of the page, whose policy would refuse it.
  await page.evaluate(axe)
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ html, failureSummary = '' }) => `${id}: ${help}\n  ${html.slice(0, 220)}\n  ${failureSummary}`,
      ),
    )
}

describe.each(['light', 'dark'] as const)(
  'nothing serious is found by axe in the %s theme',
  (colorScheme) => {
    let opened: InChromium
    beforeAll(async () => {
      opened = await launchChromium({ colorScheme, reducedMotion: 'reduce' })
      await ready(opened.page)
      await opened.home.withLab(async (lab) => {
        const settings = (optimizer: string, lr: number, seed: number) => ({
          workload: 'airfoil',
          optimizer,
          set: { lr },
          batch: 10,
          epochs: 2,
          seed,
        })
        const runs = [0, 1, 2].flatMap((seed) => [settings('sgd', 0.05, seed), settings('adam', 0.01, seed)])
        await lab.call('runs.submit', { runs, detached: true })
        await until(async () => {
          const { runs: all } = await lab.call('runs.list', {})
          return all.length === runs.length && all.every(({ status }) => status === 'done')
        })
      })
    }, 60_000)
    afterAll(() => opened.close())

    test.each(Object.entries(routes))(
      '%s',
      async (route, there) => {
        const { page, served } = opened
        await page.goto(`http://127.0.0.1:${served.port}/#${route}`)
        await page.locator(there).first().waitFor()
        expect((await findings(page)).join('\n\n')).toBe('')
      },
      30_000,
    )
  },
)
