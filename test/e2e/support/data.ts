import type { Page } from 'playwright-core'
import { fashionMnist } from '../../../src/datasets/fashion-mnist.ts'

/** A dataset's part of the data page. */
/** The dataset of this name, not a subset of it, whose name goes on after a comma. */
export const card = (page: Page, name: string) =>
  page.getByRole('region', { name: new RegExp(`^${name}(?!,)`) })

/** Each file's state, as the data page shows it. */
export const states = async (page: Page, name: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await card(page, name)
      .locator('tr[data-file]')
      .evaluateAll((rows) =>
        rows.map((row) => [row.getAttribute('data-file'), row.querySelector('td')?.textContent.trim()]),
      ),
  ) as Record<string, string>

export const each = (state: string): Record<string, string> =>
  Object.fromEntries(fashionMnist.files.map(({ name }) => [name, state]))

/** What the data page says of an import. */
export const told = (page: Page) => page.getByRole('list', { name: 'Import' }).getByRole('listitem')

/** Drops files of the disk on the page, as the page sees it. */
export async function dropFiles(page: Page, name: string, paths: readonly string[]): Promise<void> {
  const picked = page.locator('#dropped')
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), {
      id: 'dropped',
      type: 'file',
      multiple: true,
    })
    document.body.append(input)
  })
  await picked.setInputFiles([...paths])
  await card(page, name).evaluate((target) => {
    const input = document.querySelector<HTMLInputElement>('#dropped')
    const dataTransfer = new DataTransfer()
    for (const file of input?.files ?? []) dataTransfer.items.add(file)
    input?.remove()
    for (const type of ['dragenter', 'dragover', 'drop'])
      target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  })
}
