import type { Router } from 'vue-router'
import { bundleEnding } from '../../../src/bundle/manifest.ts'
import type { OpenedBundle } from '../../../src/contract/lab.ts'
import { largestPageMessageBytes } from '../../../src/transport/websocket.ts'
import { lab } from '../connection/index.ts'
import { t } from '../i18n.ts'
import { saveFile } from '../lib/files.ts'
import { chosenSource, fromSelection } from './compared.ts'
import { locale } from './preferences.ts'
import { selection } from './selection.ts'
import { attempt, toasts } from './toasts.ts'

const filters = [{ name: 'Descent Lab', extensions: ['zip'] }]

/** By its name, to which a browser may have added a number. */
export const isBundle = (name: string): boolean => /\.descent( ?\(\d+\))?\.zip$/i.test(name)

/** Saves runs, or all runs of experiments, where the person says: by the desktop's dialog, else as a download. */
export async function saveBundle(ids: readonly string[], stem: string): Promise<void> {
  const what = { ids: [...ids], locale: locale.value }
  const name = `${stem}${bundleEnding}`
  const desktop = window.descentDesktop
  if (!desktop) {
    const { bytes } = await lab.call('bundle.make', what)
    await saveFile(name, Uint8Array.from(bytes), 'application/zip')
    toasts.good(t('bundle.saved', { name }))
    return
  }
  const file = await desktop.saveFile({ title: t('bundle.save.dialog'), defaultName: name, filters })
  if (file === null) return
  const { hasReport } = await lab.call('bundle.write', { ...what, file })
  toasts.good(t(hasReport ? 'bundle.saved' : 'bundle.saved.without', { name: file }))
}

/** Whole, in one message with a few words beside it. */
const mostUploadedBytes = largestPageMessageBytes - 1024

/** Opens bundles that were dropped or picked, by path where they have one, and shows the last of them in Compare. */
export async function openBundles(files: readonly File[], router: Router): Promise<void> {
  for (const file of files)
    await attempt(async () => {
      const path = window.descentDesktop?.pathOf(file) ?? ''
      if (path === '' && file.size > mostUploadedBytes) {
        toasts.info(t('bundle.tooLarge', { name: file.name, most: Math.floor(mostUploadedBytes / 1e6) }))
        return
      }
      await show(
        path === ''
          ? await lab.call('bundle.upload', { bytes: new Uint8Array(await file.arrayBuffer()) })
          : await lab.call('bundle.open', { path }),
        router,
      )
    })
}

/** Asks for a bundle: by the desktop's dialog, else by the browser's. */
export async function chooseBundle(router: Router): Promise<void> {
  const desktop = window.descentDesktop
  if (desktop) {
    const paths = await desktop.openFiles({ title: t('bundle.open'), filters, multiple: true })
    for (const path of paths) await attempt(async () => show(await lab.call('bundle.open', { path }), router))
    return
  }
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.zip'
  input.addEventListener('change', () => void openBundles([...(input.files ?? [])], router))
  input.click()
}

async function show({ title, experimentIds, runIds, added }: OpenedBundle, router: Router): Promise<void> {
  const count = runIds.length
  toasts.good(
    added === count
      ? t('bundle.opened', { title, count })
      : added === 0
        ? t('bundle.opened.none', { title, count })
        : t('bundle.opened.some', { title, added, count }),
  )
  const [only] = experimentIds
  if (only !== undefined && experimentIds.length === 1) {
    selection.clear()
    chosenSource.value = only
  } else {
    selection.set(runIds)
    chosenSource.value = fromSelection
  }
  await router.push('/compare')
}
