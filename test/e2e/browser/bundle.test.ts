import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { LabClient } from '../../../src/lab/connect.ts'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const experiment = `
title: Paper
workloads: airfoil
epochs: 2
batch: 10
seeds: 2
optimizers:
  - { id: sgd, set: { lr: 0.05 } }
  - { id: adam, set: { lr: 0.01 } }
`

async function finished(lab: LabClient): Promise<void> {
  const { runIds } = await lab.call('experiments.submit', {
    text: experiment,
    name: 'e.yaml',
    detached: true,
  })
  await until(async () => {
    const { runs } = await lab.call('runs.list', {})
    return runs.filter(({ id, status }) => runIds.includes(id) && status === 'done').length === runIds.length
  })
}
const bar = (page: Page) => page.getByRole('region', { name: 'Where these runs come from' })

describe('a bundle', () => {
  test('is saved from Compare, opens in another library, and running it again there is compared in a sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'descent-bundle-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'paper.descent.zip')
    const large = join(folder, 'large.descent.zip')
    await inChromium(
      async ({ page, home }) => {
        await ready(page)
        await home.withLab(finished)
        await page.getByRole('navigation').getByRole('link', { name: 'Compare' }).click()
        const downloaded = page.waitForEvent('download')
        await page.getByRole('button', { name: 'Export' }).click()
        await page.getByRole('menuitem', { name: 'Bundle (.descent.zip)' }).click()
        const download = await downloaded
        expect(download.suggestedFilename()).toBe('paper.descent.zip')
        await download.saveAs(file)
        expect(await bar(page).count()).toBe(0)
      },
      { acceptDownloads: true },
    )
    await inChromium(async ({ page }) => {
      await ready(page)
      await page.getByRole('link', { name: 'Experiment' }).first().click()
      writeFileSync(large, Buffer.alloc(33 * 2 ** 20))
      await page.getByLabel('Open a file').setInputFiles(large)
      await page.getByText('large.descent.zip has more than 33 MB').waitFor()
      await page.getByLabel('Open a file').setInputFiles(file)
      await page.getByText('Paper: 4 runs opened').waitFor()
      await bar(page)
        .getByText(/From a bundle made .* by Descent Lab/)
        .waitFor()
      await expect
        .poll(() => page.getByRole('region', { name: 'Results' }).locator('tbody tr').count())
        .toBe(2)
      await bar(page).getByRole('button', { name: 'Run it again here' }).click()
      await bar(page).getByText('Reproduced: 4 of 4 runs bit for bit.').waitFor()
      await bar(page).getByText('Run by run').click()
      await expect.poll(() => bar(page).getByRole('cell', { name: 'equal bit for bit' }).count()).toBe(4)
      // Dropped where data are, it opens as well, and adds nothing.
      await page.getByRole('navigation').getByRole('link', { name: 'Data' }).click()
      const transfer = await page.evaluateHandle(
        ({ base64, name }) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
          const given = new DataTransfer()
          given.items.add(new File([bytes], name))
          return given
        },
        { base64: readFileSync(file).toString('base64'), name: basename(file) },
      )
      await page.locator('.data').dispatchEvent('drop', { dataTransfer: transfer })
      await page.getByText('Paper: all 4 runs were here already').waitFor()
      await bar(page).getByText('Reproduced: 4 of 4 runs bit for bit.').waitFor()
    })
  })
})
