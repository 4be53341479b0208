import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { until } from '../../support/until.ts'
import { inChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const sample = readFileSync(
  new URL('../../../resources/experiments/airfoil-optimizers.yaml', import.meta.url),
  'utf8',
)

/** The page as a newcomer sees it; what is not there after a few seconds will not come. */
const onPage = (use: Parameters<typeof inChromium>[0]): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(8000)
      await ready(opened.page)
      await use(opened)
    },
    { route: '/experiment' },
  )

const card = (page: Page, position: number) =>
  page.getByRole('listitem', { name: new RegExp(`^Series ${position}:`) })
const runButton = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
const sum = (page: Page) => page.getByRole('region', { name: 'What would be run' })
const show = (page: Page, view: 'Series' | 'File') =>
  page
    .getByText(new RegExp(`^\\s*${view}( \\d+)?\\s*$`))
    .first()
    .click()
const fileText = (page: Page) => page.getByRole('textbox', { name: 'The experiment as YAML' })
const words = async (page: Page): Promise<string> => (await sum(page).innerText()).replace(/\s+/g, ' ')
const waitForWords = (page: Page, part: string) => until(async () => (await words(page)).includes(part))

describe('the experiment page', () => {
  test('the sample is there, and one click runs it', () =>
    onPage(async ({ page, home }) => {
      await card(page, 9).waitFor()
      await waitForWords(page, '9 series × 5 seeds = 45 runs')
      await waitForWords(page, 'time unknown until something like it has run')
      await runButton(page).click()
      await page.waitForURL(/#\/live/)
      const { runs, checked } = await home.withLab(async (lab) => ({
        runs: await until(async () => {
          const { runs } = await lab.call('runs.list', {})
          return runs.length === 45 && runs.every(({ status }) => status === 'done') ? runs : undefined
        }),
        checked: await lab.call('experiments.check', { text: sample, name: 'sample' }),
      }))
      expect([...new Set(runs.map(({ series }) => series))]).toEqual(checked.series.map(({ label }) => label))
      // Live shows these: they are the ones selected.
      const selected = await page.evaluate(
        () => JSON.parse(sessionStorage.getItem('descent.selection') ?? '[]') as string[],
      )
      expect(selected.sort()).toEqual(runs.map(({ id }) => id).sort())
      // Now that something like it has run, the page says how long it takes.
      await page.goBack()
      await waitForWords(page, 'about ')
      expect((await words(page)).replace(/[\s\u2009]/g, '')).toContain(`${checked.steps}steps`)
    }))

  test('a list fans out, the file follows, and the lab runs what the file says', () =>
    onPage(async ({ page, home }) => {
      await ready(page)
      await card(page, 1).getByRole('textbox', { name: 'SGD: lr' }).fill('0.1, 0.05, 0.01')
      await expect.poll(() => card(page, 1).innerText()).toContain('→ 15 runs')
      await page.getByRole('textbox', { name: 'Seeds' }).fill('42–43')
      await waitForWords(page, '11 series × 2 seeds = 22 runs')
      await show(page, 'File')
      const text = await fileText(page).inputValue()
      expect(text).toContain('- { id: sgd, set: { lr: [0.1, 0.05, 0.01] } }')
      expect(text).toContain('seeds: [42, 43]')
      // One line for each change; the rest stands as it stood, comments included.
      expect(text.split('\n').filter((line) => !sample.split('\n').includes(line))).toHaveLength(2)
      await page.keyboard.press('Control+Enter')
      await page.waitForURL(/#\/live/)
      await home.withLab(async (lab) => {
        const { experiments } = await lab.call('experiments.list', {})
        expect(experiments.map((one) => one.text)).toEqual([text])
        expect((await lab.call('runs.list', {})).runs.map(({ settings }) => settings.seed).sort()).toEqual([
          ...Array<number>(11).fill(42),
          ...Array<number>(11).fill(43),
        ])
      })
    }))

  test('what is typed in the file is in the form, and faults stand where they are', () =>
    onPage(async ({ page }) => {
      await ready(page)
      await show(page, 'File')
      await fileText(page).fill(sample.replace('lr: 0.05', 'lr: 0.07').replace('epochs: 2', 'epochs: 4'))
      await expect.poll(() => page.getByRole('textbox', { name: 'Epochs' }).inputValue()).toBe('4')
      await show(page, 'Series')
      expect(await card(page, 1).getByRole('textbox', { name: 'SGD: lr' }).inputValue()).toBe('0.07')

      await card(page, 2).getByRole('textbox', { name: 'Momentum: momentum' }).fill('1.5')
      await card(page, 2).getByText('momentum is 1.5. Give a number in [0, 1).').waitFor()
      expect(await runButton(page).isDisabled()).toBe(true)

      await show(page, 'File')
      await page.getByText('momentum is 1.5. Give a number in [0, 1).').first().waitFor()
      await page.getByRole('button', { name: /^10:/ }).waitFor()
      await fileText(page).fill(sample)
      await expect.poll(() => runButton(page).isEnabled()).toBe(true)
      await fileText(page).fill(sample.replace('batch: 10', 'batch: ten'))
      await page.getByRole('button', { name: /^6:8/ }).click()
      const selected = () =>
        fileText(page).evaluate((area) => {
          const { value, selectionStart, selectionEnd } = area as HTMLTextAreaElement
          return value.slice(selectionStart, selectionEnd)
        })
      await expect.poll(selected).toBe('ten')
      expect(await runButton(page).isDisabled()).toBe(true)
      await page.getByRole('button', { name: 'Undo to the last right version' }).click()
      await expect.poll(() => runButton(page).isEnabled()).toBe(true)
      expect(await fileText(page).inputValue()).toBe(sample)
    }))

  test('opens and saves files; unknown ids are shown in place', () =>
    onPage(async ({ page, home }) => {
      await ready(page)
      const text =
        'title: From a friend\nworkloads: airfoil\noptimizers:\n  - { id: gradient-ascent, set: { lr: 0.1 } }\n  - adam # the usual\n'
      await page.locator('input[type=file]').setInputFiles({
        name: 'friend.yaml',
        mimeType: 'application/yaml',
        buffer: Buffer.from(text),
      })
      await page.getByText('Opened friend.yaml.').waitFor()
      await card(page, 1).getByText('There is no “gradient-ascent”.').waitFor()
      expect(await runButton(page).isDisabled()).toBe(true)
      await card(page, 1).getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Remove' }).click()
      await waitForWords(page, '1 series × 1 seed = 1 run')
      await expect.poll(() => runButton(page).isEnabled()).toBe(true)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save', exact: true }).click(),
      ])
      const file = join(home.folder, 'saved.yaml')
      await download.saveAs(file)
      expect(download.suggestedFilename()).toBe('friend.yaml')
      expect(readFileSync(file, 'utf8')).toBe(
        'title: From a friend\nworkloads: airfoil\noptimizers:\n  - adam # the usual\n',
      )
    }))

  test('a draft survives a reload, and comes back from what ran before', () =>
    onPage(async ({ page }) => {
      await ready(page)
      await page.getByRole('textbox', { name: 'Title of the experiment' }).fill('Mine')
      await page.getByRole('textbox', { name: 'Seeds' }).fill('1')
      await page.waitForTimeout(500) // drafts are written a moment after the last change
      await page.reload()
      await ready(page)
      expect(await page.getByRole('textbox', { name: 'Title of the experiment' }).inputValue()).toBe('Mine')
      await expect.poll(() => runButton(page).isEnabled()).toBe(true)
      await runButton(page).click()
      await page.waitForURL(/#\/live/)
      await page.goBack()
      await page.getByRole('button', { name: 'Open', exact: true }).click()
      await page.getByRole('button', { name: /airfoil-optimizers\.yaml/ }).click()
      await waitForWords(page, '45 runs')
      await page.getByRole('button', { name: 'Open', exact: true }).click()
      await page.getByRole('button', { name: /^Mine/ }).click()
      await waitForWords(page, '9 series × 1 seed = 9 runs')
    }))

  test('a schedule is drawn and runs; a series may have its own', () =>
    onPage(async ({ page, home }) => {
      await ready(page)
      await page.getByRole('combobox', { name: 'Schedule', exact: true }).click()
      await page.getByRole('option', { name: /Cosine(?! with)/ }).click()
      // Fits the training at once: it ends where the training ends.
      await expect.poll(() => page.getByRole('textbox', { name: 'maxUpdate' }).inputValue()).toBe('300')
      await card(page, 1).getByRole('button', { name: 'All settings of SGD' }).click()
      await card(page, 1).getByRole('switch', { name: 'Own schedule' }).click()
      await card(page, 1).getByRole('combobox', { name: 'Schedule', exact: true }).click()
      await page
        .getByRole('option', { name: /Constant/ })
        .first()
        .click()
      await waitForWords(page, '45 runs')
      await runButton(page).click()
      await page.waitForURL(/#\/live/)
      await home.withLab(async (lab) => {
        const { runs } = await lab.call('runs.list', {})
        const scheduleOf = (optimizer: string) =>
          runs.find(({ settings }) => settings.optimizer === optimizer)?.settings.schedule
        expect(scheduleOf('sgd')?.id).toBe('constant')
        expect(scheduleOf('adam')).toEqual({
          id: 'cosine',
          set: { maxUpdate: 300 },
          per: 'step',
          offset: 0,
        })
      })
    }))

  test('by keyboard alone: reorder, change, run', () =>
    onPage(async ({ page }) => {
      await ready(page)
      await card(page, 1).getByRole('textbox', { name: 'SGD: lr' }).focus()
      await page.keyboard.press('Alt+ArrowDown')
      await page.getByText('SGD is now at position 2 of 9.').waitFor({ state: 'attached' })
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('SGD: lr')
      await page.keyboard.press('ArrowUp')
      expect(await card(page, 2).getByRole('textbox', { name: 'SGD: lr' }).inputValue()).toBe('0.1')
      await expect.poll(() => runButton(page).isEnabled()).toBe(true)
      await page.keyboard.press('Control+Enter')
      await page.waitForURL(/#\/live/)
    }))
})
