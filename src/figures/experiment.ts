import type { z } from 'zod'
import type { experiment } from '../experiments/experiment.ts'
import type { SettingMap } from '../experiments/settings.ts'
import type { Locale } from '../locales/message.ts'
import type { TrainingFigure } from './figure.ts'

/** A training figure's runs as an experiment file says them. */
export function experimentOf(figure: TrainingFigure, locale: Locale): z.input<typeof experiment> {
  const { series } = figure
  const [{ settings: first }] = series
  return {
    title: figure.title[locale],
    workloads: first.workload,
    seeds: [first.seed],
    optimizers: series.map(({ label, settings: { optimizer, set, schedule, batch, epochs } }) => ({
      id: optimizer,
      ...(series.length > 1 && { label: label[locale] }),
      set: set as FlatSettings,
      batch,
      epochs,
      ...(schedule.id !== 'constant' && { schedules: schedule }),
    })),
  }
}

/** An optimizer's settings hold no lists; in an experiment file a list fans out. */
type FlatSettings = Record<string, Exclude<SettingMap[string], readonly number[]>>
