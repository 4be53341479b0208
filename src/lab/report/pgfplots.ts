import type { StripRow } from '../../charts/finalStrip.ts'
import { divergedMarker, hues, markers, type SeriesStyle } from '../../charts/palette.ts'
import { axisTicks, tickFormat, type Scale } from '../../charts/ticks.ts'
import { escapeTex } from '../../text/tex.ts'

/** A line of a figure in LaTeX, with what it is averaged over as a band. */
export interface TexLine {
  label: string
  style: SeriesStyle
  points: readonly (readonly [x: number, y: number])[]
  band?: { x: readonly number[]; low: readonly number[]; high: readonly number[] }
  /** Where runs ended that diverged. */
  crosses?: readonly (readonly [x: number, y: number])[]
}

interface TexAxis {
  title: string
  scale: Scale
  low: number
  high: number
}

interface TexFigure {
  caption: string
  /** After `fig:descent-`. */
  label: string
}

/** Colours of series, for the head of a file of figures; a document's own of these names stay. */
export const texColours = Object.entries(hues.light)
  .map(([name, hex]) => `\\providecolor{descent-${name}}{HTML}{${hex.slice(1).toUpperCase()}}`)
  .join('\n')

/** Marks about so often along a line. */
const marksALine = 7
/** Of a pixel on the screen, in points. */
const pointsAPixel = 0.75

/** Curves as PGFPlots draws them: text in the document's own font, lines as vectors. */
export function texCurves(
  lines: readonly TexLine[],
  { x, y, ...figure }: TexFigure & { x: TexAxis; y: TexAxis },
): string {
  const plots = lines.flatMap(({ style, band }) =>
    band
      ? [
          `\\addplot[draw=none, fill=descent-${style.hue}, fill opacity=.16, forget plot] coordinates {${corners(band, y)}} -- cycle;`,
        ]
      : [],
  )
  lines.forEach(({ label, style, points, crosses = [] }, index) => {
    const repeat = Math.max(1, Math.floor(points.length / marksALine))
    const phase = 1 + Math.floor((repeat * (index + 0.5)) / lines.length)
    plots.push(
      `\\addplot[${lineOf(style)}, mark repeat=${repeat}, mark phase=${phase}] coordinates {${coordinates(points)}};`,
      `\\addlegendentry{${escapeTex(label)}}`,
    )
    if (crosses.length > 0)
      plots.push(
        `\\addplot[only marks, mark=x, mark size=3pt, thick, descent-${style.hue}, forget plot] coordinates {${coordinates(crosses)}};`,
      )
  })
  const options = [
    'width=\\linewidth',
    'height=.62\\linewidth',
    ...axisOptions('x', x),
    ...axisOptions('y', y),
    'grid=major',
    'grid style={black!12}',
    'legend columns=2',
    'legend cell align=left',
    'legend style={at={(.5,-.17)}, anchor=north, draw=none, font=\\footnotesize}',
  ]
  return floating(figure, options, plots)
}

/** Dots of seeds, a row a series, mean and interval over them. */
export function texStrip(
  rows: readonly Pick<StripRow, 'label' | 'style' | 'values' | 'interval'>[],
  { x, ...figure }: TexFigure & { x: TexAxis },
): string {
  const plots = rows.flatMap(({ style, values, interval }, row) => [
    ...(values.length > 0
      ? [
          `\\addplot[only marks, mark=*, mark size=1.4pt, descent-${style.hue}, opacity=.45] coordinates {${coordinates(values.map((value) => [value, row]))}};`,
        ]
      : []),
    ...(interval === null
      ? []
      : [
          `\\addplot[only marks, mark=diamond*, mark size=2.8pt, descent-${style.hue}, error bars/.cd, x dir=both, x explicit] coordinates {(${number(interval.mean)},${row}) +- (${number(interval.mean - (interval.low ?? interval.mean))},0)};`,
        ]),
  ])
  const options = [
    'width=.72\\linewidth',
    `height=${(1.6 + rows.length * 0.55).toFixed(2)}cm`,
    'scale only axis',
    ...axisOptions('x', x),
    'y dir=reverse',
    'ymin=-.5',
    `ymax=${rows.length - 0.5}`,
    `ytick={${rows.map((_, row) => row).join(',')}}`,
    `yticklabels={${rows.map(({ label }) => `{${escapeTex(label)}}`).join(',')}}`,
    'yticklabel style={font=\\footnotesize}',
    'grid=major',
    'grid style={black!12}',
  ]
  return floating(figure, options, plots)
}

function floating(
  { caption, label }: TexFigure,
  options: readonly string[],
  plots: readonly string[],
): string {
  return [
    '\\begin{figure}[htbp]',
    '  \\centering',
    '  \\begin{tikzpicture}',
    '    \\begin{axis}[',
    ...options.map((option) => `      ${option},`),
    '    ]',
    ...plots.map((plot) => `      ${plot}`),
    '    \\end{axis}',
    '  \\end{tikzpicture}',
    `  \\caption{${escapeTex(caption)}}`,
    `  \\label{fig:descent-${label}}`,
    '\\end{figure}',
  ].join('\n')
}

function axisOptions(name: 'x' | 'y', { title, scale, low, high }: TexAxis): string[] {
  const ticks = axisTicks(low, high, scale)
  const format = tickFormat(ticks)
  return [
    `${name}label={${escapeTex(title)}}`,
    `${name}mode=${scale === 'log' ? 'log' : 'normal'}`,
    `${name}min=${number(low)}`,
    `${name}max=${number(high)}`,
    `${name}tick={${ticks.map(number).join(',')}}`,
    `${name}ticklabels={${ticks.map((tick) => `{${escapeTex(format(tick))}}`).join(',')}}`,
  ]
}

/** The band's outline; what an axis cannot show is cut at its ends, or TeX runs out of numbers. */
function corners({ x, low, high }: NonNullable<TexLine['band']>, y: TexAxis): string {
  const cut = (value: number): number => Math.min(y.high, Math.max(y.low, value))
  const upper = x.map((at, i) => [at, cut(high[i] as number)] as const)
  const lower = x.map((at, i) => [at, cut(low[i] as number)] as const)
  return coordinates([...upper, ...lower.reverse()])
}

const coordinates = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y]) => `(${number(x)},${number(y)})`).join('')

/** Six digits: a thousandth of a point on the page. */
const number = (value: number): string => String(Number(value.toPrecision(6)))

function lineOf({ hue, dash, marker }: SeriesStyle): string {
  const strokes = dash.map((length, i) => `${i % 2 === 0 ? 'on' : 'off'} ${length * pointsAPixel}pt`)
  return [
    `descent-${hue}`,
    'line width=1.1pt',
    strokes.length > 0 ? `dash pattern=${strokes.join(' ')}` : 'solid',
    ...markOf(marker),
  ].join(', ')
}

/** PGF's marks in the order of `markers`. */
const texMarks = [
  '*',
  'square*',
  'triangle*',
  'diamond*',
  'triangle*, mark options={solid, rotate=180}',
  '+',
  'star',
  'pentagon*',
]

function markOf(marker: string): string[] {
  const mark = marker === divergedMarker ? 'x' : (texMarks[markers.indexOf(marker)] ?? '*')
  return [`mark=${mark}`, ...(mark.includes('options') ? [] : ['mark options={solid}']), 'mark size=1.8pt']
}
