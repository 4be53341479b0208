import { averageSeries, divergedPoints } from '../../charts/average.ts'
import type { Comparison } from '../../charts/comparison.ts'
import { xDomain, yDomain } from '../../charts/curveDomain.ts'
import { stripAxis } from '../../charts/finalStrip.ts'
import { isAccuracy, type Quantity } from '../../charts/quantity.ts'
import { thinBand, thinLine, type Columns } from '../../charts/thin.ts'
import { stripRow } from '../../comparison/strip-row.ts'
import { endingOf, summarise, type SectionSummary } from '../../comparison/summary.ts'
import { formatRanges } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { oneLine } from '../../text/tex.ts'
import { texColours, texCurves, texStrip, type TexLine } from './pgfplots.ts'

/** Places along the axis at which a line may bend: more than print shows, few enough for TeX. */
const places = 160

/** The figures of results for `\input`: needs `\usepackage{pgfplots}`, and `\usepackage{ctex}` for Chinese. */
export function texFigures(comparison: Comparison, locale: Locale, now: Date): string {
  const { sections } = summarise(comparison.runs, comparison)
  return [
    `% ${oneLine(comparison.title)}`,
    `% Descent Lab, ${now.toISOString()}`,
    `% \\usepackage{pgfplots} \\pgfplotsset{compat=1.18}${locale === 'zh-CN' ? ' \\usepackage{ctex}' : ''}`,
    texColours,
    ...sections.flatMap((section, index) => sectionFigures(comparison.title, section, index + 1, locale)),
    '',
  ].join('\n')
}

function sectionFigures(title: string, section: SectionSummary, number: number, locale: Locale): string[] {
  const quantities = (['trainLoss', 'testAccuracy'] as const).filter((quantity) =>
    section.series.some((one) => endingOf(one, quantity)),
  )
  const of = [title, section.workload].join(', ')
  return quantities.flatMap((quantity) => [
    `\n${curves(of, section, quantity, number, locale)}`,
    `\n${finals(of, section, quantity, number, locale)}`,
  ])
}

function curves(
  title: string,
  { series }: SectionSummary,
  quantity: Quantity,
  number: number,
  locale: Locale,
): string {
  const averages = series.map(({ runs }) => averageSeries(runs, 'epoch', quantity))
  const isShare = isAccuracy(quantity)
  const scale = isShare ? 'linear' : 'log'
  const [xLow, xHigh] = xDomain(averages, 'linear', false)
  const [yLow, yHigh] = yDomain(averages, scale, [xLow, xHigh])
  const columns: Columns = { count: places / 4, low: xLow, high: xHigh }
  const isDrawn = (value: number | undefined): boolean =>
    value !== undefined && Number.isFinite(value) && (scale === 'linear' || value > 0)
  const lines = series.flatMap(({ label, style, runs }, index): TexLine[] => {
    const average = averages[index]
    if (!average || average.n === 0) return []
    const points = thinLine(average.x, average.mean, columns)
      .filter((i) => isDrawn(average.mean[i]))
      .map((i) => [average.x[i] as number, average.mean[i] as number] as const)
    const crosses = divergedPoints(runs, average, [xLow, xHigh], [yLow, yHigh]).map(({ point }) => point)
    return [
      {
        label,
        style,
        points,
        crosses,
        ...(average.n > 1 && { band: thinBand(average.x, average.low, average.high, columns) }),
      },
    ]
  })
  const counts = averages.map(({ n }) => n).filter((n) => n > 0)
  const band = counts.every((n) => n === 1)
    ? message(locale, isShare ? 'report.accuracy.single' : 'report.curves.single')
    : message(locale, isShare ? 'report.accuracy.band' : 'report.curves.bandNoRaw', {
        n: formatRanges(counts),
      })
  const marked = lines.some(({ crosses }) => crosses && crosses.length > 0)
    ? [message(locale, 'report.curves.diverged')]
    : []
  const name = message(locale, `chart.axis.${quantity}`)
  return texCurves(lines, {
    x: { title: message(locale, 'chart.axis.epoch'), scale: 'linear', low: xLow, high: xHigh },
    y: { title: name, scale, low: yLow, high: yHigh },
    caption: [`${title}.`, band, ...marked].join(message(locale, 'sentence.join')),
    label: `${number}-curves-${quantity}`,
  })
}

function finals(
  title: string,
  { series }: SectionSummary,
  quantity: Quantity,
  number: number,
  locale: Locale,
): string {
  const sign = isAccuracy(quantity) ? -1 : 1
  const rows = series
    .map((one) => stripRow(one, quantity))
    .filter(({ interval }) => interval !== null)
    .sort((a, b) => sign * ((a.interval?.mean ?? 0) - (b.interval?.mean ?? 0)))
  const hasInterval = rows.some(({ interval }) => interval?.low != null)
  const name = message(locale, `chart.final.${quantity}`)
  return texStrip(rows, {
    x: { title: name, ...stripAxis(rows, quantity) },
    caption: [`${title}.`, message(locale, hasInterval ? 'report.finals.bar' : 'report.finals.single')].join(
      message(locale, 'sentence.join'),
    ),
    label: `${number}-finals-${quantity}`,
  })
}
