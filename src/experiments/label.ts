import { optimizers } from '../optimizers/index.ts'
import type { RunSettings, SettingMap, SettingValue } from './settings.ts'

/** `SGD lr 0.05 · cosine final 0.01`: the optimizer and what was set, then the schedule where it is not constant. */
export function labelOf({ optimizer, set, schedule }: Omit<RunSettings, 'seed'>): string {
  const title = optimizers.find(({ id }) => id === optimizer)?.title ?? optimizer
  const named = [title, assignments(set)].filter(Boolean).join(' ')
  if (schedule.id === 'constant' && Object.keys(schedule.set).length === 0) return named
  const how = {
    ...schedule.set,
    ...(schedule.per === 'step' && { per: schedule.per }),
    ...(schedule.offset !== 0 && { offset: schedule.offset }),
  }
  return `${named} · ${[schedule.id, assignments(how)].filter(Boolean).join(' ')}`
}

/** `lr 0.1, eps 1e-6 inside`: what `epsPlacement` is about stands before it. */
function assignments(set: SettingMap): string {
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
