import type { LabEvent } from '../../../src/contract/lab.ts'
import { formatBytes } from '../../../src/locales/format.ts'
import { t } from '../i18n.ts'

type Progress = Extract<LabEvent, { type: 'setup' }>['progress']

/** How far TensorFlow's installation is, in words. */
export function setUpWords(at: Progress): string {
  if (!at) return t('settings.tensorflow.starting')
  const stage = t(`settings.tensorflow.${at.stage}`, { what: at.what })
  return at.doneBytes !== null && at.totalBytes !== null
    ? `${stage} · ${formatBytes(at.doneBytes)} / ${formatBytes(at.totalBytes)}`
    : stage
}

/** Of the stage it is in, 0 … 1; null where that is not known. */
export const setUpShare = (at: Progress): number | null =>
  at?.doneBytes != null && at.totalBytes ? at.doneBytes / at.totalBytes : null
