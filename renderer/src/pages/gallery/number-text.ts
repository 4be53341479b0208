import { formatFixed } from '../../../../src/locales/format.ts'
import type { FigureNumber, Reference } from '../../../../src/figures/numbers.ts'
import { localized, t } from '../../i18n.ts'

export const valueText = ({ value, decimals }: Pick<FigureNumber, 'value' | 'decimals'>): string =>
  value === null || !Number.isFinite(value) ? t('figure.diverged') : formatFixed(value, decimals)

/** `−0.000100 ± 0.167`, as the reference gives it. */
export const referenceText = ({ value, decimals, deviation }: Reference): string =>
  deviation === undefined
    ? formatFixed(value, decimals)
    : `${formatFixed(value, decimals)} ± ${formatFixed(deviation, 3)}`

export const originText = ({ by, who }: Reference): string => (who ? localized(who) : t(`figure.by.${by}`))

/** The first numbers of a figure in one line. */
export const summaryText = (numbers: readonly FigureNumber[], most = 3): string =>
  numbers
    .slice(0, most)
    .map((number) => t('gallery.value', { name: localized(number.name), value: valueText(number) }))
    .join(' · ')
