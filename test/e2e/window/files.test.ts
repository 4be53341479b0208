import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DesktopBridge, WrittenFile } from '../../../src/contract/desktop.ts'
import { until } from '../../support/until.ts'
import { chooseFolder, chosenFiles, launchElectron, type InElectron } from '../support/electron.ts'
import { ready } from '../support/shell.ts'

describe('files of the page', () => {
  let opened: InElectron
  let page: InElectron['page']
  let app: InElectron['app']
  let folder: string
  beforeAll(async () => {
    opened = await launchElectron()
    ;({ page, app } = opened)
    page.setDefaultTimeout(30_000)
    folder = join(opened.home.folder, 'chosen')
    mkdirSync(folder)
    await ready(page)
  })
  afterEach(() => opened.problems.assertNone())
  afterAll(() => opened.close())

  /** As the page's own code asks for it. */
  const write = (defaultName: string, text: string): Promise<WrittenFile> =>
    page.evaluate(
      ([name, content]) =>
        (globalThis as unknown as { descentDesktop: DesktopBridge }).descentDesktop.writeFile(
          { title: 'Save', defaultName: name, filters: [] },
          new TextEncoder().encode(content),
        ),
      [defaultName, text] as const,
    )
  const button = () => page.getByRole('button', { name: 'Save', exact: true })

  test('are chosen by the system’s dialogs, which ask before a file is replaced', async () => {
    await app.evaluate(({ dialog }) => {
      const asked: unknown[] = []
      Object.assign(globalThis, { asked })
      dialog.showOpenDialog = (...args: unknown[]) => {
        asked.push(args[args.length - 1])
        return Promise.resolve({ canceled: false, filePaths: ['/data/a.dat'] })
      }
      dialog.showSaveDialog = (...args: unknown[]) => {
        asked.push(args[args.length - 1])
        return Promise.resolve({ canceled: true, filePath: '' })
      }
    })
    const outcome = await page.evaluate(async () => {
      const desktop = (globalThis as unknown as { descentDesktop: DesktopBridge }).descentDesktop
      const filters = [{ name: 'Data', extensions: ['dat'] }]
      return {
        opened: await desktop.openFiles({ title: 'Import', filters, multiple: true }),
        saved: await desktop.saveFile({ title: 'Export', defaultName: '../../r.html', filters }),
        wrong: await desktop.openFiles({ title: 7, filters: 'all' } as never).then(
          () => 'opened',
          (error: unknown) => String(error),
        ),
      }
    })
    expect(outcome).toMatchObject({ opened: ['/data/a.dat'], saved: null })
    expect(outcome.wrong).toContain('wanted')
    expect(await app.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked)).toMatchObject([
      { title: 'Import', properties: ['openFile', 'multiSelections'] },
      { title: 'Export', defaultPath: 'r.html', properties: ['showOverwriteConfirmation'] },
    ])
  })

  test('are written whole where the person says, or not at all', async () => {
    await chooseFolder(app, folder)
    const file = join(folder, 'a.yaml')
    writeFileSync(file, 'what was there before, and longer')
    expect(await write('../../a.yaml', 'title: Ä')).toEqual({ file, problem: null })
    expect(readFileSync(file, 'utf8')).toBe('title: Ä')

    mkdirSync(join(folder, 'taken'))
    const { file: none, problem } = await write('taken', 'x')
    expect(none).toBeNull()
    expect(problem).toMatchObject({ code: 'invalid-value', remedy: 'Choose another name.' })
    expect(problem?.message).toContain(join(folder, 'taken'))

    await chooseFolder(app, null)
    expect(await write('b.yaml', 'x')).toEqual({ file: null, problem: null })
    expect(readdirSync(folder).sort()).toEqual(['a.yaml', 'taken'])
  })

  test('an experiment stays marked as changed until it really is saved', async () => {
    await page.getByRole('textbox', { name: 'Title of the experiment' }).fill('Not yet saved')
    const changed = page.locator('.experiment__changed')
    await changed.waitFor()

    await chooseFolder(app, null)
    await button().click()
    await until(async () => (await chosenFiles(app)).length === 1)
    expect(await changed.count()).toBe(1)

    mkdirSync(join(folder, 'airfoil-optimizers.yaml'))
    await chooseFolder(app, folder)
    await button().click()
    await page.getByText(/airfoil-optimizers\.yaml cannot be written/).waitFor()
    expect(await changed.count()).toBe(1)

    const other = join(folder, 'other')
    mkdirSync(other)
    await chooseFolder(app, other)
    await button().click()
    await page.getByText(`Saved ${join(other, 'airfoil-optimizers.yaml')}.`).waitFor()
    await changed.waitFor({ state: 'detached' })
    expect(readFileSync(join(other, 'airfoil-optimizers.yaml'), 'utf8')).toContain('title: Not yet saved')
  })

  test('a figure is saved by the same dialog', async () => {
    await chooseFolder(app, folder)
    await page.getByRole('button', { name: 'Save figure' }).first().click()
    await page.getByRole('menuitem', { name: 'Save as SVG' }).click()
    await until(async () => (await chosenFiles(app)).length === 1)
    const [file = ''] = await chosenFiles(app)
    await page.getByText(`Saved ${file}.`).waitFor()
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg/)
  })

  test('come out of the page in no other way', async () => {
    await app.evaluate(({ session }) => {
      const downloads: boolean[] = []
      Object.assign(globalThis, { downloads })
      session.defaultSession.on('will-download', (event) => downloads.push(event.defaultPrevented))
    })
    await page.evaluate(() => {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob(['x']))
      link.download = 'x.txt'
      link.click()
    })
    const downloads = (): Promise<boolean[]> =>
      app.evaluate(() => (globalThis as unknown as { downloads: boolean[] }).downloads)
    await until(async () => (await downloads()).length > 0)
    expect(await downloads()).toEqual([true])
  })
})
