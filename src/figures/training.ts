import type { RunSettings, ScheduleSettings } from '../experiments/settings.ts'

const constant: ScheduleSettings = { id: 'constant', set: {}, per: 'epoch', offset: 0 }

/** A figure's run: what it does not say is at its default. */
export const runOf = (
  given: Omit<RunSettings, 'schedule' | 'device'> & { schedule?: ScheduleSettings },
): RunSettings => ({ schedule: constant, device: 'auto', ...given })
