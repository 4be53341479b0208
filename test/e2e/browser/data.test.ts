import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { fashionMnist } from '../../../src/datasets/fashion-mnist.ts'
import { send, startFaultServer } from '../../hub/fault-server.ts'
import { whereIs } from '../../setup/needs.ts'
import { airfoilFile } from '../../support/airfoil.ts'
import { until } from '../../support/until.ts'
import { inChromium, type ChromiumOptions } from '../support/chromium.ts'
import { card, dropFiles, each, states, told } from '../support/data.ts'
import type { TestHome } from '../support/home.ts'
import { startProxy } from '../support/proxy.ts'
import { ready } from '../support/shell.ts'

/** Nobody's own copies of the datasets: neither a folder named by a variable nor one in the person's home. */
const empty = mkdtempSync(join(tmpdir(), 'descent-e2e-nobody-'))
afterAll(() => rmSync(empty, { recursive: true, force: true }))
const alone = { DESCENT_DATASETS: '', HOME: empty }

const onPage = (use: Parameters<typeof inChromium>[0], options: ChromiumOptions = {}): Promise<void> =>
  inChromium(
    async (opened) => {
      opened.page.setDefaultTimeout(10_000)
      await ready(opened.page)
      await card(opened.page, 'Airfoil').waitFor()
      await use(opened)
    },
    { route: '/data', ...options, env: { ...alone, ...options.env } },
  )

const press = (page: Page, name: string, button: string) =>
  card(page, name).getByRole('button', { name: button, exact: true }).click()
const pick = (page: Page, files: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) =>
  page.getByLabel('Import dataset files').setInputFiles(files)
const statusOf = (home: TestHome, id: string) =>
  home.withLab(async (lab) => {
    const { datasets } = await lab.call('data.list', {})
    return datasets.find((dataset) => dataset.id === id)
  })
const sha1 = (path: string): string => createHash('sha1').update(readFileSync(path)).digest('hex')

/** The real files, where they are; tests that need them are skipped elsewhere, and say so. */
const folder = ((): string | undefined => {
  try {
    return whereIs('datasets')
  } catch (error) {
    console.log(`test/e2e/browser/data.test.ts skips what needs real images. ${(error as Error).message}`)
    return undefined
  }
})()
const withImages = test.skipIf(folder === undefined)
/** Where the system itself has a copy, the lab takes that, and there is nothing to download. */
const hasCopy = fashionMnist.files.some(({ systemPaths = [] }) =>
  systemPaths.some((path) => path.startsWith('/') && existsSync(path)),
)
if (hasCopy)
  console.log('test/e2e/browser/data.test.ts skips downloads: this system has its own copy of the files.')
const withDownload = test.skipIf(hasCopy)
const real = (name: string): string => join(folder ?? '', name)

describe('the data page', () => {
  test('each file has its state; the copy that came along is taken, checked and looked at', () =>
    onPage(async ({ page, home }) => {
      expect(await states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'not here' })
      expect(await states(page, 'Fashion-MNIST')).toEqual(each('not here'))
      await card(page, 'Airfoil')
        .getByText('What the data look like is shown here once the files are.')
        .waitFor()
      await card(page, 'Airfoil').getByText('60.0 kB').waitFor()
      await card(page, 'Airfoil').getByText('CC BY 4.0').waitFor()

      await press(page, 'Airfoil', 'Take the copy on this machine')
      await expect.poll(() => states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'ready' })
      const [file] = (await statusOf(home, 'airfoil'))?.files ?? []
      expect(sha1(file?.path ?? '')).toBe(file?.sha1)
      expect(await card(page, 'Airfoil').innerText()).toContain(file?.sha1)

      // Six distributions, of the numbers in the file.
      const figures = card(page, 'Airfoil').getByRole('img', { name: /^Distribution of/ })
      await expect.poll(() => figures.count()).toBe(6)
      const rows = readFileSync(file?.path ?? '', 'utf8')
        .trim()
        .split(/\r?\n/)
      await card(page, 'Airfoil').getByText(`${rows.length} rows, 6 columns`).waitFor()
      const columns = Array.from({ length: 6 }, (_, j) =>
        rows.map((row) => Number(row.split('\t')[j])).sort((a, b) => a - b),
      )
      const labels = await figures.evaluateAll((list) =>
        list.map((one) => one.getAttribute('aria-label') ?? ''),
      )
      expect(labels.map((label) => (label.match(/[\d.]+(?=[ ,\u2009]|$)/g) ?? []).length)).not.toContain(0)
      for (const [j, column] of columns.entries()) {
        const [, least = '', most = '', median = ''] =
          /from (.+) to (.+), median (.+)$/.exec((labels[j] ?? '').replaceAll('\u2009', '')) ?? []
        const wanted = [column[0], column.at(-1), column[(column.length - 1) / 2]]
        for (const [i, text] of [least, most, median].entries())
          expect(Number(text), labels[j]).toBeCloseTo(Number(wanted[i]?.toPrecision(4)), 10)
      }
      // The tallest bar reaches the top of its figure.
      const tallest = await figures.evaluateAll((list) =>
        list.map((one) =>
          Math.max(...[...one.querySelectorAll('rect')].map((bar) => bar.height.baseVal.value)),
        ),
      )
      expect(tallest).toEqual(Array(6).fill(64))
    }))

  test('verifying notices a byte that is not right, and the right copy is a click away', () =>
    onPage(async ({ page, home }) => {
      await press(page, 'Airfoil', 'Take the copy on this machine')
      await expect.poll(() => states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'ready' })
      await page.getByRole('button', { name: 'Verify all' }).click()
      await page.getByText('Every file that is here has the right bytes.').waitFor()

      const path = (await statusOf(home, 'airfoil'))?.files[0]?.path ?? ''
      const bytes = readFileSync(path)
      bytes[1000] = (bytes[1000] ?? 0) ^ 1
      writeFileSync(path, bytes)
      await press(page, 'Airfoil', 'Verify')
      await expect.poll(() => states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'damaged' })
      await page.getByRole('button', { name: 'Verify all' }).click()
      await page.getByText('Damaged: airfoil_self_noise.dat.').waitFor()

      await press(page, 'Airfoil', 'Take the copy on this machine')
      await expect.poll(() => states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'ready' })
      expect(sha1(path)).toBe((await statusOf(home, 'airfoil'))?.files[0]?.sha1)
      await expect
        .poll(() =>
          card(page, 'Airfoil')
            .getByRole('img', { name: /^Distribution of/ })
            .count(),
        )
        .toBe(6)
    }))

  test('files dropped on the page are imported by their bytes', () =>
    onPage(async ({ page, home }) => {
      const renamed = join(home.folder, 'from a stick.bin')
      copyFileSync(airfoilFile, renamed)
      await dropFiles(page, 'Airfoil', [renamed])
      await expect
        .poll(() => told(page).allInnerTexts())
        .toEqual(['airfoil_self_noise.dat of airfoil: imported'])
      await expect.poll(() => states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'ready' })
      await page.getByText('Drop files or archives to import them').waitFor({ state: 'detached' })
    }))

  test('what is no dataset file is refused with a sentence', () =>
    onPage(async ({ page }) => {
      await pick(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing of use') })
      await expect
        .poll(() => told(page).allInnerTexts())
        .toEqual([expect.stringMatching(/^notes\.txt: it holds no file of a known dataset/)])
      expect(await states(page, 'Airfoil')).toEqual({ 'airfoil_self_noise.dat': 'not here' })
    }))

  withImages(
    'files are imported by their bytes, whatever their names; a damaged one is refused and says why',
    () =>
      onPage(async ({ page, home }) => {
        const labels = readFileSync(real('t10k-labels-idx1-ubyte.gz'))
        const damaged = Buffer.from(labels)
        damaged[2000] = (damaged[2000] ?? 0) ^ 1
        await pick(page, { name: 't10k-labels-idx1-ubyte.gz', mimeType: 'application/gzip', buffer: damaged })
        await expect.poll(() => told(page).allInnerTexts()).toHaveLength(1)
        const [sentence = ''] = await told(page).allInnerTexts()
        expect(sentence).toMatch(
          /^t10k-labels-idx1-ubyte\.gz: it has the size of .*, but its SHA-1 is \w{40}; expected 9caad14e/,
        )
        expect(await states(page, 'Fashion-MNIST')).toEqual(each('not here'))

        await pick(page, { name: 'renamed.bin', mimeType: 'application/octet-stream', buffer: labels })
        await expect
          .poll(() => told(page).allInnerTexts())
          .toEqual(['t10k-labels-idx1-ubyte.gz of fashion-mnist: imported'])
        await pick(
          page,
          fashionMnist.files.map(({ name }) => real(name)),
        )
        await expect.poll(() => states(page, 'Fashion-MNIST'), { timeout: 30_000 }).toEqual(each('ready'))
        await expect
          .poll(() => told(page).allInnerTexts())
          .toContain('t10k-labels-idx1-ubyte.gz of fashion-mnist: was already here')
        for (const { path, sha1: wanted } of (await statusOf(home, 'fashion-mnist'))?.files ?? [])
          expect(sha1(path)).toBe(wanted)

        // A row of images for every class, the images being those of the file.
        const sheets = card(page, 'Fashion-MNIST').locator('canvas')
        await expect.poll(() => sheets.count(), { timeout: 20_000 }).toBe(10)
        const classOf = gunzipSync(readFileSync(real('train-labels-idx1-ubyte.gz'))).subarray(8)
        const images = gunzipSync(readFileSync(real('train-images-idx3-ubyte.gz'))).subarray(16)
        const drawn = await sheets.evaluateAll((list) =>
          (list as HTMLCanvasElement[]).map((canvas) => [
            ...(canvas.getContext('2d')?.getImageData(28, 0, 28, 28).data ?? []).filter(
              (_, i) => i % 4 === 0,
            ),
          ]),
        )
        for (const [label, pixels] of drawn.entries()) {
          const second = classOf.indexOf(label, classOf.indexOf(label) + 1)
          expect(
            Buffer.from(pixels).equals(images.subarray(second * 784, (second + 1) * 784)),
            `${label}`,
          ).toBe(true)
        }
        await card(page, 'Fashion-MNIST').getByRole('img', { name: 'Ankle boot: 6000 examples' }).waitFor()
      }),
    90_000,
  )

  test.skipIf(folder === undefined || hasCopy)(
    'a download says how far it is, pauses, goes on where it was, and can be thrown away',
    async () => {
      const name = 't10k-images-idx3-ubyte.gz'
      const content = readFileSync(real(name))
      const server = await startFaultServer({
        [`/${name}`]: [send(content, { etag: '"v1"', pace: { bytes: 64_000, pauseMs: 60 } })],
      })
      const proxy = await startProxy(server.url(''))
      try {
        await onPage(
          async ({ page, home }) => {
            // All but one file are here already; that one comes over the network.
            await home.withLab(async (lab) => {
              for (const file of fashionMnist.files)
                if (file.name !== name) await lab.call('data.import', { path: real(file.name) })
            })
            await expect
              .poll(() => states(page, 'Fashion-MNIST'))
              .toEqual({ ...each('ready'), [name]: 'not here' })
            const fashion = card(page, 'Fashion-MNIST')
            const bar = fashion.getByRole('progressbar', { name: 'Download of Fashion-MNIST' })
            const share = async () => Number(await bar.getAttribute('aria-valuenow'))

            await press(page, 'Fashion-MNIST', 'Download')
            await fashion.getByText(`from ${fashionMnist.files[2]?.urls[0]}`).waitFor()
            await fashion.getByText(/\/s · .* left/).waitFor()
            const first = await share()
            await expect.poll(share).toBeGreaterThan(first)
            await press(page, 'Fashion-MNIST', 'Cancel and discard')
            await expect.poll(async () => (await states(page, 'Fashion-MNIST'))[name]).toBe('not here')
            const path =
              (await statusOf(home, 'fashion-mnist'))?.files.find((file) => file.name === name)?.path ?? ''
            expect(readdirSync(join(path, '..')).filter((file) => file.startsWith(name))).toEqual([])

            await press(page, 'Fashion-MNIST', 'Download')
            await until(async () => (await bar.count()) === 1 && (await fashion.innerText()).includes('/s'))
            await press(page, 'Fashion-MNIST', 'Pause')
            await expect.poll(async () => (await states(page, 'Fashion-MNIST'))[name]).toBe('partly here')
            const kept = (await statusOf(home, 'fashion-mnist'))?.files.find((file) => file.name === name)
            expect(kept?.receivedBytes).toBeGreaterThan(0)
            expect(existsSync(path)).toBe(false)
            // It is still there, and still paused, when the page comes back.
            await page.reload()
            await ready(page)
            await fashion.getByRole('button', { name: 'Resume download' }).click()
            await expect.poll(() => states(page, 'Fashion-MNIST'), { timeout: 20_000 }).toEqual(each('ready'))
            expect(sha1(path)).toBe(kept?.sha1)
            expect(server.requests.map(({ range }) => range)).toEqual([
              undefined,
              undefined,
              `bytes=${kept?.receivedBytes}-`,
            ])
            await expect.poll(() => fashion.locator('canvas').count(), { timeout: 20_000 }).toBe(10)
          },
          // What a person behind a proxy sets; here the proxy leads every address to the server of the test.
          {
            env: {
              NODE_USE_ENV_PROXY: '1',
              HTTP_PROXY: proxy.url,
              http_proxy: proxy.url,
              NO_PROXY: '',
              no_proxy: '',
            },
          },
        )
      } finally {
        await proxy.close()
        await server.close()
      }
    },
    90_000,
  )

  withDownload(
    'a download that fails says what happened and what helps, and can be tried again',
    async () => {
      const server = await startFaultServer({})
      const proxy = await startProxy(server.url(''))
      try {
        await onPage(
          async ({ page }) => {
            await press(page, 'Fashion-MNIST', 'Download')
            const alert = card(page, 'Fashion-MNIST').getByRole('alert')
            await alert.waitFor({ timeout: 60_000 })
            expect(await alert.innerText()).toMatch(/404/)
            expect(await alert.innerText()).toMatch(/descent data import/)
            await alert.getByRole('button', { name: /again|Retry/i }).waitFor()
          },
          {
            env: {
              NODE_USE_ENV_PROXY: '1',
              HTTP_PROXY: proxy.url,
              http_proxy: proxy.url,
              HTTPS_PROXY: proxy.url,
              https_proxy: proxy.url,
              NO_PROXY: '',
              no_proxy: '',
            },
          },
        )
      } finally {
        await proxy.close()
        await server.close()
      }
    },
    90_000,
  )
})
