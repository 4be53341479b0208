import type { CustomSeriesRenderItem, SeriesOption } from 'echarts'
import { fontStack } from './theme.ts'

/** Labels beside the lines' ends, moved apart where they would cover each other, with a leader to the line. */
export function labelsAtEnds(
  ends: readonly { text: string; at: number; color: string }[],
  x: number,
  y: number,
  plot: { left: number; top: number; width: number; height: number },
  fill: string,
): SeriesOption {
  const spacing = 15
  const ordered = ends.toSorted((a, b) => a.at - b.at)
  const places = ordered.map(({ at }) => at)
  // Down until none overlaps, then up again from the lower edge.
  for (let i = 1; i < places.length; i++)
    places[i] = Math.max(places[i] as number, (places[i - 1] as number) + spacing)
  for (let i = places.length - 1, limit = plot.height - 6; i >= 0; i--, limit -= spacing)
    places[i] = Math.min(places[i] as number, limit)
  for (let i = places.length - 2; i >= 0; i--)
    places[i] = Math.min(places[i] as number, (places[i + 1] as number) - spacing)
  const right = plot.left + plot.width
  const renderItem: CustomSeriesRenderItem = () => ({
    type: 'group',
    silent: true,
    children: ordered.flatMap(({ text, at, color }, i) => {
      const place = plot.top + (places[i] as number)
      return [
        {
          type: 'polyline' as const,
          shape: {
            points: [
              [right + 2, plot.top + at],
              [right + 5, plot.top + at],
              [right + 13, place],
              [right + 17, place],
            ],
          },
          style: { fill: 'none', stroke: color, lineWidth: 1.5 },
        },
        {
          type: 'text' as const,
          x: right + 20,
          y: place,
          style: { text, fill, fontSize: 12, fontFamily: fontStack, verticalAlign: 'middle' as const },
        },
      ]
    }),
  })
  return {
    type: 'custom',
    silent: true,
    animation: false,
    z: 7,
    clip: false,
    encode: { x: 0, y: 1 },
    data: [[x, y]],
    renderItem,
  }
}
