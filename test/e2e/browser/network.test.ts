import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Proof } from '../../../src/figures/proof.ts'
import { until } from '../../support/until.ts'
import { whereIs } from '../../setup/needs.ts'
import { inChromium, type InChromium } from '../support/chromium.ts'
import { ready } from '../support/shell.ts'

const env = { DESCENT_TENSORFLOW: whereIs('tensorflow') }
const patienceMs = 60_000

/** Trains on the pictures that come with the program. @returns the run's id */
async function trained({ home }: Pick<InChromium, 'home'>, optimizer = 'adam'): Promise<string> {
  return home.withLab(async (lab) => {
    const settings = { workload: 'lenet-fashion-mnist-2000', optimizer, batch: 32, epochs: 1 }
    const { runIds } = await lab.call('runs.submit', { runs: [settings], detached: true })
    const runId = runIds[0] ?? ''
    await until(async () => (await lab.call('runs.show', { runId })).run.status === 'done')
    return runId
  })
}

const matrix = (page: Page) => page.getByRole('grid', { name: /^Confusion matrix/ })
const mistakes = (page: Page) => page.getByRole('region', { name: 'Worst mistakes' })

/** A folder with a pip that downloads for as long as one likes. */
function endlessPip(): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-pip-'))
  const script = '#!/bin/sh\ncase "$*" in *--version*) echo pip 25;; *) exec sleep 600;; esac\n'
  writeFileSync(join(folder, 'python3'), script, { mode: 0o755 })
  return folder
}

test('a run that needs TensorFlow where there is none: the window says what it waits for', async () => {
  const folder = endlessPip()
  const without = { DESCENT_TENSORFLOW: '', PATH: `${folder}:${process.env['PATH'] ?? ''}` }
  try {
    await inChromium(
      async ({ page, home }) => {
        page.setDefaultTimeout(patienceMs)
        await ready(page)
        const settings = { workload: 'lenet-fashion-mnist-2000', optimizer: 'adam', batch: 32, epochs: 1 }
        await home.withLab((lab) => lab.call('runs.submit', { runs: [settings], detached: true }))
        const banner = page.getByRole('status').filter({ hasText: 'TensorFlow is being installed' })
        await banner.getByText('1 run waits for it and starts by itself.').waitFor()
        await banner.getByText(/^Downloading tensorflow/).waitFor()
        await banner.getByRole('button', { name: 'Cancel' }).click()
        await banner.waitFor({ state: 'detached' })
        const [run] = await home.withLab(async (lab) => (await lab.call('runs.list', {})).runs)
        expect(run?.error?.message).toBe('The run needs TensorFlow, whose installation was cancelled.')
      },
      { env: without },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('LeNet under four schedules: curves that grow in Live, and the comparison’s accuracies', () =>
  inChromium(
    async ({ page, home }) => {
      page.setDefaultTimeout(patienceMs)
      await ready(page)
      const text = readFileSync('resources/experiments/lenet-schedules-2000.yaml', 'utf8')
        .replace('epochs: 20', 'epochs: 4')
        .replace('seeds: 8', 'seeds: 1')
      await page.locator('nav a[href="#/live"]').click()
      await home.withLab((lab) => lab.call('experiments.submit', { text, name: 'a.yaml', detached: true }))
      await page.locator('.chart__box').waitFor()
      const rows = page.locator('[data-row]')
      await expect.poll(() => rows.count()).toBe(4)
      const pictures = new Set<string>()
      const runs = await until(async () => {
        const drawn = page.locator('.chart__layer').nth(1)
        pictures.add(await drawn.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()))
        const { runs: all } = await home.withLab((lab) => lab.call('runs.list', {}))
        return all.every(({ status }) => status === 'done') ? all : undefined
      })
      // Empty, while it grows, and when it is done; how many in between depends on the machine.
      expect(pictures.size).toBeGreaterThanOrEqual(4)
      expect(new Set(runs.map(({ settings }) => settings.schedule.id)).size).toBe(3)

      await page.locator('nav a[href="#/compare"]').click()
      const table = page.getByRole('region', { name: 'Results' }).getByRole('table')
      await expect.poll(() => table.locator('tbody tr').count()).toBe(4)
      for (const { series, final } of runs) {
        const row = table.locator('tbody tr').filter({ hasText: series.split(' · ')[1] ?? 'SGD lr 0.1' })
        const accuracy = final.testAccuracy?.toFixed(3) ?? ''
        const said = await row.allInnerTexts()
        expect(
          said.some((words) => words.includes(accuracy)),
          `${series}: ${accuracy} in ${said.join(' | ')}`,
        ).toBe(true)
      }
    },
    { env },
  ))

test('the proof beside PyTorch is shown with every seed, from the settings', () =>
  inChromium(async ({ page }) => {
    page.setDefaultTimeout(patienceMs)
    await ready(page)
    await page.locator('nav a[href="#/settings"]').click()
    await page.getByRole('link', { name: 'Show the proof' }).click()
    const proof = JSON.parse(readFileSync('resources/proofs/lenet-fashion-mnist.json', 'utf8')) as Proof
    const held = proof.rows.filter(({ holds }) => holds).length
    await page.getByText(`${held} of 5 recipes agree within ±0.012 of test accuracy`).waitFor()
    await page.getByText(proof.date, { exact: true }).waitFor()
    await page.getByText(/torch 2\.\d+/).waitFor()
    const cells = (await page.locator('.proof td').allInnerTexts()).map((text) => text.trim())
    for (const { ours, pytorch } of proof.rows)
      for (const { testAccuracy, trainLoss } of [...ours, ...pytorch]) {
        const dead = trainLoss < 2.3 ? '' : ' †'
        expect(cells).toContain(testAccuracy.toFixed(3) + dead)
      }
    expect(cells.filter((text) => text.startsWith('outside'))).toHaveLength(
      proof.rows.flatMap(({ difference: { testAccuracy, trainLoss } }) => [
        ...(Math.abs(testAccuracy) > proof.bounds.testAccuracy ? [1] : []),
        ...(Math.abs(trainLoss) > proof.bounds.trainLoss ? [1] : []),
      ]).length,
    )
  }))

describe('what a trained network does', () => {
  test('from the run’s details: matrix, mistakes of a cell, what the layers make of a picture', () =>
    inChromium(
      async (opened) => {
        const { page, home } = opened
        page.setDefaultTimeout(patienceMs)
        await ready(page)
        const runId = await trained(opened)
        const { run } = await home.withLab((lab) => lab.call('runs.show', { runId }))

        await page.goto(`http://127.0.0.1:${opened.served.port}/#/runs?run=${runId}`)
        await page.getByRole('button', { name: 'Look at the network' }).click()
        await matrix(page).waitFor()
        const counts = await matrix(page)
          .getByRole('button')
          .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent)))
        expect(counts).toHaveLength(100)
        // Every one of the 400 test pictures is in one cell, the right ones on the diagonal.
        expect(counts.reduce((a, b) => a + b)).toBe(400)
        const right = counts.reduce((sum, count, at) => sum + (at % 11 === 0 ? count : 0), 0)
        expect(right / 400).toBeCloseTo(run.final.testAccuracy ?? NaN, 6)
        await page.getByText('subset: 400 test pictures').waitFor()
        await page.getByText(`${right} of 400 right`).waitFor()

        // A cell away from the diagonal: as many mistakes as it says, up to those that are kept.
        const [cell = 0] = counts
          .map((count, at) => [at, count] as const)
          .filter(([at, count]) => at % 11 !== 0 && count > 0)
          .map(([at]) => at)
        await matrix(page).getByRole('button').nth(cell).click()
        const shown = mistakes(page).getByRole('listitem')
        await expect.poll(() => shown.count()).toBe(Math.min(24, counts[cell] ?? 0))
        await mistakes(page).getByRole('button', { name: 'Show all' }).click()
        await expect.poll(() => shown.count()).toBe(Math.min(36, 400 - right))

        // By keyboard: the cell below is reached and named.
        await matrix(page).getByRole('button').nth(0).focus()
        await page.keyboard.press('ArrowDown')
        const named = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
        expect(named).toMatch(/^Trouser taken for T-shirt\/top: \d+ of 40 \(/)
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: /^Trouser: \d+ of 40 right/, pressed: true }).waitFor()

        // Another picture, layer by layer; a dark one would be a canvas of nothing.
        await page.getByRole('textbox', { name: 'Test picture' }).fill('7')
        await page.getByRole('textbox', { name: 'Test picture' }).press('Enter')
        await page.getByRole('img', { name: /^Test picture 7, / }).waitFor()
        const layers = page.getByRole('img', { name: /Bright is a strong response/ })
        expect(await layers.count()).toBe(4)
        const lit = await layers.evaluateAll((list) =>
          (list as HTMLCanvasElement[]).map((canvas) =>
            Math.max(
              ...(canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []).filter(
                (_, i) => i % 4 === 0,
              ),
            ),
          ),
        )
        expect(lit).toEqual([255, 255, 255, 255])
        expect(await page.getByRole('img', { name: /^Kernels of convolution/ }).count()).toBe(2)
        const gradients = page.getByRole('img', { name: 'Norm of the gradient' })
        await gradients.waitFor()
        const words = await gradients.getAttribute('aria-describedby')
        expect(await page.locator(`[id="${words}"]`).textContent()).toMatch(
          /conv1 [\d.]+, conv2 [\d.]+, dense1 [\d.]+, dense2 [\d.]+,? and dense3 [\d.]+ at step 50\./,
        )
      },
      { env },
    ))

  test('a run without a network says so', () =>
    inChromium(
      async ({ page, home, served }) => {
        page.setDefaultTimeout(patienceMs)
        await page.getByRole('heading', { level: 1 }).waitFor()
        const runId = await home.withLab(async (lab) => {
          const { runIds } = await lab.call('runs.submit', {
            runs: [{ workload: 'airfoil', optimizer: 'sgd', batch: 10, epochs: 1 }],
            detached: true,
          })
          return runIds[0]
        })
        await page.goto(`http://127.0.0.1:${served.port}/#/runs/${runId}/network`)
        await page.getByText('没有可看的网络').waitFor()
        await page.goto(`http://127.0.0.1:${served.port}/#/runs/none/network`)
        await page.getByText('没有这次运行').waitFor()
        await page.getByRole('button', { name: '查看运行' }).click()
        await page.waitForURL(/#\/runs$/)
      },
      { env, locale: 'zh-CN' },
    ))
})
