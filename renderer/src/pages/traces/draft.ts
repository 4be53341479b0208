import type { TraceFigure } from '../../../../src/figures/figure.ts'
import type { SettingMap, SettingValue } from '../../../../src/experiments/settings.ts'
import type { TraceSettings } from '../../../../src/traces/trace.ts'

/** One optimizer on the landscape; only what differs from its defaults is set. */
export interface Walker {
  optimizer: string
  set: SettingMap
}

/** What a person has set on the page; texts where a text is typed. */
export interface TracesDraft {
  objective: string
  start: string
  steps: number
  noise: number
  seed: number
  schedule: string
  scheduleSet: string
  offset: number
  walkers: Walker[]
  logContours: boolean
  /** What is shown of the plane; null: what the traces visit. */
  view: { x1: readonly [number, number]; x2: readonly [number, number] } | null
}

export function draftOf({ trace, view }: TraceFigure): TracesDraft {
  const { objective, optimizer, set, schedule, start, steps, noise, seed } = trace
  return {
    objective,
    start: (start ?? []).join(', '),
    steps,
    noise: noise ?? 0,
    seed: seed ?? 0,
    schedule: schedule?.id ?? 'constant',
    scheduleSet: Object.entries(schedule?.set ?? {})
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' '),
    offset: schedule?.offset ?? 0,
    walkers: [{ optimizer, set: { ...set } }],
    logContours: false,
    view: view ?? null,
  }
}

/** Whether the page shows just this figure, so that its words fit. */
export function isDraftOf(draft: TracesDraft, figure: TraceFigure): boolean {
  const { view: _, logContours: __, ...shown } = draft
  const { view: ___, logContours: ____, ...told } = draftOf(figure)
  return JSON.stringify(shown) === JSON.stringify(told)
}

/** `rate=0.1 milestones=15,30` → { rate: 0.1, milestones: [15, 30] }. */
export function parseAssignments(text: string): SettingMap {
  const set: SettingMap = {}
  for (const part of text.split(/\s+/).filter((word) => word !== '')) {
    const at = part.indexOf('=')
    const numbers = part
      .slice(at + 1)
      .split(',')
      .map(Number)
    const value: SettingValue = numbers.length === 1 ? (numbers[0] ?? NaN) : numbers
    set[at < 0 ? part : part.slice(0, at)] = value
  }
  return set
}

export function parseStart(text: string): number[] | undefined {
  const parts = text.split(/[,，]/).map((part) => part.trim())
  return parts.length === 1 && parts[0] === ''
    ? undefined
    : parts.map((part) => (part === '' ? NaN : Number(part)))
}

export function settingsOf(draft: TracesDraft, { optimizer, set }: Walker): TraceSettings {
  const start = parseStart(draft.start)
  return {
    objective: draft.objective,
    optimizer,
    set: { ...set },
    schedule: { id: draft.schedule, set: parseAssignments(draft.scheduleSet), offset: draft.offset },
    steps: draft.steps,
    noise: draft.noise,
    seed: draft.seed,
    ...(start ? { start } : {}),
  }
}

/** The same trace from a terminal. */
export function commandOf(draft: TracesDraft, { optimizer, set }: Walker): string {
  const quoted = (text: string): string =>
    /^[\w.=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
  const start = (parseStart(draft.start) ?? []).join(',')
  return [
    'npm run -s descent -- trace',
    `--objective ${quoted(draft.objective)}`,
    `--optimizer ${optimizer}`,
    ...Object.entries(set).map(([name, value]) => `--set ${quoted(`${name}=${String(value)}`)}`),
    ...(start === '' ? [] : [`--start=${start}`]),
    `--steps ${draft.steps}`,
    ...(draft.noise > 0 ? [`--noise ${draft.noise} --seed ${draft.seed}`] : []),
    ...(draft.schedule === 'constant' && draft.scheduleSet === ''
      ? []
      : [
          `--schedule ${draft.schedule}`,
          ...Object.entries(parseAssignments(draft.scheduleSet)).map(
            ([name, value]) => `--schedule-set ${quoted(`${name}=${String(value)}`)}`,
          ),
        ]),
    ...(draft.offset === 0 ? [] : [`--schedule-offset=${draft.offset}`]),
  ].join(' ')
}
