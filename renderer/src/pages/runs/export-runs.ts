import type { exportFormats } from '../../../../src/contract/lab.ts'
import type { RunSummary } from '../../../../src/experiments/run.ts'
import { lab } from '../../connection/index.ts'
import { t } from '../../i18n.ts'
import { saveFile } from '../../lib/files.ts'
import { attempt, toasts } from '../../stores/toasts.ts'

export type ExportFormat = (typeof exportFormats)[number]

/**
 * Runs with every point they measured, where the person says: in the window the lab writes them there, however many
 * they are; in a browser they come as one download.
 */
export async function exportRuns(runs: readonly RunSummary[], format: ExportFormat): Promise<void> {
  const runIds = runs.map(({ id }) => id)
  await attempt(async () => {
    const desktop = window.descentDesktop
    if (desktop) {
      const extension = format === 'tensorboard' ? 'zip' : format
      const file = await desktop.saveFile({
        title: t('runs.export.dialog'),
        defaultName: format === 'tensorboard' ? 'runs-tensorboard.zip' : `runs.${format}`,
        filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
      })
      if (file === null) return
      const { files } = await lab.call('export.write', { runIds, format, file })
      toasts.good(t('runs.exported', { count: runs.length, file: files[0] ?? file }))
      return
    }
    const { name, bytes } = await lab.call('export.make', { runIds, format })
    const type = name.endsWith('.json') ? 'application/json' : 'application/zip'
    const saved = await saveFile(name, new Uint8Array(bytes), type)
    if (saved !== null) toasts.good(t('runs.exported', { count: runs.length, file: saved }))
  })
}
