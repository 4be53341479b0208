import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { RunSummary } from '../../../src/experiments/run.ts'
import { until } from '../../support/until.ts'
import { commandOf, descendants, executable, type TestHome } from './home.ts'
import type { Place } from './place.ts'
import { lamp, ready } from './shell.ts'

const patienceMs = 30_000

export const open = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation').first().getByRole('link', { name }).click()
export const legend = (page: Page) => page.getByRole('region', { name: 'Runs', exact: true })
const card = (page: Page, position: number) =>
  page.getByRole('listitem', { name: new RegExp(`^Series ${position}:`) })
const fileText = (page: Page) => page.getByRole('textbox', { name: 'The experiment as YAML' })
const results = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('table')
const showFile = (page: Page): Promise<void> =>
  page
    .getByText(/^\s*File\s*$/)
    .first()
    .click()

const runsOf = (home: TestHome): Promise<readonly RunSummary[]> =>
  home.withLab(async (lab) => (await lab.call('runs.list', {})).runs)
const allDone = (home: TestHome, count: number): Promise<readonly RunSummary[]> =>
  until(async () => {
    const runs = await runsOf(home)
    return runs.length === count && runs.every(({ status }) => status === 'done') ? runs : undefined
  })

/** The picture of the curves, as it stands. */
const curves = (page: Page): Promise<string> =>
  page
    .getByRole('application', { name: /^Training loss of/ })
    .locator('canvas')
    .evaluateAll((list) => (list as HTMLCanvasElement[]).map((canvas) => canvas.toDataURL()).join())

async function run(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Run', exact: true })
  await expect.poll(() => button.isEnabled(), { timeout: patienceMs }).toBe(true)
  await button.click()
  await page.waitForURL(/#\/live/)
}

/** A file that the page says it has saved. */
async function saved({ page, saving }: Place, action: () => Promise<void>): Promise<string> {
  const file = await saving(action)
  await page.getByText(new RegExp(`^(Saved|Wrote) .*${basename(file)}`)).waitFor()
  return file
}

/** The sample is there at the start; its curves grow while it runs. @returns its runs */
export async function runSample({ page, home }: Place): Promise<readonly RunSummary[]> {
  page.setDefaultTimeout(patienceMs)
  await ready(page)
  await card(page, 9).waitFor()
  await run(page)
  await legend(page).getByText('45 runs').waitFor()
  const pictures = new Set<string>()
  await until(async () => {
    pictures.add(await curves(page))
    return (await legend(page).innerText()).includes('45 finished')
  })
  expect(pictures.size).toBeGreaterThanOrEqual(3)
  const runs = await allDone(home, 45)
  // The list says what the lab has, once what went by too fast to see has been replayed: the mean of final losses.
  const means = [...Map.groupBy(runs, ({ series }) => series).values()].map(
    (group) => group.reduce((sum, { final }) => sum + (final.trainLoss ?? NaN), 0) / group.length,
  )
  const shown = () =>
    legend(page)
      .locator('[data-row] data')
      .evaluateAll((list) => list.map((one) => Number((one as HTMLDataElement).value)))
  await expect
    .poll(shown, { timeout: patienceMs })
    .toEqual(means.map((mean) => expect.closeTo(mean, 12) as number))
  return runs
}

/** The sample with other optimizers and another schedule, saved as a file. @returns the file */
export async function changeSample(place: Place): Promise<string> {
  const { page } = place
  await open(page, 'Experiment')
  await page.getByRole('textbox', { name: 'Title of the experiment' }).fill('A schedule for momentum')
  for (let left = 9; left > 2; left--) {
    await card(page, left).getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await card(page, left).waitFor({ state: 'detached' })
  }
  await card(page, 1).getByRole('textbox', { name: 'SGD: lr' }).fill('0.05, 0.1')
  await page.getByRole('combobox', { name: 'Schedule', exact: true }).click()
  await page.getByRole('option', { name: /Cosine(?! with)/ }).click()
  await showFile(page)
  await expect.poll(() => fileText(page).inputValue()).toContain('cosine')
  const file = await saved(place, () => page.getByRole('button', { name: 'Save', exact: true }).click())
  expect(readFileSync(file, 'utf8')).toBe(await fileText(page).inputValue())
  return file
}

/** Runs what the page shows now. @returns its runs, those before not among them */
export async function runChanged(
  { page, home }: Place,
  before: readonly RunSummary[],
): Promise<readonly RunSummary[]> {
  await run(page)
  const runs = (await allDone(home, before.length + 15)).filter(
    ({ id }) => !before.some((one) => one.id === id),
  )
  expect(new Set(runs.map(({ series }) => series)).size).toBe(3)
  expect(runs.every(({ settings }) => settings.schedule.id === 'cosine')).toBe(true)
  return runs
}

/** Compares the runs just made, with the second series as the baseline. @returns the baseline's name */
export async function pinBaseline({ page }: Place, runs: readonly RunSummary[]): Promise<string> {
  await open(page, 'Compare')
  const table = results(page)
  await expect.poll(() => table.getByRole('row').count(), { timeout: patienceMs }).toBe(4)
  const baseline = runs.find(({ settings }) => settings.set['lr'] === 0.1)?.series ?? ''
  await table.getByRole('button', { name: `Compare the others with ${baseline}`, exact: true }).click()
  await table.getByRole('button', { name: `Unpin ${baseline}`, exact: true }).waitFor()
  await page.getByRole('region', { name: 'Findings' }).first().waitFor()
  return baseline
}

interface ReportTable {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a report says of its series, without the times of this machine. */
async function readReport({ inside }: Place, file: string): Promise<ReportTable> {
  const table = await inside(file, () => {
    const found = [...document.querySelectorAll('table')].find((one) =>
      /Δ|±|Final/.test(one.querySelector('thead')?.textContent ?? ''),
    )
    const heads = [...(found?.querySelectorAll('thead th') ?? [])].map((cell) => cell.textContent)
    const rows = [...(found?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent.trim()),
    )
    return { heads, rows }
  })
  const kept = table.heads.flatMap((head, i) => (/time|second/i.test(head) ? [] : [i]))
  return {
    heads: kept.map((i) => table.heads[i] ?? ''),
    rows: table.rows.map((row) => kept.map((i) => row[i] ?? '')),
  }
}

/** Exports the report of what is compared. It says what the page shows. @returns what it says */
export async function exportReport(place: Place): Promise<ReportTable> {
  const { page } = place
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await saved(place, () => page.getByRole('menuitem', { name: 'Report, HTML' }).click())
  const report = await readReport(place, file)
  expect(report.rows).toHaveLength(3)
  const onPage = await results(page)
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
  return report
}

/** The same file on the command line, in another library: the same runs bit for bit, and the same report. */
export async function expectSameOnCommandLine(
  place: Place,
  {
    file,
    runs,
    baseline,
    report,
  }: { file: string; runs: readonly RunSummary[]; baseline: string; report: ReportTable },
): Promise<void> {
  const { home } = place
  const env = { ...home.env, DESCENT_HOME: join(home.folder, 'other') }
  const descent = (...args: string[]): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [executable, ...args, '--json'], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
  const compared = descent('compare', file, '--out', join(home.folder, 'command')) as {
    runs: string[]
    report: string
  }
  const others = (descent('runs', 'list') as RunSummary[]).filter(({ id }) => compared.runs.includes(id))
  const finals = (list: readonly RunSummary[]): string[] =>
    list.map(({ series, settings, final }) => `${series} ${settings.seed} ${JSON.stringify(final)}`).sort()
  expect(others).toHaveLength(runs.length)
  expect(finals(others)).toEqual(finals(runs))

  // Its own report has another baseline and differs in nothing else; with the same baseline in nothing at all.
  const own = await readReport(place, compared.report)
  const delta = report.heads.findIndex((head) => head.startsWith('Δ'))
  expect(report.heads[1]).toMatch(/^Final loss/)
  expect(report.rows[1]?.[delta]).toBe('baseline')
  expect(own.rows[0]?.[delta]).toBe('baseline')
  const withoutDelta = ({ heads, rows }: ReportTable): string[][] =>
    [heads, ...rows].map((row) => row.filter((_, i) => i !== delta))
  expect(withoutDelta(own)).toEqual(withoutDelta(report))
  const pinned = others.find(({ series }) => series === baseline)?.id ?? ''
  const again = join(home.folder, 'again.html')
  descent('report', ...compared.runs, '--baseline', pinned, '--out', again)
  expect(await readReport(place, again)).toEqual(report)
}

/** Start, run the sample, change it, run, compare, pin a baseline, export; the numbers are the command line's. */
export async function walkMainPath(place: Place): Promise<void> {
  const before = await runSample(place)
  const file = await changeSample(place)
  const runs = await runChanged(place, before)
  const baseline = await pinBaseline(place, runs)
  const report = await exportReport(place)
  await expectSameOnCommandLine(place, { file, runs, baseline, report })
}

/** A run of minutes, started by the page, which watches it. */
export async function watchLongRun({ page }: Pick<Place, 'page'>): Promise<void> {
  page.setDefaultTimeout(patienceMs)
  await ready(page)
  await showFile(page)
  await fileText(page).fill(
    'title: Long\nworkloads: airfoil\nepochs: 200000\noptimizers:\n  - { id: adam, set: { lr: 0.001 } }\n',
  )
  await run(page)
  await legend(page).getByText('1 running').waitFor()
}

/** Waits until the run that is watched has gone on, and its curve with it. @returns the step it is at */
export async function expectGrowth({ page, home }: Pick<Place, 'page' | 'home'>): Promise<number> {
  const stepsNow = async (): Promise<number> => (await runsOf(home))[0]?.steps ?? 0
  const [before, steps] = [await curves(page), await stepsNow()]
  await until(async () => (await stepsNow()) > steps)
  await until(async () => (await curves(page)) !== before)
  return stepsNow()
}

/** SIGKILL of the engine and of the lab while watching: the page says so, and the run goes on. */
export async function killWhileWatching(place: Pick<Place, 'page' | 'home'>): Promise<void> {
  const { page, home } = place
  await watchLongRun(place)
  await expectGrowth(place)

  // The engine: the lab says so, and the run goes on from its checkpoint.
  const lab = await until(() => home.labPid())
  const engine = await until(() => descendants(lab).find((pid) => commandOf(pid).includes('engine')))
  const told = page
    .getByText(/The engine died \(killed by SIGKILL\) and starts again/)
    .first()
    .waitFor()
  process.kill(engine, 'SIGKILL')
  await told
  await until(async () => (await runsOf(home))[0]?.restarts === 1)
  await legend(page).getByText('1 running').waitFor()
  expect(await expectGrowth(place)).toBeGreaterThan(0)
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
  expect(await expectGrowth(place)).toBeGreaterThan(0)

  // One run all along, which can still be ended.
  await home.withLab(async (client) => {
    const [watched] = (await client.call('runs.list', {})).runs
    await client.call('runs.cancel', { runIds: [watched?.id ?? ''] })
  })
  await expect.poll(() => legend(page).innerText(), { timeout: patienceMs }).toContain('1 ended early')
}
