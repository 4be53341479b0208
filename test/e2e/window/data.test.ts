import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { airfoilFile } from '../../support/airfoil.ts'
import { card, dropFiles, states, told } from '../support/data.ts'
import { chooseFiles, inElectron, type InElectron } from '../support/electron.ts'
import type { TestHome } from '../support/home.ts'
import { open } from '../support/main-path.ts'
import { ready } from '../support/shell.ts'

const patience = { timeout: 30_000 }
const imported = 'airfoil_self_noise.dat of airfoil: imported'

/** The data page of a person without any data. */
const onPage = (test: (opened: InElectron) => Promise<void>): Promise<void> =>
  inElectron(
    async (opened) => {
      await ready(opened.page)
      await open(opened.page, 'Data')
      await expectState(opened.page, 'not here')
      await test(opened)
    },
    { env: { DESCENT_DATASETS: '' } },
  )

const expectState = (page: Page, state: string): Promise<void> =>
  expect.poll(() => states(page, 'Airfoil'), patience).toEqual({ 'airfoil_self_noise.dat': state })

/** The true bytes under another name, and a file that is nothing of ours. */
function files(home: TestHome, name: string): { renamed: string; notes: string } {
  const folder = join(home.folder, 'a stick')
  mkdirSync(folder)
  const [renamed, notes] = [join(folder, name), join(folder, 'notes.txt')]
  copyFileSync(airfoilFile, renamed)
  writeFileSync(notes, 'nothing of use')
  return { renamed, notes }
}

describe('importing data in the window', () => {
  test('by the system’s dialog: by content, whatever the name; the rest is refused with a sentence', () =>
    onPage(async ({ page, app, home }) => {
      const { renamed, notes } = files(home, '机翼 data.bin')
      await chooseFiles(app, [[], [notes, renamed], [renamed]])
      const choose = () => page.getByRole('button', { name: 'Import…' }).click()

      await choose() // and cancel
      await choose()
      await expect
        .poll(() => told(page).allInnerTexts(), patience)
        .toEqual([expect.stringMatching(/notes\.txt: it holds no file of a known dataset/), imported])
      await expectState(page, 'ready')
      await choose()
      await expect
        .poll(() => told(page).allInnerTexts(), patience)
        .toEqual(['airfoil_self_noise.dat of airfoil: was already here'])

      const { datasets } = await home.withLab((lab) => lab.call('data.list', {}))
      const [file] = datasets.find(({ id }) => id === 'airfoil')?.files ?? []
      expect(file?.state).toBe('ready')
      await card(page, 'Airfoil').getByText('1503 rows, 6 columns').waitFor()
    }))

  test('by drag and drop', () =>
    onPage(async ({ page, home }) => {
      const { renamed, notes } = files(home, 'wing data.bin')
      await dropFiles(page, 'Airfoil', [renamed, notes])
      await expect
        .poll(() => told(page).allInnerTexts(), patience)
        .toEqual([imported, expect.stringMatching(/^notes\.txt: it holds no file of a known dataset/)])
      await expectState(page, 'ready')
      await card(page, 'Airfoil').getByText('1503 rows, 6 columns').waitFor()
    }))
})
