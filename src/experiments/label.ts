import { optimizers } from '../optimizers/index.ts'
import type { RunSettings, SettingMap, SettingValue } from './settings.ts'

/** `SGD lr 0.05 · cosine final 0.01`: the optimizer and what was set, then the schedule where it is not constant, then the start. */
export function labelOf({
  optimizer,
  set,
  schedule,
  initialiser,
  weights,
}: Omit<RunSettings, 'seed'>): string {
  const title = optimizers.find(({ id }) => id === optimizer)?.title ?? optimizer
  return [
    [title, assignments(set)].filter(Boolean).join(' '),
    scheduleLabel(schedule),
    ...(initialiser === undefined ? [] : [`${initialiser} start`]),
    ...(weights === undefined ? [] : [`from weights ${weights.slice(0, 7)}`]),
  ]
    .filter(Boolean)
    .join(' · ')
}

function scheduleLabel(schedule: RunSettings['schedule']): string {
  if (schedule.id === 'constant' && Object.keys(schedule.set).length === 0) return ''
  const how = {
    ...schedule.set,
    ...(schedule.per === 'step' && { per: schedule.per }),
    ...(schedule.offset !== 0 && { offset: schedule.offset }),
  }
  return [schedule.id, assignments(how)].filter(Boolean).join(' ')
}

/** `Adam · lr tuned`: before the tuning has found anything. */
export const searchLabel = (settings: Omit<RunSettings, 'seed'>, names: readonly string[]): string =>
  `${labelOf(settings)} · ${names.join(', ')} tuned`

/** `lr 0.1, eps 1e-6 inside`: what `epsPlacement` is about stands before it. */
export function assignments(set: SettingMap): string {
  const names = Object.keys(set)
  return Object.entries(set)
    .map(([name, value], index) => {
      const before = names[index - 1]
      if (name === 'epsPlacement' && before === 'eps') return ` ${valueText(value)}`
      return `${before === undefined ? '' : ', '}${name} ${valueText(value)}`
    })
    .join('')
}

/** Small numbers as 1e-6, which is how they are typed and read. */
export function valueText(value: SettingValue): string {
  if (Array.isArray(value)) return value.map(valueText).join(',')
  return typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential()
    : String(value)
}
