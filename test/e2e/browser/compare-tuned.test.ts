import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const experiment = `# Adadelta needs more than this.
title: Tuned twice
workloads: airfoil
epochs: 2
seeds: 3
tuning: { sampler: grid, trials: 6, validation: 0.2 }
optimizers:
  - { id: sgd, search: { lr: { log: [0.001, 100] } } }
  - { id: adadelta, search: { lr: { log: [0.001, 0.1] } } } # narrow
`

test('what was tuned stands apart from what is compared, and a range that was too narrow is widened', () =>
  inChromium(async ({ page, home }) => {
    page.setDefaultTimeout(10_000)
    await ready(page)
    await home.withLab(async (lab) => {
      const { experimentId } = await lab.call('experiments.submit', {
        text: experiment,
        name: 'test.yaml',
        detached: true,
      })
      await until(async () => (await lab.call('experiments.study', { experimentId })).left === 0)
    })
    await page.getByRole('navigation').getByRole('link', { name: 'Compare' }).click()
    await page.getByRole('button', { name: 'Tuning', exact: true }).click()
    const panel = page.getByRole('region', { name: 'Tuning', exact: true }).first()
    await panel.waitFor()
    expect(await page.locator('.compare__count').innerText()).toBe('6 runs · 12 tuning runs apart')
    expect(await page.locator('.legend__row').count()).toBe(2)
    expect(await panel.getByRole('row', { name: /^Adadelta lr/ }).innerText()).toMatch(
      /lr = 0\.1 \(end of range\)/,
    )
    await panel.getByRole('img', { name: 'Sensitivity to lr' }).waitFor()

    const waiting = page.waitForEvent('download')
    await panel.getByRole('button', { name: 'Save figure' }).first().click()
    await page.getByRole('menuitem', { name: 'Save as CSV' }).click()
    const rows = readFileSync(await (await waiting).path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(rows).toHaveLength(1 + 12)

    await panel.getByRole('button', { name: 'Extend the range' }).click()
    await page
      .getByText(/^\s*File\s*$/)
      .first()
      .click()
    const file = await page.getByRole('textbox', { name: 'The experiment as YAML' }).inputValue()
    expect(file).toMatch(/log: \[ ?0\.001, 1 ?\] \} \} \} # narrow/)
    expect(file).toContain('{ id: sgd, search: { lr: { log: [0.001, 100] } } }')
    expect(file).toContain('# Adadelta needs more than this.')
  }))
