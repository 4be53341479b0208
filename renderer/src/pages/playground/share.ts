import type { EChartsOption } from 'echarts'
import type { ChartOptions } from '../../../../src/charts/frame.ts'
import type { SeriesStyle } from '../../../../src/charts/palette.ts'
import { themes } from '../../../../src/charts/theme.ts'
import { trace1d } from '../../../../src/charts/trace1d.ts'
import { trace2d } from '../../../../src/charts/trace2d.ts'
import { formatExact } from '../../../../src/locales/format.ts'
import type { Race } from '../../../../src/playground/race.ts'
import { expressionOf, type PlaygroundState } from '../../../../src/playground/state.ts'
import { viewOf } from '../../../../src/playground/view.ts'
import { t } from '../../i18n.ts'
import { toPng, toSvg } from '../../lib/echarts.ts'
import { locale } from '../../stores/preferences.ts'
import { levelsOf } from './paint-ground.ts'

/** What is on the page, as figures are drawn. */
interface Shown {
  readonly state: PlaygroundState
  readonly race: Race
  readonly styles: readonly SeriesStyle[]
  readonly minima: readonly (readonly number[])[]
  readonly cursor: number
}

const size = { width: 720, height: 500 }
const legendRow = 22

/** The figure for a document: light, with axes, legend and what it takes to repeat it; null where nobody walks. */
function figureOf(
  { state, race, styles, minima, cursor }: Shown,
  options: ChartOptions,
): EChartsOption | null {
  const { objective } = race
  if (!objective) return null
  const { dimension, value } = objective
  const drawn = race.runners.flatMap(({ label, walk }, i) => {
    const style = styles[i]
    if (!walk || !style) return []
    const count = Math.min(cursor, walk.taken) + 1
    return [
      {
        label,
        style,
        points: Array.from({ length: count }, (_, k) => [
          ...walk.points.subarray(dimension * k, dimension * (k + 1)),
        ]),
      },
    ]
  })
  const axes = viewOf(state, dimension)
  const note = [
    `f = ${expressionOf(state)}`,
    t('playground.note.steps', { count: cursor }),
    ...(state.noise > 0 ? [t('playground.note.noise', { value: formatExact(state.noise) })] : []),
    ...(state.sparse < 1 ? [t('playground.note.sparse', { value: formatExact(state.sparse) })] : []),
    ...(state.noise > 0 || state.sparse < 1 ? [t('playground.note.seed', { seed: state.seed })] : []),
  ].join(' · ')
  const [x1, x2] = axes
  if (dimension === 1 || !x1 || !x2)
    return trace1d(
      drawn.map((one) => ({ ...one, points: one.points.map(([x]) => x ?? NaN) })),
      { ...options, f: (x) => value([x]), note, legend: true, ...(x1 && { range: x1 }) },
    )
  const { levels } = levelsOf(objective, [x1, x2], state.levels)
  return trace2d(drawn, {
    ...options,
    f: (a, b) => value([a, b]),
    x1,
    x2,
    levels,
    minima,
    note,
    legend: true,
  })
}

function forPrint(shown: Shown): { option: EChartsOption; width: number; height: number } | null {
  const width = size.width
  const height = size.height + legendRow * Math.ceil(shown.race.runners.length / 2)
  const option = figureOf(shown, { width, height, theme: 'print', locale: locale.value })
  return option && { option, width, height }
}

export function svgOf(shown: Shown): string | null {
  const figure = forPrint(shown)
  return figure && toSvg(figure.option, figure.width, figure.height, themes.print.background)
}

export function pngOf(shown: Shown): Promise<Blob | null> {
  const figure = forPrint(shown)
  return figure
    ? toPng(figure.option, figure.width, figure.height, themes.print.background, 3)
    : Promise.resolve(null)
}
