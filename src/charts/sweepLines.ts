import type { EChartsOption, SeriesOption } from 'echarts'
import { formatNumber } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { padded, type Scale } from './ticks.ts'

export interface SweepLine {
  label: string
  style: SeriesStyle
  rates: readonly number[]
  /** The objective at the end; NaN where the walk diverged. */
  finals: readonly number[]
  edge: number | null
  /** The rate chosen, and where it ends; null where it has left. */
  chosen: { rate: number; final: number } | null
}

export interface SweepLinesOptions extends ChartOptions {
  least: number
  greatest: number
  /** The lowest value there is, where it is known: what is drawn is the loss above it, on a log axis. */
  floor: number | null
  /** The objective where all walks begin. */
  began: number
}

/** How far down a loss can be told from its floor. */
const smallest = 1e-12

/** Final loss against the learning rate, one line an optimizer, with the rate from which on each is lost. */
export function sweepLines(lines: readonly SweepLine[], options: SweepLinesOptions): EChartsOption {
  const { locale, least, greatest, floor, began } = options
  const scale: Scale = floor === null ? 'linear' : 'log'
  const height = (value: number): number => (floor === null ? value : Math.max(smallest, value - floor))
  const start = height(began)
  const top = floor === null ? began + Math.abs(began) * 0.2 + 1e-9 : start * 10
  const shown = lines.flatMap(({ finals }) =>
    finals
      .filter(Number.isFinite)
      .map(height)
      .filter((value) => value <= top),
  )
  const lowest = Math.min(start, ...shown)
  const [low, high] = padded(lowest, Math.max(top, lowest + 1e-9), scale, 0.05, 0)
  const { theme, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.learningRate'), scale: 'log', low: least, high: greatest },
    y: {
      title: message(locale, floor === null ? 'chart.axis.finalLoss' : 'chart.axis.finalLossAbove'),
      scale,
      low,
      high,
    },
    note: message(locale, 'chart.sweep.note'),
    legend: lines,
  })
  const still = { silent: true, animation: false } as const
  const lastEdge = Math.max(...lines.map(({ edge }) => edge ?? 0))
  const text = { color: theme.text, textBorderColor: theme.background, textBorderWidth: 2, fontSize: 12 }
  return {
    ...option,
    series: [
      {
        ...still,
        type: 'line',
        name: 'start',
        symbol: 'none',
        z: 1,
        lineStyle: { color: theme.axis, width: 1, type: [2, 3] },
        data: [
          [least, start],
          [greatest, start],
        ],
      },
      ...lines.flatMap(({ label, style, rates, finals, edge, chosen }, i): SeriesOption[] => {
        const color = theme.hues[style.hue]
        return [
          {
            ...still,
            type: 'line',
            name: label,
            z: 3,
            clip: true,
            symbol: 'none',
            connectNulls: false,
            itemStyle: { color },
            lineStyle: { color, width: 2, type: lineType(style) },
            // Far above the picture, a line still leads out of it.
            data: rates.map((rate, k) => {
              const value = finals[k] as number
              return [rate, Number.isFinite(value) ? Math.min(height(value), high * 1e6) : '-']
            }),
          },
          ...(edge === null || edge >= greatest
            ? []
            : [
                {
                  ...still,
                  type: 'line' as const,
                  name: `edge${i}`,
                  z: 2,
                  symbol: 'none',
                  lineStyle: { color, width: 1.25, type: [5, 4] },
                  data: [
                    { value: [edge, low] },
                    {
                      value: [edge, high],
                      symbol: 'circle',
                      symbolSize: 0.1,
                      label: {
                        ...text,
                        show: true,
                        formatter: () => message(locale, 'chart.sweep.edge', { rate: formatNumber(edge, 3) }),
                        // The last has room at its right.
                        position:
                          edge === lastEdge && edge < greatest / 4 ? ('right' as const) : ('left' as const),
                        // One below the other, so that none covers another.
                        offset: [0, 10 + 16 * i],
                      },
                    },
                  ],
                },
              ]),
          ...(chosen && Number.isFinite(chosen.final)
            ? [
                {
                  ...still,
                  type: 'scatter' as const,
                  name: `chosen${i}`,
                  z: 6,
                  symbol: 'diamond',
                  symbolSize: 14,
                  itemStyle: { color, borderColor: theme.background, borderWidth: 1.5 },
                  data: [[chosen.rate, Math.min(high, height(chosen.final))]],
                },
              ]
            : []),
        ]
      }),
    ],
  }
}
