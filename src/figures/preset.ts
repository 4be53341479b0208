import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { figures } from './index.ts'

/**
 * The settings of a figure's run.
 * @param name a figure's id, or `FIGURE:SERIES` where the figure has several series
 * @param workload the one that is about to be trained
 * @throws DescentError `not-found` for an unknown figure or series, `usage` where the figure trains nothing, trains
 * another workload, or has several series and none is named
 */
export function presetOf(name: string, workload: string): RunSettings {
  const [figureId = '', seriesId] = name.split(':', 2)
  const figure = lookUp(figures, figureId, 'figure')
  if (figure.kind !== 'training')
    throw new DescentError(
      'usage',
      `${figure.id} shows ${shown[figure.kind]}; there is nothing to train.`,
      `\`descent figure ${figure.id} --out FILE.svg\` draws it.`,
    )
  const { series } = figure
  const own = series[0].settings.workload
  if (own !== workload)
    throw new DescentError(
      'usage',
      `${figure.id} trains ${own}, not ${workload}.`,
      `\`descent train ${own} --preset ${name}\` trains it.`,
    )
  const names = series.map(({ id }) => `${figure.id}:${id}`)
  if (seriesId === undefined && series.length > 1)
    throw new DescentError(
      'usage',
      `${figure.id} has ${series.length} series.`,
      `Name one: ${names.join(', ')}.`,
    )
  const chosen = seriesId === undefined ? series[0] : series.find(({ id }) => id === seriesId)
  if (!chosen)
    throw new DescentError(
      'not-found',
      `${figure.id} has no series "${seriesId ?? ''}".`,
      `It has ${names.join(', ')}.`,
    )
  return chosen.settings
}

const shown = { trace: 'a trace', weights: 'weights', schedule: 'a schedule' } as const
