import type { SettingMap, SettingValue } from '../experiments/settings.ts'
import { shellWord } from '../text/shell.ts'
import type { Figure } from './figure.ts'

const npm = 'npm run -s descent --'

/** Command lines for a shell: the picture as a file, and the numbers behind it. */
export function figureCommands(figure: Figure): string[] {
  return [`${npm} figure ${figure.id} --out ${figure.id}.svg`, ...numbersCommands(figure)]
}

function numbersCommands(figure: Figure): string[] {
  switch (figure.kind) {
    case 'trace': {
      const {
        objective,
        optimizer,
        set = {},
        start = [],
        steps,
        noise = 0,
        seed = 0,
        schedule,
      } = figure.trace
      return [
        [
          `${npm} trace --objective ${shellWord(objective)} --optimizer ${optimizer}`,
          ...assignments('--set', set),
          `--start=${start.join(',')} --steps ${steps}`,
          ...(noise > 0 ? [`--noise ${noise} --seed ${seed}`] : []),
          ...(schedule && schedule.id !== 'constant'
            ? [`--schedule ${schedule.id}`, ...assignments('--schedule-set', schedule.set)]
            : []),
          ...(schedule && schedule.offset !== 0 ? [`--schedule-offset=${schedule.offset}`] : []),
        ].join(' '),
      ]
    }
    case 'schedule': {
      const { id, set } = figure.schedule
      return [
        [`${npm} schedule ${id}`, ...assignments('--schedule-set', set), `--steps ${figure.steps}`].join(' '),
      ]
    }
    case 'training':
      return figure.series.map(({ id, settings: { workload } }) => {
        const preset = figure.series.length === 1 ? figure.id : `${figure.id}:${id}`
        return `${npm} train ${workload} --preset ${preset}`
      })
    case 'weights':
      return []
  }
}

const write = (value: SettingValue): string => (Array.isArray(value) ? value.join(',') : String(value))
const assignments = (flag: string, set: SettingMap): string[] =>
  Object.entries(set).map(([name, value]) => `${flag} ${shellWord(`${name}=${write(value)}`)}`)
