import { t } from '../i18n.ts'
import { saveFile } from '../lib/files.ts'
import { attempt, toasts } from './toasts.ts'

/** Saves a file and says so; what goes wrong becomes a toast. @returns where it is; null when it was not saved */
export async function saveAndTell(name: string, content: BlobPart, type: string): Promise<string | null> {
  let place: string | null = null
  await attempt(async () => {
    place = await saveFile(name, content, type)
    if (place !== null) toasts.good(t('file.saved', { name: place }))
  })
  return place
}
