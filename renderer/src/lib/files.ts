import { DescentError } from '../../../src/contract/errors.ts'
import { t } from '../i18n.ts'

/**
 * Hands a file to the person: by the desktop's dialog, else as the browser's usual download.
 * @returns where it is: a path, or in a browser its name; null when the person cancelled
 * @throws DescentError where it cannot be written
 */
export async function saveFile(name: string, content: BlobPart, type: string): Promise<string | null> {
  const blob = content instanceof Blob ? content : new Blob([content], { type })
  const desktop = window.descentDesktop
  if (!desktop) {
    download(name, blob)
    return name
  }
  const extension = name.split('.').at(-1) ?? ''
  const { file, problem } = await desktop.writeFile(
    {
      title: t('file.save'),
      defaultName: name,
      filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
    },
    new Uint8Array(await blob.arrayBuffer()),
  )
  if (problem) throw new DescentError(problem.code, problem.message, problem.remedy)
  return file
}

function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Puts text on the clipboard. @returns whether it worked */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
