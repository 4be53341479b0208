import type { EChartsOption } from 'echarts'
import type { ChartOptions } from '../charts/frame.ts'
import { assignStyles, styleAt, type SeriesStyle } from '../charts/palette.ts'
import { trace1d } from '../charts/trace1d.ts'
import { trace2d } from '../charts/trace2d.ts'
import { labelOf } from '../experiments/label.ts'
import { parseObjective } from '../objectives/expression.ts'
import { expressionOf, traceSettingsOf, type PlaygroundState } from '../playground/state.ts'
import { trace, type Trace } from '../traces/trace.ts'

/** One optimizer's walk on a station, with its name and look. */
export interface Walked {
  readonly label: string
  readonly style: SeriesStyle
  readonly trace: Trace
}

/** Every optimizer's walk, in the order of the state. */
export function walk(state: PlaygroundState): Walked[] {
  const styles = assignStyles(
    state.walkers.map(({ optimizer }, index) => ({ key: String(index), optimizer })),
  )
  // Where one rule is walked several times it is not the optimizer that a colour tells.
  const areAlike =
    state.walkers.length > 1 && new Set(state.walkers.map(({ optimizer }) => optimizer)).size === 1
  return state.walkers.map((walker, index) => ({
    label: labelOf({
      optimizer: walker.optimizer,
      set: walker.set,
      schedule: { ...walker.schedule, per: 'epoch' },
      workload: '',
      batch: 1,
      epochs: 1,
      device: 'auto',
    }),
    style: areAlike ? styleAt(index) : (styles.get(String(index)) as SeriesStyle),
    trace: trace(traceSettingsOf(state, walker)),
  }))
}

/** The walks on their function, in the part of it that the state names. */
export function drawWalks(
  walks: readonly Walked[],
  state: PlaygroundState,
  formula: string,
  options: ChartOptions,
): EChartsOption {
  const { value } = parseObjective(expressionOf(state))
  const { view } = state
  if (view && 'x1' in view)
    return trace2d(
      walks.map(({ label, style, trace: { points } }) => ({ label, style, points })),
      {
        ...options,
        f: (x1, x2) => value([x1, x2]),
        x1: view.x1,
        x2: view.x2,
        minimum: [0, 0],
        note: `f = ${formula}`,
      },
    )
  return trace1d(
    walks.map(({ label, style, trace: { points } }) => ({
      label,
      style,
      points: points.map(([x]) => x ?? NaN),
    })),
    {
      ...options,
      f: (x) => value([x]),
      ...(view && { range: view.x }),
      yTitle: `f(x) = ${formula}`,
    },
  )
}
