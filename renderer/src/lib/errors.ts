import { DescentError, type ErrorCode, type ErrorShape } from '../../../src/contract/errors.ts'
import { t } from '../i18n.ts'

export interface DescribedError extends ErrorShape {
  code: ErrorCode
  /** What kind of failure it is, in the language in force; `message` and `remedy` are the lab's own words. */
  title: string
}

/** Anything thrown, or an error that a run or dataset carries, as ErrorState and toasts show it. */
export function describeError(thrown: unknown): DescribedError {
  const { code, message, remedy } = isShape(thrown) ? thrown : DescentError.from(thrown).toJSON()
  const title = t(`error.${code}`)
  // The title says all that there is to say.
  if (code === 'connection-lost')
    return { code, title, message: '', remedy: t('error.connection-lost.remedy') }
  return { code, title, message, remedy }
}

function isShape(thrown: unknown): thrown is ErrorShape {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    'remedy' in thrown &&
    'message' in thrown
  )
}
