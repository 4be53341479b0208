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

test('a protocol says what it costs here, once that is known, and is cut to a time', () =>
  inChromium(
    async ({ page, home }) => {
      page.setDefaultTimeout(8000)
      await ready(page)
      const path = join(home.folder, 'plain.yaml')
      writeFileSync(path, file)
      await page.locator('input[type=file]').first().setInputFiles(path)
      const open = page.getByRole('button', { name: 'Open', exact: true })
      await open.click()
      const valley = page.locator('.open__protocol', { hasText: 'Crowded Valley' })
      await valley.getByText(/280 runs$/).waitFor()
      await page.getByText('How long it takes is unknown until something like it ran here.').first().waitFor()
      await page.getByRole('button', { name: 'Measure: one epoch' }).click()
      await valley.getByText(/280 runs · about/).waitFor()
      await page.getByRole('textbox', { name: 'At most' }).last().fill('0.002')
      await valley.getByRole('button', { name: /Crowded Valley/ }).click()
      // At any speed: 248 runs of six seeds take longer to hand over alone. How far the rest is cut is for the speed.
      const said = page.getByText(/seeds 10 → \d, trials an optimizer 25 → \d/)
      await said.first().waitFor()
      await page
        .getByText(/^\s*File\s*$/)
        .first()
        .click()
      const text = page.getByRole('textbox', { name: 'The experiment as YAML' })
      await text.waitFor()
      expect(await text.inputValue()).toMatch(/cutFrom: \{ minutes: 0\.002, seeds: 10, trials: 25[, ]/)
    },
    { route: '/experiment' },
  ))
