import { lookUp } from '../contract/lookup.ts'
import type { ScheduleSettings, SettingMap } from '../experiments/settings.ts'
import { optimizers } from '../optimizers/index.ts'
import { formulaLines } from '../rules/formula.ts'
import { traceRule } from '../rules/program.ts'
import { schedules } from '../schedules/index.ts'
import type { Figure } from './figure.ts'

/** The mathematics of a figure as lines of KaTeX: the rule as its settings make it, its schedule, its function. */
export function figureFormula(figure: Figure): string[] {
  switch (figure.kind) {
    case 'trace': {
      const { optimizer, set, schedule } = figure.trace
      return [...objectiveLines(figure.formula), ...rule(optimizer, set), ...scheduleLines(schedule)]
    }
    case 'weights':
      return figure.weights === 'power'
        ? ['v_t \\leftarrow \\beta v_{t-1} + g_t', 'v_t = \\sum_{\\tau=0}^{t-1} \\beta^{\\tau} g_{t-\\tau}']
        : [
            's_t \\leftarrow \\gamma s_{t-1} + (1 - \\gamma) g_t^2',
            's_t = (1 - \\gamma) \\sum_{\\tau=0}^{t-1} \\gamma^{\\tau} g_{t-\\tau}^2',
          ]
    case 'schedule':
      return scheduleLines(figure.schedule)
    case 'training': {
      // Series of one figure share their rule; what schedules they have differs.
      const [{ settings }] = figure.series
      const different = new Map(figure.series.map((one) => [one.settings.schedule.id, one.settings.schedule]))
      return [
        ...rule(settings.optimizer, settings.set),
        ...[...different.values()].flatMap((schedule) => scheduleLines(schedule)),
      ]
    }
  }
}

/** f(x) = x · cos(0.15πx) as KaTeX. */
export const objectiveLines = (formula: string): string[] => [
  `f(x) = ${formula.replaceAll('cos', '\\cos').replaceAll(' · ', '\\,')}`,
]

const rule = (optimizer: string, set: SettingMap = {}): string[] =>
  formulaLines(traceRule(lookUp(optimizers, optimizer, 'optimizer'), set))

function scheduleLines(schedule: Pick<ScheduleSettings, 'id'> | undefined): string[] {
  if (!schedule || schedule.id === 'constant') return []
  return [lookUp(schedules, schedule.id, 'schedule').tex]
}
