import type { Page } from 'playwright-core'

/** The button in the top bar that says how the lab is: "Lab ready", "Training", "Lab lost" … */
export const lamp = (page: Page, word: RegExp) =>
  page.getByRole('banner').getByRole('button', { name: word }).first()

/** Waits until the page shows its frame and has the lab. */
export async function ready(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await lamp(page, /Lab ready|Training/).waitFor()
}
