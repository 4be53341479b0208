import { optimizers } from '../optimizers/index.ts'
import type { RunSettings, SettingValue } from './settings.ts'

/** `SGD lr 0.05`: the optimizer and what was set, then the schedule where it is not constant. */
export function labelOf(settings: Omit<RunSettings, 'seed'>): string {
  const title = optimizers.find(({ id }) => id === settings.optimizer)?.title ?? settings.optimizer
  const { id, set } = settings.schedule
  const schedule = id === 'constant' && Object.keys(set).length === 0 ? '' : ` · ${id}${assignments(set)}`
  return `${title}${assignments(settings.set)}${schedule}`
}

function assignments(set: Readonly<Record<string, SettingValue>>): string {
  return Object.entries(set)
    .map(([name, value]) => ` ${name} ${Array.isArray(value) ? value.map(show).join(',') : show(value)}`)
    .join(',')
}

/** Small numbers as 1e-6, which is how they are typed and read. */
const show = (value: number | boolean | string | readonly number[]): string =>
  typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)
