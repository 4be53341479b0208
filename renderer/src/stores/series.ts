import { computed } from 'vue'
import { assignStyles, pictureStyles, type SeriesStyle } from '../../../src/charts/palette.ts'
import { seriesKey } from '../../../src/experiments/canonical.ts'
import type { RunSummary } from '../../../src/experiments/run.ts'
import { runs } from './runs.ts'

export interface RunSeries {
  readonly key: string
  readonly label: string
  readonly style: SeriesStyle
  readonly runs: readonly RunSummary[]
}

/** Runs grouped into series, in order, with the styles that tell them apart. */
export function groupSeries(list: readonly RunSummary[]): RunSeries[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of list) {
    const key = keyOf(run)
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  const styles = pictureStyles(
    [...groups].map(([key, [first]]) => ({ key, optimizer: first?.settings.optimizer ?? '' })),
  )
  return [...groups].map(([key, group]) => ({
    key,
    label: group[0]?.series ?? '',
    style: styles.get(key) as SeriesStyle,
    runs: group,
  }))
}

/** Keys are made once a run: settings never change. */
const keys = new Map<string, string>()
function keyOf(run: RunSummary): string {
  let key = keys.get(run.id)
  if (key === undefined) keys.set(run.id, (key = seriesKey(run.settings)))
  return key
}

const signature = computed(() => {
  const seen = new Map<string, string>()
  for (const run of runs.list.value) {
    const key = keyOf(run)
    if (!seen.has(key)) seen.set(key, run.settings.optimizer)
  }
  return seen
})
let lastSize = -1
let lastStyles: ReadonlyMap<string, SeriesStyle> = new Map()
const styles = computed(() => {
  const seen = signature.value
  if (seen.size === lastSize && [...seen.keys()].every((key) => lastStyles.has(key))) return lastStyles
  lastSize = seen.size
  lastStyles = assignStyles([...seen].map(([key, optimizer]) => ({ key, optimizer })))
  return lastStyles
})

/** The style of a run's series among all series of the library: what swatches and sparklines outside a figure use. */
export function styleOf(run: RunSummary): SeriesStyle {
  return (
    styles.value.get(keyOf(run)) ??
    (assignStyles([{ key: '', optimizer: run.settings.optimizer }]).get('') as SeriesStyle)
  )
}
