import type { EChartsOption } from 'echarts'
import type { ChartOptions } from '../../../../src/charts/frame.ts'
import type { SeriesStyle } from '../../../../src/charts/palette.ts'
import { computeFigure, type FigureData } from '../../../../src/figures/compute.ts'
import { drawFigure } from '../../../../src/figures/draw.ts'
import { numbersOf } from '../../../../src/figures/numbers.ts'
import { drawWalks, walk } from '../../../../src/lessons/picture.ts'
import type { Shown } from '../../../../src/lessons/station.ts'
import { formatNumber } from '../../../../src/locales/format.ts'
import { localized, t } from '../../i18n.ts'
import { valueText } from '../gallery/number-text.ts'
import { recordedData } from '../gallery/recorded.ts'

/** A line under a picture: who, and what it came to. */
interface End {
  readonly label: string
  readonly style: SeriesStyle | null
  readonly text: string
  readonly isBad: boolean
}

/** A station's picture ready to be drawn, and what it comes to in words. */
export interface Pictured {
  readonly draw: (options: ChartOptions) => EChartsOption
  readonly ends: readonly End[]
}

export async function pictured(shown: Shown): Promise<Pictured | null> {
  return shown.kind === 'figure' && shown.figure.kind === 'training'
    ? fromFigure(await recordedData(shown.figure))
    : picturedNow(shown)
}

/** The same for what needs no file; null for runs. */
export function picturedNow(shown: Shown): Pictured | null {
  if (shown.kind === 'walks') return fromWalks(shown)
  return shown.figure.kind === 'training' ? null : fromFigure(computeFigure(shown.figure))
}

function fromFigure(data: FigureData | null): Pictured | null {
  if (!data) return null
  return {
    draw: (options) => drawFigure(data, options),
    ends: numbersOf(data).map((number) => ({
      label: localized(number.name),
      style: null,
      text: valueText(number),
      isBad: number.value === null,
    })),
  }
}

function fromWalks({ state, formula }: Extract<Shown, { kind: 'walks' }>): Pictured {
  const walks = walk(state)
  return {
    draw: (options) => drawWalks(walks, state, formula, options),
    ends: walks.map(({ label, style, trace: { points, values, divergedAt } }) => {
      const last = points.at(-1) ?? []
      const names = last.length === 1 ? ['x'] : ['x₁', 'x₂']
      const at = last.map((x, i) => `${names[i] ?? ''} = ${formatNumber(x)}`)
      return {
        label,
        style,
        text:
          divergedAt === undefined
            ? [...at, `f = ${formatNumber(values.at(-1) ?? NaN)}`].join(', ')
            : t('learn.diverged', { step: divergedAt }),
        isBad: divergedAt !== undefined,
      }
    }),
  }
}
