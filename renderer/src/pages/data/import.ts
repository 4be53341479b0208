import type { CallOutput } from '../../../../src/contract/contract.ts'
import type { DesktopBridge } from '../../../../src/contract/desktop.ts'
import type { LabContract } from '../../../../src/contract/lab.ts'
import { lab } from '../../connection/index.ts'
import { t } from '../../i18n.ts'

/** What became of one imported thing, as a sentence. */
export interface ImportLine {
  text: string
  good: boolean
}

type ImportResult = CallOutput<LabContract, 'data.import'>

/** By the desktop's dialog: the lab reads the files itself. */
export async function importFromDialog(desktop: DesktopBridge): Promise<readonly ImportLine[]> {
  const paths = await desktop.openFiles({
    title: t('data.import.title'),
    filters: [{ name: '*', extensions: ['*'] }],
    multiple: true,
  })
  return inTurn(paths, async (path) => describe(path, await lab.call('data.import', { path })))
}

/** Files dropped or picked: by path where they have one, else by their bytes. */
export function importDropped(
  files: readonly File[],
  desktop: DesktopBridge | undefined,
): Promise<readonly ImportLine[]> {
  return inTurn(files, async (file) => {
    const path = desktop?.pathOf(file) ?? ''
    const result =
      path === ''
        ? await lab.call('data.upload', { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
        : await lab.call('data.import', { path })
    return describe(file.name, result)
  })
}

async function inTurn<T>(
  items: readonly T[],
  one: (item: T) => Promise<ImportLine[]>,
): Promise<ImportLine[]> {
  const lines: ImportLine[] = []
  for (const item of items) lines.push(...(await one(item)))
  return lines
}

function describe(name: string, { recognised, refused, ignored }: ImportResult): ImportLine[] {
  const lines = [
    ...recognised.map(({ file, dataset, outcome }) => ({
      text: t('data.import.recognised', { file, dataset, outcome: t(`data.import.${outcome}`) }),
      good: true,
    })),
    ...refused.map(({ from, reason }) => ({ text: t('data.import.refused', { from, reason }), good: false })),
  ]
  if (lines.length > 0) return lines
  return [{ text: `${name}: ${t('data.import.nothing', { count: ignored })}`, good: false }]
}
