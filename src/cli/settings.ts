import { InvalidArgumentError, type Command } from 'commander'
import type { ScheduleSettings, SettingMap, SettingValue } from '../experiments/settings.ts'

/** `lr=0.1` → adds { lr: 0.1 } to what was collected so far. */
export function assignment(text: string, sofar: SettingMap = {}): SettingMap {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not of the form NAME=VALUE, as in lr=0.1.`)
  return { ...sofar, [text.slice(0, at)]: settingValue(text.slice(at + 1)) }
}

function settingValue(text: string): SettingValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text !== '' && Number.isFinite(Number(text))) return Number(text)
  const items = text.split(',')
  if (items.length > 1 && items.every((item) => item.trim() !== '' && Number.isFinite(Number(item))))
    return items.map(Number)
  return text
}

export const wholeNumber =
  (min: number, max = Infinity) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      const bounds = max < Infinity ? ` from ${min} to ${max}` : min > -Infinity ? ` not below ${min}` : ''
      throw new InvalidArgumentError(`"${text}" must be a whole number${bounds}.`)
    }
    return value
  }

export function realNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError(`"${text}" must be a number.`)
  return value
}

export const numberList = (text: string): number[] => text.split(',').map(realNumber)

/** What trace and train share. */
export interface SharedOptions {
  optimizer?: string
  set?: SettingMap
  schedule?: string
  scheduleSet?: SettingMap
  schedulePer?: 'epoch' | 'step'
  scheduleOffset?: number
  seed?: number
}

export function addSharedOptions(command: Command): Command {
  return command
    .option('--optimizer <id>', 'optimizer (descent list optimizers)')
    .option('--set <name=value>', 'a hyperparameter; may be repeated', assignment)
    .option('--schedule <id>', 'learning-rate schedule (descent list schedules)')
    .option(
      '--schedule-set <name=value>',
      'a parameter of the schedule; lists are comma-separated',
      assignment,
    )
    .option('--schedule-per <unit>', 'the schedule counts epochs or steps', oneOf('epoch', 'step'))
    .option('--schedule-offset <n>', 'epoch or step k runs at schedule(k + n)', wholeNumber(-Infinity))
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, 4_294_967_295))
}

export function oneOf<T extends string>(...choices: T[]): (text: string) => T {
  return (text) => {
    if (!(choices as string[]).includes(text))
      throw new InvalidArgumentError(`"${text}" must be ${choices.join(' or ')}.`)
    return text as T
  }
}

/**
 * The schedule that was asked for.
 * @param preset what is not given; its parameters belong to its own schedule and are dropped when another is named
 */
export function scheduleOf(
  options: SharedOptions,
  per: 'epoch' | 'step',
  preset: ScheduleSettings = { id: 'constant', set: {}, per, offset: 0 },
): ScheduleSettings {
  const { id, set } = preset
  const another = options.schedule !== undefined && options.schedule !== id
  return {
    id: options.schedule ?? id,
    set: { ...(another ? {} : set), ...options.scheduleSet },
    per: options.schedulePer ?? preset.per,
    offset: options.scheduleOffset ?? (another ? 0 : preset.offset),
  }
}

/** Hyperparameters as asked for; a preset's are dropped when another optimizer is named. */
export function setOf(options: SharedOptions, preset?: { optimizer: string; set: SettingMap }): SettingMap {
  const another = options.optimizer !== undefined && options.optimizer !== preset?.optimizer
  return { ...(another ? {} : preset?.set), ...options.set }
}
