import { defaultMargin } from '../../../../src/comparison/verdict.ts'
import type { reportFormats } from '../../../../src/contract/lab.ts'
import { lab } from '../../connection/index.ts'
import { t } from '../../i18n.ts'
import { saveFile } from '../../lib/files.ts'
import { locale } from '../../stores/preferences.ts'
import { toasts } from '../../stores/toasts.ts'
import { margin, marginOfFile } from './margin.ts'

export type ReportFormat = (typeof reportFormats)[number]

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  pdf: 'application/pdf',
  md: 'text/markdown',
  csv: 'text/csv',
  tex: 'text/x-tex',
}

export interface ReportRequest {
  readonly runIds: readonly string[]
  /** A run of the series that others are compared with. */
  readonly baseline: string | undefined
}

/** Writes the report of these runs where the person says: by the desktop's dialog, else as downloads. */
export async function exportReport(
  request: ReportRequest,
  format: ReportFormat,
  stem: string,
): Promise<void> {
  const { runIds, baseline } = request
  const what = {
    runIds: [...runIds],
    locale: locale.value,
    margin: margin.value,
    ...(baseline !== undefined && { baseline }),
  }
  const desktop = window.descentDesktop
  if (desktop) {
    const file = await desktop.saveFile({
      title: t('compare.export.dialog'),
      defaultName: `${stem}.${format}`,
      filters: [{ name: format.toUpperCase(), extensions: [format] }],
    })
    if (file === null) return
    const { files } = await lab.call('report.write', { ...what, file })
    toasts.good(t('compare.export.written', { count: files.length, file }))
    return
  }
  const { files } = await lab.call('report.make', { ...what, format })
  for (const { name, bytes } of files)
    await saveFile(
      name,
      Uint8Array.from(bytes),
      types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    )
  toasts.good(
    t('compare.export.saved', { count: files.length, list: files.map(({ name }) => name).join(', ') }),
  )
}

/** The command that writes the same report. */
export function reportCommand({ runIds, baseline }: ReportRequest, stem: string): string {
  const pinned = baseline === undefined ? '' : ` --baseline ${baseline}`
  const within =
    margin.value === (marginOfFile.value?.margin ?? defaultMargin)
      ? ''
      : ` --margin ${Number((margin.value * 100).toPrecision(6))}`
  return `npm run -s descent -- report ${runIds.join(' ')}${pinned}${within} --out ${stem}.html`
}
