import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Download, Page } from 'playwright-core'
import { until } from '../../support/until.ts'
import { executable, inChromium, type InChromium } from '../support/chromium.ts'
import { commandOf, descendants, type TestHome } from '../support/home.ts'
import { lamp, ready } from '../support/shell.ts'

const card = (page: Page, position: number) =>
  page.getByRole('listitem', { name: new RegExp(`^Series ${position}:`) })
const runButton = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
const fileText = (page: Page) => page.getByRole('textbox', { name: 'The experiment as YAML' })
const showFile = (page: Page) =>
  page
    .getByText(/^\s*File\s*$/)
    .first()
    .click()
const open = (page: Page, name: string) =>
  page.getByRole('navigation').first().getByRole('link', { name }).click()
const legend = (page: Page) => page.getByRole('region', { name: 'Runs', exact: true })
const runsOf = (home: TestHome) => home.withLab(async (lab) => (await lab.call('runs.list', {})).runs)
const allDone = (home: TestHome, count: number) =>
  until(async () => {
    const runs = await runsOf(home)
    return runs.length === count && runs.every(({ status }) => status === 'done') ? runs : undefined
  })

/** The picture of the curves, as it stands. */
const curves = (page: Page) =>
  page
    .getByRole('application', { name: /^Training loss of/ })
    .locator('canvas')
    .evaluateAll((list) => (list as HTMLCanvasElement[]).map((canvas) => canvas.toDataURL()).join())

async function saved(download: Download, folder: string): Promise<string> {
  const file = join(folder, download.suggestedFilename())
  await download.saveAs(file)
  return file
}

/** What a report says of its series, without the times of this machine. */
async function results({ context }: InChromium, file: string) {
  const page = await context.newPage()
  await page.goto(pathToFileURL(file).href)
  const table = await page.locator('table').evaluateAll((tables) => {
    const found = tables.find((one) => /Δ|±|Final/.test(one.querySelector('thead')?.textContent ?? ''))
    const heads = [...(found?.querySelectorAll('thead th') ?? [])].map((cell) => cell.textContent)
    const rows = [...(found?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent.trim()),
    )
    return { heads, rows }
  })
  await page.close()
  const kept = table.heads.flatMap((head, i) => (/time|second/i.test(head) ? [] : [i]))
  return {
    heads: kept.map((i) => table.heads[i] ?? ''),
    rows: table.rows.map((row) => kept.map((i) => row[i] ?? '')),
  }
}

describe('the main path', () => {
  test(
    'start, run the sample, change it, run, compare, pin a baseline, export; the numbers are the command line’s',
    () =>
      inChromium(async (opened) => {
        const { page, home } = opened
        page.setDefaultTimeout(15_000)
        await ready(page)
        const files = join(home.folder, 'saved')
        mkdirSync(files)

        // The sample is there at the start; its curves grow while it runs.
        await card(page, 9).waitFor()
        await expect.poll(() => runButton(page).isEnabled()).toBe(true)
        await runButton(page).click()
        await page.waitForURL(/#\/live/)
        await legend(page).getByText('45 runs').waitFor()
        const pictures = new Set<string>()
        await until(async () => {
          pictures.add(await curves(page))
          return (await legend(page).innerText()).includes('45 finished')
        })
        expect(pictures.size).toBeGreaterThanOrEqual(3)
        const first = await allDone(home, 45)
        // The list says what the lab has, once what went by too fast to see has been replayed: the mean of final losses.
        const means = [...Map.groupBy(first, ({ series }) => series).values()].map(
          (runs) => runs.reduce((sum, { final }) => sum + (final.trainLoss ?? NaN), 0) / runs.length,
        )
        const shown = () =>
          legend(page)
            .locator('[data-row] data')
            .evaluateAll((list) => list.map((one) => Number((one as HTMLDataElement).value)))
        await expect
          .poll(shown, { timeout: 30_000 })
          .toEqual(means.map((mean) => expect.closeTo(mean, 12) as number))

        // Other optimizers, another schedule.
        await open(page, 'Experiment')
        await page.getByRole('textbox', { name: 'Title of the experiment' }).fill('A schedule for momentum')
        for (let left = 9; left > 2; left--) {
          await card(page, left).getByRole('button', { name: 'More actions' }).click()
          await page.getByRole('menuitem', { name: 'Remove' }).click()
          await card(page, left).waitFor({ state: 'detached' })
        }
        await card(page, 1).getByRole('textbox', { name: 'SGD: lr' }).fill('0.05, 0.1')
        await page.getByRole('combobox', { name: 'Schedule', exact: true }).click()
        await page.getByRole('option', { name: /Cosine/ }).click()
        await expect.poll(() => runButton(page).isEnabled()).toBe(true)
        await showFile(page)
        const text = await fileText(page).inputValue()
        expect(text).toContain('cosine')
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Save', exact: true }).click(),
        ])
        const file = await saved(download, files)
        expect(readFileSync(file, 'utf8')).toBe(text)
        await page.getByRole('button', { name: 'Run', exact: true }).click()
        await page.waitForURL(/#\/live/)
        const runs = (await allDone(home, 60)).filter(({ id }) => !first.some((one) => one.id === id))
        expect(new Set(runs.map(({ series }) => series)).size).toBe(3)
        expect(runs.every(({ settings }) => settings.schedule.id === 'cosine')).toBe(true)

        // Compare them, with the second series as the baseline.
        await open(page, 'Compare')
        const table = page.getByRole('region', { name: 'Results' }).getByRole('table')
        await expect.poll(() => table.getByRole('row').count()).toBe(4)
        const baseline = runs.find(({ settings }) => settings.set['lr'] === 0.1)
        await table
          .getByRole('button', { name: `Compare the others with ${baseline?.series}`, exact: true })
          .click()
        await table.getByRole('button', { name: `Unpin ${baseline?.series}`, exact: true }).waitFor()
        await page.getByRole('region', { name: 'Findings' }).first().waitFor()

        const exported = async (format: string): Promise<string> => {
          await page.getByRole('button', { name: 'Export' }).click()
          const [report] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('menuitem', { name: format }).click(),
          ])
          return saved(report, files)
        }
        const report = await results(opened, await exported('Report, HTML'))
        expect(report.rows).toHaveLength(3)
        // What the page shows is what the report says.
        const onPage = await table
          .getByRole('row')
          .evaluateAll((rows) =>
            rows
              .slice(1)
              .map((row) => [...row.children].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim())),
          )
        for (const [name = '', final = ''] of report.rows)
          expect(
            onPage.some(
              ([label = '', value = '']) => label.includes(name) && value.includes(final.replace('≈ ', '')),
            ),
            `${name}: ${final} in ${JSON.stringify(onPage)}`,
          ).toBe(true)

        // The same file on the command line, in another library.
        const env = { ...home.env, DESCENT_HOME: join(home.folder, 'other') }
        const descent = (...args: string[]): unknown =>
          JSON.parse(
            execFileSync(process.execPath, [executable, ...args, '--json'], {
              env,
              encoding: 'utf8',
              stdio: ['ignore', 'pipe', 'ignore'],
            }),
          )
        const compared = descent('compare', file, '--out', join(files, 'command')) as {
          runs: string[]
          report: string
        }
        const others = (
          descent('runs', 'list') as {
            id: string
            series: string
            settings: { seed: number }
            final: object
          }[]
        ).filter(({ id }) => compared.runs.includes(id))
        const finals = (list: readonly { series: string; settings: { seed: number }; final: unknown }[]) =>
          list
            .map(({ series, settings, final }) => `${series} ${settings.seed} ${JSON.stringify(final)}`)
            .sort()
        expect(others).toHaveLength(15)
        expect(finals(others)).toEqual(finals(runs)) // bit for bit

        // Its own report has another baseline and differs in nothing else; with the same baseline in nothing at all.
        const own = await results(opened, compared.report)
        const delta = report.heads.findIndex((head) => head.startsWith('Δ'))
        expect(report.heads[1]).toMatch(/^Final loss/)
        expect(report.rows[1]?.[delta]).toBe('baseline')
        expect(own.rows[0]?.[delta]).toBe('baseline')
        const withoutDelta = ({ heads, rows }: typeof own) =>
          [heads, ...rows].map((row) => row.filter((_, i) => i !== delta))
        expect(withoutDelta(own)).toEqual(withoutDelta(report))
        const pinned = others.find(({ series }) => series === baseline?.series)?.id ?? ''
        const again = join(files, 'again.html')
        descent('report', ...compared.runs, '--baseline', pinned, '--out', again)
        expect(await results(opened, again)).toEqual(report)
      }),
    180_000,
  )

  test(
    'SIGKILL of the engine and of the lab while watching: the page says so, and the run goes on',
    () =>
      inChromium(async ({ page, home }) => {
        page.setDefaultTimeout(15_000)
        await ready(page)
        await showFile(page)
        await fileText(page).fill(
          'title: Long\nworkloads: airfoil\nepochs: 200000\noptimizers:\n  - { id: adam, set: { lr: 0.001 } }\n',
        )
        await expect.poll(() => runButton(page).isEnabled()).toBe(true)
        await runButton(page).click()
        await page.waitForURL(/#\/live/)
        const stepsNow = async (): Promise<number> => (await runsOf(home))[0]?.steps ?? 0
        const grows = async (): Promise<void> => {
          const [before, steps] = [await curves(page), await stepsNow()]
          await until(async () => (await stepsNow()) > steps)
          await until(async () => (await curves(page)) !== before)
        }
        await legend(page).getByText('1 running').waitFor()
        await grows()

        // The engine: the lab says so, and the run goes on from its checkpoint.
        const lab = await until(() => home.labPid())
        const engine = await until(() => descendants(lab).find((pid) => commandOf(pid).includes('engine')))
        const word = page.getByText(/The engine died \(killed by SIGKILL\) and starts again/).first()
        const told = word.waitFor()
        process.kill(engine, 'SIGKILL')
        await told
        await until(async () => (await runsOf(home))[0]?.restarts === 1)
        await legend(page).getByText('1 running').waitFor()
        await grows()
        const reached = await stepsNow()
        expect(reached).toBeGreaterThan(0)
        await page
          .getByRole('img', { name: /The engine died near step/ })
          .first()
          .waitFor()

        // The lab: the curves stay, and grow again when it is back.
        const lost = lamp(page, /Lab lost|Connecting/).waitFor()
        process.kill(lab, 'SIGKILL')
        await lost
        expect((await curves(page)).length).toBeGreaterThan(1000)
        await lamp(page, /Training|Lab ready/).waitFor()
        expect(home.labPid()).not.toBe(lab)
        await legend(page).getByText('1 running').waitFor()
        await grows()
        expect(await stepsNow()).toBeGreaterThan(0)
        // One run all along, which can still be ended.
        await home.withLab(async (client) => {
          const [run] = (await client.call('runs.list', {})).runs
          await client.call('runs.cancel', { runIds: [run?.id ?? ''] })
        })
        await expect.poll(() => legend(page).innerText()).toContain('1 ended early')
      }),
    120_000,
  )
})
