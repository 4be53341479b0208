import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const file = `title: Tuned in the window
workloads: airfoil
epochs: 2
seeds: 6
optimizers:
  - { id: sgd }
  - { id: adam, set: { lr: 0.01 } }
`

test('a range typed in a field is tuned; the best is compared', () =>
  inChromium(
    async ({ page, home }) => {
      await ready(page)
      const path = join(home.folder, 'tuned.yaml')
      writeFileSync(path, file)
      await page.locator('input[type=file]').first().setInputFiles(path)
      const sum = page.getByRole('region', { name: 'What would be run' })
      const words = async (): Promise<string> => (await sum.innerText()).replace(/\s+/g, ' ')
      await until(async () => (await words()).includes('2 series'))
      await page.getByRole('textbox', { name: 'SGD: lr' }).fill('1e-4 … 1')
      await page.getByRole('textbox', { name: 'Trials' }).fill('12')
      await until(async () => (await words()).includes('12 trials'))
      expect(await words()).toContain('24 runs')
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.waitForURL(/#\/live/)
      await until(async () => {
        const { runs } = await home.withLab((lab) => lab.call('runs.list', {}))
        return runs.length === 24 && runs.every(({ status }) => status === 'done' || status === 'diverged')
      })
      const { runs } = await home.withLab((lab) => lab.call('runs.list', {}))
      const tuned = new Set(runs.filter(({ study }) => study?.stage === 'final').map(({ series }) => series))
      expect(tuned.size).toBe(2)
      await page.locator('nav a[href="#/compare"]').click()
      for (const label of tuned) await page.getByText(label).first().waitFor()
      // Trials are no members of the comparison.
      await page.getByText('12 runs').first().waitFor()
    },
    { route: '/experiment' },
  ))
